"""Closing a batch: what is still open, with the way to each; and pages of a batch that is closed, which stand still."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from pelatihan import dates
from pelatihan.batches import steps
from pelatihan.batches.steps import Open
from pelatihan.certificates.standing import standings
from pelatihan.models import Angkatan, CertificateRule, Session
from pelatihan.papers import out_of_date, returning
from pelatihan.phases import shut_sentence

# ---- What is still open --------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """A sentence, and the page where one finishes it."""

    sentence: str
    address: str
    word: str  # of the link


def points(angkatan: Angkatan) -> list[Point]:
    """All that is still open, prints that no longer fit and certificates too."""
    found = [Point(left.sentence, *_way(angkatan, left.what)) for left in steps.unfinished(angkatan)]
    if stale := _stale_prints(angkatan):
        late = reverse("admin:pelatihan_angkatan_late", args=[angkatan.pk])
        found.append(Point(f"{dates.thousands(stale)} cetakan tidak lagi cocok", late, "Lihat dan cetak ulang"))
    if owed := returning.number_owed(angkatan, timezone.now()):
        sheets = reverse("sheets", args=[angkatan.slug])
        found.append(Point(f"{dates.thousands(owed)} lembar bertanda tangan belum kembali", sheets, "Lihat lembarnya"))
    if due := _due_certificates(angkatan):
        address = reverse("certificates", args=[angkatan.slug])
        found.append(Point(f"{dates.thousands(due)} sertifikat siap terbit", address, "Terbitkan"))
    return found


def _due_certificates(angkatan: Angkatan) -> int:
    """Where the committee has made a rule: once the batch is closed none is issued any more."""
    has_rule = CertificateRule.objects.filter(angkatan=angkatan).exists()
    return len(standings(angkatan).due) if has_rule else 0


def _stale_prints(angkatan: Angkatan) -> int:
    if not angkatan.frozen_at:
        return 0
    sessions = list(angkatan.sessions.taking_attendance().in_time_order())
    return len(out_of_date.report_of(angkatan, sessions).stale)


def _way(angkatan: Angkatan, what: Open) -> tuple[str, str]:
    """Where it is finished, and the word of the link."""
    people = f"{reverse('admin:pelatihan_registration_changelist')}?angkatan={angkatan.slug}"
    match what:
        case Open.SUBMITTED | Open.NEEDS_FIX | Open.WAITLISTED:
            return f"{people}&status={what.value}", "Putuskan"
        case Open.REQUESTS:
            return f"{people}&permintaan=menunggu", "Jawab"
        case Open.LISTING:
            listing = reverse("admin:pelatihan_listingrequest_changelist")
            return f"{listing}?angkatan={angkatan.slug}&keadaan=waiting", "Jawab"
        case Open.SESSIONS:
            return _session_to_close(angkatan), "Tutup sesinya"
        case Open.LETTERS:
            return reverse("admin:pelatihan_angkatan_invitations", args=[angkatan.pk]), "Lihat undangan"
        case Open.MESSAGES:
            return messages_of(angkatan), "Lihat pesan"


def _session_to_close(angkatan: Angkatan) -> str:
    """The page on which the earliest is closed; from it one comes to the others."""
    session: Session | None = angkatan.sessions.taking_attendance().filter(closed_at=None).in_time_order().first()
    if session is None:
        return reverse("board", args=[angkatan.slug])
    return reverse("desk_close", args=[angkatan.slug, session.pk])


def messages_of(angkatan: Angkatan) -> str:
    """The log of what was written to people of the batch."""
    return f"{reverse('admin:messages')}?angkatan={angkatan.slug}"


# ---- A batch that is closed ----------------------------------------------------------------------


class OfClosedBatch:
    """A page of something of a batch: once that is closed it is read, and says what to do first."""

    shut_word = "datanya"

    def batch_of(self, obj: Any) -> Angkatan:
        batch: Angkatan = obj.angkatan
        return batch

    def _is_shut(self, obj: Any) -> bool:
        return obj is not None and self.batch_of(obj).closed_at is not None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_change_permission(request, obj)) and not self._is_shut(obj)  # type: ignore[misc]  # of ModelAdmin

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_delete_permission(request, obj)) and not self._is_shut(obj)  # type: ignore[misc]  # of ModelAdmin

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **options: Any) -> Any:
        """Who saves what was open when the page was made reads why nothing was saved."""
        obj = self.get_object(request, object_id) if request.method == "POST" and object_id else None  # type: ignore[attr-defined]  # of ModelAdmin
        if self._is_shut(obj):
            batch = self.batch_of(obj)
            messages.error(request, shut_sentence(batch.closed_at, batch.name, self.shut_word))
            return redirect(request.path)
        return super().changeform_view(request, object_id, *args, **options)  # type: ignore[misc]  # of ModelAdmin


class RowsOfClosedBatch:
    """Rows on the page of a batch: once that is closed none is added, changed or deleted."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_add_permission(request, obj)) and not _is_closed(obj)  # type: ignore[misc]  # of ModelAdmin

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_change_permission(request, obj)) and not _is_closed(obj)  # type: ignore[misc]  # of ModelAdmin

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_delete_permission(request, obj)) and not _is_closed(obj)  # type: ignore[misc]  # of ModelAdmin


def _is_closed(batch: Any) -> bool:
    return getattr(batch, "closed_at", None) is not None
