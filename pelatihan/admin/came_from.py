"""The list that somebody came from, as they had narrowed it: what "Kembali" and the way back lead to.

It is kept with the log-in, not in every address on the way: a decision leads from person to person, and back to the
list in the end.
"""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse

KEPT = "lists"
LONGEST = 500  # letters of a question; whoever asks more starts anew


def remember(request: HttpRequest, opts: Any) -> None:
    """That this list was looked at just so."""
    question = request.GET.urlencode()
    kept = request.session.get(KEPT, {})
    if len(question) <= LONGEST and kept.get(opts.label_lower, "") != question:
        request.session[KEPT] = kept | {opts.label_lower: question}


def address(request: HttpRequest, opts: Any, angkatan: str = "") -> str:
    """The list as it was looked at last.

    :param angkatan: a batch that the list must hold; when it did not, the whole list of that batch
    """
    there = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    question = request.session.get(KEPT, {}).get(opts.label_lower, "")
    if angkatan and not _holds(question, angkatan):
        question = f"angkatan={angkatan}"
    return f"{there}?{question}" if question else there


def _holds(question: str, angkatan: str) -> bool:
    asked = QueryDict(question)
    return asked.get("angkatan") in (angkatan, "semua") or ("angkatan" not in asked and "q" in asked)
