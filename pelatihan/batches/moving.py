"""A batch on other days: its dates, registration window, letter and rundown move together, the clock times stay."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localtime

from pelatihan import dates, phases
from pelatihan.accounts.actor import SYSTEM, Actor
from pelatihan.models import Angkatan, Attendance, PlanChange, Registration, Session
from pelatihan.registration import plan_changes, writer

MOVED = ("year", "starts_on", "ends_on", "opens_at", "closes_at", "letter_due_on")


class MoveRefused(Exception):
    """The batch stays where it is; the text is a sentence for whoever wanted to move it."""


class MovedMeanwhile(MoveRefused):
    """Somebody else moved it since the page was shown."""


class ReasonMissing(MoveRefused):
    """People read why the days of a batch that they know are others now."""


@dataclass(frozen=True)
class Line:
    """One thing of the batch, as it is and as it would be. ``note`` says why it stays."""

    what: str
    before: str
    after: str
    note: str = ""


def may_move(angkatan: Angkatan) -> None:
    """Refuse to move what has begun or is over.

    :raises MoveRefused: with what can be done instead
    """
    if angkatan.cancelled_at:
        raise MoveRefused(
            f"{angkatan.name} sudah dibatalkan, jadi tanggalnya tetap. Cabut dulu pembatalannya, atau pilih “Salin"
            " angkatan”."
        )
    if angkatan.closed_at:
        raise MoveRefused(f"{angkatan.name} sudah ditutup, jadi tanggalnya tetap. Buka dulu angkatannya.")
    if Attendance.objects.filter(session__angkatan=angkatan).exists():
        raise MoveRefused(
            f"Presensi {angkatan.name} sudah dicatat, jadi tanggalnya tidak dapat dipindahkan lagi. Sesi yang belum"
            " berlangsung dapat diubah satu per satu di halaman angkatan."
        )


def moved(angkatan: Angkatan, starts_on: date, at: datetime) -> Angkatan:
    """The batch as it would be, not saved. What has opened stays open: nobody finds a form shut that was there before.

    :raises MoveRefused: when the batch could not be so
    """
    shift = starts_on - angkatan.starts_on
    if not shift:
        raise MoveRefused("Tanggalnya tetap sama. Pilih hari pertama yang lain.")
    opens_at, closes_at = angkatan.opens_at, angkatan.closes_at
    new = Angkatan(
        pk=angkatan.pk,
        number=angkatan.number,
        year=starts_on.year,
        starts_on=starts_on,
        ends_on=angkatan.ends_on + shift,
        opens_at=opens_at if opens_at is None or opens_at <= at else _shifted(opens_at, shift),
        closes_at=closes_at and _shifted(closes_at, shift),
        letter_due_on=angkatan.letter_due_on + shift if angkatan.letter_due_on else None,
        frozen_at=angkatan.frozen_at,
    )
    if Angkatan.objects.filter(number=new.number, year=new.year).exclude(pk=new.pk).exists():
        raise MoveRefused(f"{new.name} sudah ada. Ubah dulu nomor salah satunya, lalu pindahkan.")
    if new.opens_at and new.closes_at and new.closes_at <= new.opens_at:
        raise MoveRefused(
            f"Pendaftaran akan ditutup {dates.long_moment(new.closes_at)}, sebelum waktu dibukanya. Ubah dulu masa"
            " pendaftarannya di halaman angkatan, lalu pindahkan."
        )
    return new


def _shifted(moment: datetime, shift: timedelta) -> datetime:
    return localtime(moment) + shift  # the same hour on the wall


def preview(angkatan: Angkatan, new: Angkatan, at: datetime) -> list[Line]:
    """All that moves, and what one might expect to move and does not."""
    lines = [Line("Tanggal", angkatan.day_range, new.day_range)]
    if new.name != angkatan.name:
        lines.append(Line("Nama", angkatan.name, new.name))
    lines += [_window("Pendaftaran dibuka", angkatan.opens_at, new.opens_at, "sudah dibuka")]
    lines += [_window("Pendaftaran ditutup", angkatan.closes_at, new.closes_at)]
    if angkatan.letter_due_on and new.letter_due_on:
        before_it, after_it = dates.long_date(angkatan.letter_due_on), dates.long_date(new.letter_due_on)
        lines.append(Line("Surat tugas paling lambat", before_it, after_it))
    if angkatan.frozen_at:
        frozen = dates.long_moment(angkatan.frozen_at)
        lines.append(Line("Daftar dibekukan", frozen, frozen, "tetap beku sampai dicairkan"))
    before, after = phases.phase_of(angkatan, at), phases.phase_of(new, at)
    if before != after:
        lines.append(Line("Keadaan", str(before.label), str(after.label)))
    return lines


def _window(what: str, before: datetime | None, after: datetime | None, note: str = "") -> Line:
    texts = [dates.long_moment(moment) if moment else "–" for moment in (before, after)]
    return Line(what, texts[0], texts[1], note if before and before == after else "")


def preview_sessions(angkatan: Angkatan, new: Angkatan) -> list[tuple[Session, str, str]]:
    """Every session with its day before and after."""
    shift = new.starts_on - angkatan.starts_on
    return [
        (session, dates.long_date(session.day), dates.long_date(session.day + shift))
        for session in angkatan.sessions.in_time_order()
    ]


@transaction.atomic
def move(
    angkatan: Angkatan, starts_on: date, *, seen: date, at: datetime, actor: Actor = SYSTEM, reason: str = ""
) -> list[Registration]:
    """Move it; who moved up from the queue because of it. Of a batch that somebody may know the change is kept, with
    the reason that people read.

    People are locked as the desk locks them: who is let in just now is waited for, and then seen.

    :param seen: the first day that the preview started from
    :raises MovedMeanwhile: when it is another one now
    :raises ReasonMissing: when people know of it, and there is no reason
    :raises MoveRefused: see :func:`may_move` and :func:`moved`
    """
    now = Angkatan.objects.select_for_update(no_key=True).get(pk=angkatan.pk)
    if now.starts_on != seen:
        raise MovedMeanwhile(f"Tanggalnya baru saja diubah orang lain menjadi {now.date_range}. Periksa lagi.")
    list(now.registrations.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    may_move(now)
    new = moved(now, starts_on, at)
    is_told = now.is_known()
    if is_told and not reason.strip():
        raise ReasonMissing("Tulis alasan tanggalnya dipindahkan; peserta membacanya.")
    before, shift = (now.starts_on, now.ends_on), starts_on - now.starts_on
    for field in MOVED:
        setattr(now, field, getattr(new, field))
    now.slug = now.fitting_slug()
    now.save(update_fields=["slug", *MOVED])
    now.sessions.update(starts_at=F("starts_at") + shift, ends_at=F("ends_at") + shift)
    if is_told:
        plan_changes.note(now, PlanChange.Kind.POSTPONED, reason, at=at, actor=actor, since=before)
    return writer.fill_seats(now, at=at)
