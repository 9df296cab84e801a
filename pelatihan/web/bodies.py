"""How much a request may bring. The default (``settings.BODY_LIMIT``) is small; a view that takes files says how much,
and what a person reads who sends more. Checked before anything of the body is read (``web/middleware.py``)."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig

type View = Callable[..., Any]


class BodyTooLarge(RequestDataTooBig):
    """More than the view takes; ``sentence`` names the limit and what to do, where the view has said so."""

    def __init__(self, sentence: str) -> None:
        super().__init__("A body longer than the limit")
        self.sentence = sentence


def body_limit(most: int, sentence: str) -> Callable[[View], View]:
    """``@body_limit(11 * MEGABYTE, "Foto …")`` above a view, outside of what else decorates it.

    :param most: bytes of the whole request
    """

    def mark(view: View) -> View:
        vars(view).update(body_limit=most, too_large=sentence)
        return view

    return mark


def check_length(view: View, length: int | None) -> None:
    """:raises BodyTooLarge: when that view does not take so much; also when the length is no number"""
    if length is None or length > getattr(view, "body_limit", settings.BODY_LIMIT):
        raise BodyTooLarge(getattr(view, "too_large", ""))
