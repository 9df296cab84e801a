"""Letters of invitation: what they say, their numbers, and printing one or all."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.batches import invitation_letters
from pelatihan.batches.invitation_letters import Refused
from pelatihan.models import Angkatan, NumberSeries
from pelatihan.papers import invitation_letter
from pelatihan.phases import shut_sentence
from pelatihan.preparing.letter_forms import InvitationLetterForm
from pelatihan.web.seen import NOTHING_CHANGED


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.INVITE)
def letters(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """The words of the letters, and each organisation with its number; a POST keeps the words."""
    if request.method != "POST":
        return _page(request, angkatan, InvitationLetterForm(instance=invitation_letters.letter_of(angkatan)))
    try:
        with transaction.atomic():
            batch = invitation_letters.changing(angkatan)
            form = InvitationLetterForm(request.POST, instance=invitation_letters.letter_of(batch))
            if form.is_valid():
                messages.success(request, _keep(form))
                return redirect("invitation_letters", angkatan.slug)
    except Refused as sentence:
        messages.error(request, str(sentence))
        return redirect("invitation_letters", angkatan.slug)
    return _page(request, angkatan, form)


def _keep(form: InvitationLetterForm) -> str:
    if form.instance.pk is None:
        form.save()
    elif form.edits():
        form.save_edited()
    else:
        return NOTHING_CHANGED
    return "Surat undangan sudah disimpan."


@require_POST
@of_batch(access.INVITE)
def number(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """A number for each letter that has none yet."""
    assert isinstance(request.user, User)  # private pages let nobody else in
    try:
        given = invitation_letters.give_numbers(angkatan, by=request.user, at=timezone.now())
    except Refused as sentence:
        messages.error(request, str(sentence))
    else:
        first, last = given[0].text, given[-1].text
        which = first if len(given) == 1 else f"{first} sampai {last}"
        messages.success(request, f"{dates.thousands(len(given))} surat sudah diberi nomor: {which}.")
    return redirect(reverse("invitation_letters", args=[angkatan.slug]) + "#nomor")


def _page(request: HttpRequest, angkatan: Angkatan, form: InvitationLetterForm) -> HttpResponse:
    invited = invitation_letters.invited(angkatan)
    rows = [(one, getattr(one, "letter_number", None)) for one in invited]
    context: dict[str, Any] = {
        "angkatan": angkatan,
        "tab": "print",
        "form": form,
        "rows": rows,
        "waiting": sum(known is None for _one, known in rows),
        "print_at": reverse("paper", args=[angkatan.slug, invitation_letter.KEY]),
        "shows_links": access.has(request.user, access.LINKS),
        "has_series": NumberSeries.objects.exists(),
        "placeholders": invitation_letters.PLACEHOLDERS.items(),
        "shut": shut_sentence(angkatan.closed_at, angkatan.name, "surat undangannya"),
    }
    return render(request, "preparing/letters.html", context)
