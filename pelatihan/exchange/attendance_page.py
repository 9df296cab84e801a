"""The attendance of a batch as a file: the button of the recap."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.exchange import attendance_list, exports
from pelatihan.exchange.exports import ExportRefused
from pelatihan.models import Angkatan, Export


@require_http_methods(["GET", "POST"])
@of_batch(access.RECAP)
def take_out(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """The file, or the page where one waits for a long one. Who comes by the address alone is led to the recap.

    :raises PermissionDenied: for who may see the recap and take nothing out
    """
    if request.method != "POST":
        return redirect("recap", angkatan.slug)
    at = timezone.now()
    listing = attendance_list.of(angkatan, at)
    keys = listing.keys()
    form = Export.Format.CSV if request.POST.get("bentuk") == Export.Format.CSV else Export.Format.XLSX
    try:
        export = exports.start(
            listing, keys, filters=f"angkatan: {angkatan.name}", form=form, author=cast(User, request.user), at=at
        )
    except ExportRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("recap", angkatan.slug)
    if export.job_id:
        return redirect("admin:pelatihan_export_wait", export.pk)
    answer = HttpResponse(exports.content(listing, keys, export), content_type=exports.TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{exports.shown_name(export)}"'
    return answer
