"""Pictures and PDFs on their way in, many at once or one by one from a phone; and the reading of them, stopped and
taken up again."""

import uuid
from dataclasses import asdict, dataclass
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from pelatihan import ids
from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan, SheetUpload
from pelatihan.scans import keeping, waiting
from pelatihan.scans.keeping import SheetRefused
from pelatihan.web.bodies import body_limit
from pelatihan.web.errors import wants_json

MOST_FILES = 40
MEGABYTE = 1024 * 1024
MOST_AT_ONCE = 200  # megabytes

TOO_MUCH = f"Sekali kirim paling banyak {MOST_AT_ONCE} MB. Bagilah berkasnya menjadi beberapa kiriman."
TOO_MANY = f"Sekali kirim paling banyak {MOST_FILES} berkas. Kirim yang ini dalam kiriman berikutnya."
NOTHING = "Belum ada berkas yang dipilih. Pilih foto atau PDF lembarnya, lalu tekan Unggah."
STOPPED = "Pembacaan dihentikan. Yang belum dibaca tetap tersimpan dan dapat dilanjutkan."
GOES_ON = "Pembacaan dilanjutkan."
NONE_LEFT = "Tidak ada yang perlu dibaca."


@dataclass(frozen=True)
class Result:
    """What has become of one file. ``again``: it may be taken later as it is."""

    id: str
    name: str
    ok: bool
    again: bool = False
    message: str = ""


@body_limit((MOST_AT_ONCE + 1) * MEGABYTE, TOO_MUCH)
@require_POST
@of_batch(access.SEND_SHEETS)
def upload(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """Take pictures and PDFs, each for itself: ``berkas`` (many), ``kunci`` of the page, ``cara``."""
    results = _taken(request, angkatan)
    place = "sheets" if access.has(request.user, access.SHEETS) else "sheet_photo"
    to = reverse(place, args=[angkatan.slug])
    if wants_json(request):
        return _told(results, to)
    _flash(request, results)
    return redirect(to)


def _taken(request: HttpRequest, angkatan: Angkatan) -> list[Result]:
    files, key = request.FILES.getlist("berkas"), ids.of_page(request.POST.get("kunci", ""))
    way = SheetUpload.Way.PHONE if request.POST.get("cara") == SheetUpload.Way.PHONE else SheetUpload.Way.FILE
    by, results = cast(User, request.user), list[Result]()
    for place, file in enumerate(files):
        name, own = keeping.name_of(file), key if len(files) == 1 else uuid.uuid5(key, str(place))
        if place >= MOST_FILES:
            results.append(Result("", name, ok=False, again=True, message=TOO_MANY))
        else:
            results.append(_take(angkatan, file, own, way, by))
    return results


def _take(angkatan: Angkatan, file: "UploadedFile[bytes]", key: uuid.UUID, way: SheetUpload.Way, by: User) -> Result:
    name = keeping.name_of(file)
    try:
        taken = keeping.take(angkatan, file, key=key, way=way, by=by, at=timezone.now())
    except SheetRefused as refusal:
        return Result(str(key), name, ok=False, again=refusal.again, message=str(refusal))
    return Result(str(taken.upload.pk), name, ok=True, message=taken.sentence)


def _told(results: list[Result], to: str) -> JsonResponse:
    body: dict[str, object] = {"results": [asdict(one) for one in results], "to": to}
    if any(one.ok for one in results):
        return JsonResponse(body)
    may_pass = any(one.again for one in results)
    body |= {"error": "refused", "message": results[0].message if results else NOTHING}
    return JsonResponse(body, status=503 if may_pass else 422)


def _flash(request: HttpRequest, results: list[Result]) -> None:
    """One line for all that were taken, and one for each reason why some were not."""
    new = sum(one.ok and not one.message for one in results)
    if new:
        messages.success(request, f"{new} berkas diterima dan sedang dibaca. Halaman ini boleh ditutup.")
    said: dict[tuple[bool, str], list[str]] = {}
    for one in results:
        if one.message:
            said.setdefault((one.ok, one.message), []).append(one.name)
    for (is_taken, sentence), names in said.items():
        tell = messages.info if is_taken else messages.error
        tell(request, f"{', '.join(names)}: {sentence}")
    if not results:
        messages.error(request, NOTHING)


@require_POST
@of_batch(access.ENTER_SHEETS)
def reading(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """Stop it behind the pages in hand, or go on with what is left."""
    by = cast(User, request.user)
    if request.POST.get("lalu") == "berhenti":
        waiting.stop(angkatan, by=by, at=timezone.now())
        messages.info(request, STOPPED)
    else:
        with transaction.atomic():
            goes_on = waiting.resume(angkatan, by=by)
        messages.info(request, GOES_ON if goes_on else NONE_LEFT)
    return redirect("sheets", angkatan.slug)
