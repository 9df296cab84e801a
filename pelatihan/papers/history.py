"""What was printed of a batch: all of it, the newest first; one printing beside what would be printed now; its file."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan, PrintedFile, PrintedSheet, Printing
from pelatihan.papers import again, printing_words
from pelatihan.papers.offers import BY_KEY, OFFERS
from pelatihan.papers.views import inline

PER_PAGE = 25
SHEETS = Prefetch("sheets", PrintedSheet.objects.defer("layout", "rows").order_by("number"))
ALL = "semua"
UNKNOWN = "Pilihan ini tidak ada di riwayat. Pilih dari daftar."


class Filters(forms.Form):
    """Which printings: of one paper, by one person, of one day."""

    lembar = forms.ChoiceField(label="Lembar", error_messages={"invalid_choice": UNKNOWN})
    oleh = forms.ChoiceField(label="Dicetak oleh", error_messages={"invalid_choice": UNKNOWN})
    hari = forms.DateField(
        label="Hari",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "Hari ini tidak terbaca. Tulis seperti 2019-03-12."},
    )

    def __init__(self, sent: dict[str, Any], printings: QuerySet[Printing]) -> None:
        given = {name: value for name, value in sent.items() if value}
        super().__init__({"lembar": ALL, "oleh": ALL} | given)
        kinds = dict(printings.order_by("name").values_list("paper", "name").distinct())
        people = User.objects.filter(pk__in=printings.order_by().values("by")).order_by("first_name", "username")
        self.fields["lembar"].choices = [(ALL, "Semua lembar"), *kinds.items()]  # type: ignore[attr-defined]  # of ChoiceField
        self.fields["oleh"].choices = [(ALL, "Siapa saja"), *((str(one.pk), name_of(one)) for one in people)]  # type: ignore[attr-defined]

    @property
    def narrows(self) -> bool:
        return any(self.chosen.values())

    @property
    def chosen(self) -> dict[str, Any]:
        """The lookups of a valid form."""
        sent = self.cleaned_data
        found = {"paper": sent["lembar"], "by": sent["oleh"], "at__date": sent["hari"]}
        return {name: value for name, value in found.items() if value and value != ALL}

    def of(self, printings: QuerySet[Printing]) -> QuerySet[Printing]:
        return printings.filter(**self.chosen)


@require_safe
@of_batch(access.PRINT)
def printings(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """``?lembar=rekap&oleh=3&hari=2019-03-12``; ``hal=2``: older ones."""
    kept = _open_to(request, angkatan)
    form = Filters(request.GET.dict(), kept)
    is_read = form.is_valid()
    found = form.of(kept) if is_read else kept
    page = _page(found, request.GET.get("hal", ""))
    context = {
        "angkatan": angkatan, "tab": "print", "form": form, "page": page, "narrows": is_read and form.narrows,
        "rows": [printing_words.Row.of(one, may_open=_may_open(request, one)) for one in page],
        "there": printing_words.there(angkatan) if page.number == 1 and is_read and not form.narrows else [],
        "further": printing_words.further(request.GET),
    }  # fmt: skip
    return render(request, "papers/printings.html", context, status=200 if is_read else 400)


@require_safe
@of_batch(access.PRINT, "letterhead")
def printing(request: HttpRequest, angkatan: Angkatan, number: int) -> HttpResponse:
    """One of them: what was printed, and whether it still holds."""
    one = _found(request, angkatan, number)
    one.angkatan = angkatan
    assert isinstance(request.user, User)  # private pages let nobody else in
    may_open = _may_open(request, one)
    context = {
        "angkatan": angkatan, "tab": "print", "printing": one, "may_open": may_open,
        "row": printing_words.Row.of(one, may_open=may_open), "sheets": one.sheets.all(),
        "refusal": _refusal(request, one), "sha256": printing_words.grouped(one.sha256),
        "now": again.beside(one, angkatan, request.user, timezone.now()) if may_open else None,
    }  # fmt: skip
    return render(request, "papers/printing.html", context)


@require_safe
@of_batch(access.PRINT)
def printing_file(request: HttpRequest, angkatan: Angkatan, number: int) -> HttpResponse:
    """The very bytes that were handed out then. Looking at them prints nothing."""
    one = _found(request, angkatan, number)
    for right in _rights(one):
        access.check(request.user, right)
    return inline(bytes(get_object_or_404(PrintedFile, printing=one).content), one.file_name)


def _open_to(request: HttpRequest, angkatan: Angkatan) -> QuerySet[Printing]:
    """Printings of the papers that the person may print."""
    closed = [offer.key for offer in OFFERS if not access.has(request.user, offer.permission)]
    return angkatan.printings.exclude(paper__in=closed)


def _found(request: HttpRequest, angkatan: Angkatan, number: int) -> Printing:
    try:
        one = get_object_or_404(angkatan.printings.listed().prefetch_related(SHEETS), pk=number)
    except OverflowError:
        raise Http404 from None
    if offer := BY_KEY.get(one.paper):
        access.check(request.user, offer.permission)
    return one


def _page(found: QuerySet[Printing], number: str) -> Page[Printing]:
    return Paginator(found.listed().prefetch_related(SHEETS), PER_PAGE).get_page(number)  # type: ignore[attr-defined]


def _may_open(request: HttpRequest, one: Printing) -> bool:
    """Whether its file is kept, and shows nothing that the person may not see."""
    return bool(one.size) and all(access.has(request.user, right) for right in _rights(one))


def _refusal(request: HttpRequest, one: Printing) -> str:
    """Why somebody may not open it; empty when they may."""
    return next((access.refusal(right) for right in _rights(one) if not access.has(request.user, right)), "")


def _rights(one: Printing) -> list[str]:
    """What it takes to open its file, beside the right to print such a paper."""
    offer = BY_KEY.get(one.paper)
    shown = access.CONTACT if one.shows_phones else ""
    return [right for right in (shown, offer.reopened_by if offer else "") if right]


def name_of(user: User) -> str:
    return user.get_full_name() or user.get_username()
