"""Money of a batch: who gets what and why before it is printed, and the forms by which it is entered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan, Honorarium, PaymentList
from pelatihan.papers import honorarium, receipt_list
from pelatihan.papers.officials import officials_of
from pelatihan.payments import fees, money
from pelatihan.payments.fees import Fee
from pelatihan.payments.receivers import Known, Receivers, reckon
from pelatihan.payments.words import rupiah_in_words
from pelatihan.payments.writing import Shut, changing
from pelatihan.phases import shut_sentence
from pelatihan.preparing.payment_forms import HonorariumForm, OfficialsForm, PaymentForm, PaymentListForm
from pelatihan.web.seen import NOTHING_CHANGED

type Row = PaymentList | Honorarium
PER_PAGE = 100
WHAT = "pembayarannya"  # does not change any more, in a batch that is closed


@dataclass(frozen=True)
class ListRow:
    """A list with what it comes to as attendance stands now."""

    payment: PaymentList
    found: Receivers
    print_at: str

    @property
    def rule(self) -> str:
        return rule_of(self.payment)


@dataclass(frozen=True)
class FeeRow:
    """A fee with what it comes to; none while its session is gone."""

    honorarium: Honorarium
    fee: Fee | None
    print_at: str

    @property
    def hours(self) -> str:
        return money.decimal(self.fee.hours) if self.fee else ""

    @property
    def trouble(self) -> str:
        return "" if self.fee else fees.NO_SESSION


def rule_of(payment: PaymentList) -> str:
    """Who gets it, in words: ``Yang hadir di sedikitnya 6 sesi``."""
    if payment.rule == PaymentList.Rule.SESSIONS:
        return f"Yang hadir di sedikitnya {payment.least_sessions} sesi"
    return str(payment.get_rule_display())


def print_at(angkatan: Angkatan, key: str, subject: int | None = None) -> str:
    """Where the paper opens."""
    return reverse("paper", args=[angkatan.slug, key]) + (f"?untuk={subject}" if subject is not None else "")


# ---- What there is -------------------------------------------------------------------------------


@require_safe
@of_batch(access.PAY)
def payments(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """Lists and fees with their sums, and who signs them."""
    there = list(angkatan.payment_lists.all())
    known = Known.of(angkatan) if there else None
    lists = [_list_row(angkatan, payment, known) for payment in there if known]
    rows = [_fee_row(angkatan, one) for one in Honorarium.objects.of(angkatan)]
    amounts = [row.fee.amount for row in rows if row.fee]
    context = _context(angkatan) | {
        "lists": lists,
        "fees": rows,
        "fees_gross": sum(amount.gross for amount in amounts),
        "fees_tax": sum(amount.tax for amount in amounts),
        "fees_net": sum(amount.net for amount in amounts),
        "fees_printable": bool(rows) and not any(row.trouble for row in rows),
        "print_fees": print_at(angkatan, honorarium.KEY),
        "has_guests": angkatan.guests.exists(),
        "officials": officials_of(angkatan),
    }
    return render(request, "preparing/payments.html", context)


@require_safe
@of_batch(access.PAY)
def payment_list(request: HttpRequest, angkatan: Angkatan, number: int) -> HttpResponse:
    """Who gets the money of a list, who does not and why."""
    payment = get_object_or_404(angkatan.payment_lists, pk=number)
    row = _list_row(angkatan, payment, Known.of(angkatan))
    total = row.found.total
    page = Paginator(row.found.paid, PER_PAGE).get_page(request.GET.get("hal"))
    context = _context(angkatan) | {
        "payment": payment,
        "row": row,
        "total": total,
        "words": rupiah_in_words(total.gross),
        "page": page,
        "percent": money.decimal(payment.tax_percent),
    }
    return render(request, "preparing/payment_list.html", context)


def _list_row(angkatan: Angkatan, payment: PaymentList, known: Known) -> ListRow:
    return ListRow(payment, reckon(payment, known), print_at(angkatan, receipt_list.KEY, payment.pk))


def _fee_row(angkatan: Angkatan, one: Honorarium) -> FeeRow:
    return FeeRow(one, fees.fee_of(one), print_at(angkatan, honorarium.KEY, one.pk))


# ---- Entering ------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.PAY)
def edit_list(request: HttpRequest, angkatan: Angkatan, number: int | None = None) -> HttpResponse:
    """A list, new or as it stands."""

    def form(batch: Angkatan) -> PaymentListForm:
        row = get_object_or_404(batch.payment_lists, pk=number) if number is not None else PaymentList(angkatan=batch)
        return PaymentListForm(_typed(request), instance=row)

    title = "Ubah tanda terima" if number else "Tanda terima baru"
    return _entered(request, angkatan, form, title, "Tanda terima “{}” sudah disimpan.")


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.PAY)
def edit_fee(request: HttpRequest, angkatan: Angkatan, number: int | None = None) -> HttpResponse:
    """A fee, new or as it stands."""

    def form(batch: Angkatan) -> HonorariumForm:
        row = get_object_or_404(_rows(batch, Honorarium), pk=number) if number is not None else Honorarium()
        return HonorariumForm(batch, _typed(request), instance=row)

    title = "Ubah honorarium" if number else "Honorarium baru"
    return _entered(request, angkatan, form, title, "{} sudah disimpan.")


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.PAY)
def officials(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """Who signs papers about money."""

    def form(batch: Angkatan) -> OfficialsForm:
        return OfficialsForm(_typed(request), instance=officials_of(batch))

    return _entered(request, angkatan, form, "Pejabat yang menandatangani", "Pejabat keuangan sudah disimpan.")


def _typed(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _entered(
    request: HttpRequest, angkatan: Angkatan, make: Callable[[Angkatan], PaymentForm], title: str, saved: str
) -> HttpResponse:
    """The form, or what became of it. What is compared with what was seen is read under the batch's lock."""
    if request.method == "POST":
        try:
            with changing(angkatan) as batch:
                form = make(batch)
                if form.is_valid():
                    return _kept(request, batch, form, saved)
        except Shut as sentence:
            messages.error(request, str(sentence))
            return redirect("payments", angkatan.slug)
    else:
        form = make(angkatan)
    context = _context(angkatan) | {"form": form, "title": title, "delete_at": _delete_at(angkatan, form.instance)}
    return render(request, "preparing/payment_form.html", context)


