"""The blank registration form, drawn once for all who open it: drawing it anew takes longer than all the rest.

What it is drawn from is the key, so nothing kept is ever out of date.
"""

import uuid
from collections.abc import Hashable

from crispy_forms.utils import render_crispy_form
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.safestring import SafeString, mark_safe

from pelatihan.phases import Standing
from pelatihan.registration.pages.forms import RegisterForm

MOST_KEPT = 8  # a form of 10,000 organisations has 1 MB
PROOF = f"proof-{uuid.uuid4()}"  # stands for the visitor's own proof of origin
_kept: dict[Hashable, tuple[str, dict[str, str]]] = {}
OWN = ("token", "shown_at")  # of each visitor another


def drawn(request: HttpRequest, form: RegisterForm, standing: Standing) -> SafeString:
    """The form that nobody has filled in yet, with this visitor's proof of origin, a token and a stamp of its own."""
    text, others = _kept.get(key := _key(form, standing)) or _draw(key, form, standing)
    text = text.replace(PROOF, get_token(request))
    for name in OWN:
        text = text.replace(others[name], form.initial[name])
    return mark_safe(text)


def _key(form: RegisterForm, standing: Standing) -> Hashable:
    """Everything that differs from one blank form to another."""
    batch = form.angkatan
    return batch.name, batch.slug, batch.asks_nik, standing.is_full, *form.options


def _draw(key: Hashable, form: RegisterForm, standing: Standing) -> tuple[str, dict[str, str]]:
    """With the named words alone, so that nothing gets in that the key does not know."""
    batch = form.angkatan
    words = {
        "angkatan": {"name": batch.name, "slug": batch.slug},
        "standing": {"is_full": standing.is_full},
        "csrf_token": PROOF,
    }
    kept = str(render_crispy_form(form, context=words)), {name: form.initial[name] for name in OWN}
    while len(_kept) >= MOST_KEPT:
        _kept.pop(next(iter(_kept)), None)
    _kept[key] = kept
    return kept