def _delete_at(angkatan: Angkatan, row: Model) -> str:
    """Where a fee is deleted; a list is deleted from its own page."""
    if isinstance(row, Honorarium) and row.pk:
        return reverse("honorarium_delete", args=[angkatan.slug, row.pk])
    return ""


def _kept(request: HttpRequest, angkatan: Angkatan, form: PaymentForm, saved: str) -> HttpResponse:
    row = form.instance
    if row.pk is None:
        form.save()
    elif form.edits():
        form.save_edited()
    else:
        saved = NOTHING_CHANGED
    messages.success(request, saved.format(row))
    if isinstance(row, PaymentList):
        return redirect("payment_list", angkatan.slug, row.pk)
    return redirect("payments", angkatan.slug)


# ---- Deleting ------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.PAY)
def delete_list(request: HttpRequest, angkatan: Angkatan, number: int) -> HttpResponse:
    """Asks once."""
    return _deleted(request, angkatan, PaymentList, number)


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.PAY)
def delete_fee(request: HttpRequest, angkatan: Angkatan, number: int) -> HttpResponse:
    """Asks once."""
    return _deleted(request, angkatan, Honorarium, number)


def _deleted(request: HttpRequest, angkatan: Angkatan, model: type[Row], number: int) -> HttpResponse:
    if request.method != "POST":
        row = get_object_or_404(_rows(angkatan, model), pk=number)
        return render(request, "preparing/payment_delete.html", _context(angkatan) | {"row": row})
    try:
        with changing(angkatan) as batch:
            row = _rows(batch, model).filter(pk=number).first()
            if row is None:
                messages.info(request, "Itu sudah dihapus sebelumnya.")
            else:
                messages.success(request, f"{row} sudah dihapus.")
                row.delete()
    except Shut as sentence:
        messages.error(request, str(sentence))
    return redirect("payments", angkatan.slug)


def _rows(angkatan: Angkatan, model: type[Row]) -> QuerySet[Any]:
    """Those of this batch alone."""
    return angkatan.payment_lists.all() if model is PaymentList else Honorarium.objects.of(angkatan)


def _context(angkatan: Angkatan) -> dict[str, Any]:
    return {
        "angkatan": angkatan,
        "tab": "print",
        "shut": shut_sentence(angkatan.closed_at, angkatan.name, WHAT),
    }
