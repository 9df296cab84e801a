"""Issues certificates, makes copies, revokes: nothing else does. Numbers are drawn under the lock of their series."""

import hashlib
import json
import secrets
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from pelatihan import numbering
from pelatihan.certificates import codes
from pelatihan.certificates.standing import Standings, standing_of, standings
from pelatihan.certificates.wording import dated_on, wording
from pelatihan.models import (
    Angkatan,
    Certificate,
    CertificateException,
    CertificateIssue,
    CertificateRevocation,
    CertificateRule,
    CertificateVersion,
    NumberSeries,
    Registration,
)
from pelatihan.models.certificate import LONGEST_NUMBER
from pelatihan.models.office import office
from pelatihan.phases import shut_sentence

AT_ONCE = 1_000  # rows in one statement
MOST_COPIES = 99


class NotDone(Exception):
    """Nothing was written; the text is a sentence for whoever pressed the button."""


# ---- Issuing -------------------------------------------------------------------------------------


def refusal(found: Standings) -> str:
    """Why no certificates can be issued now; empty when they can."""
    angkatan, rule = found.angkatan, found.rule
    if angkatan.cancelled_at:
        return f"{angkatan.name} dibatalkan, jadi sertifikatnya tidak diterbitkan."
    if sentence := shut_sentence(angkatan.closed_at, angkatan.name, "sertifikat baru"):
        return sentence.replace("tidak berubah lagi", "tidak diterbitkan lagi")
    if not found.teaching:
        return "Belum ada sesi materi atau diskusi yang memakai daftar hadir. Susun dulu sesinya di Pengaturan."
    if rule.series_id is None:
        return "Seri nomornya belum dipilih. Pilih dulu di aturan sertifikat."
    if not found.due:
        return "Semua yang berhak sudah mempunyai sertifikat." if found.given else "Belum ada yang berhak."
    return ""


def digest(found: Standings) -> str:
    """Names whom a page showed, in which order and under which names, and all that their certificates would say; it
    comes back with the press of the button.
    """
    people = [[str(one.person.ref), one.person.full_name, one.person.ormas_name] for one in found.due]
    words = [people, wording(found, office()).kept(), found.rule.series_id]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:24]


@transaction.atomic
def issue(
    angkatan: Angkatan,
    key: uuid.UUID,
    seen: str,
    *,
    by: User,
    at: datetime,
    pick: Callable[[str], str] = secrets.choice,
) -> CertificateIssue:
    """Give a number and a code to everybody who is entitled and has none, in the order of the list. The same key again
    is the same issue.

    :param seen: the digest of what the page showed
    :param pick: chooses each sign of the codes
    :raises NotDone: nothing was drawn
    """
    here = Angkatan.objects.select_for_update(no_key=True).get(pk=angkatan.pk)
    if done := CertificateIssue.objects.filter(pk=key).first():
        if done.angkatan_id != here.pk:
            raise NotDone("Halaman ini sudah dipakai untuk angkatan lain. Periksa lagi, lalu terbitkan.")
        return done
    found = standings(here)
    if sentence := refusal(found):
        raise NotDone(sentence)
    if digest(found) != seen:
        raise NotDone(
            "Sejak halaman ini dibuka daftarnya berubah, atau isi sertifikatnya. Periksa lagi siapa yang mendapat dan"
            " apa yang tertulis, lalu terbitkan."
        )
    assert found.rule.series is not None  # refused above
    numbers = numbering.draw(found.rule.series, len(found.due), angkatan=here, on=dated_on(found.rule, here))
    _check(numbers, found.rule.series)
    made = CertificateIssue.objects.create(pk=key, angkatan=here, wording=wording(found, office()).kept(), at=at, by=by)
    certificates = [
        Certificate(
            issue=made, registration=one.person, series=found.rule.series, no=number.no, number=number.text,
            code=codes.new_code(pick),
        )
        for one, number in zip(found.due, numbers, strict=True)
    ]  # fmt: skip
    Certificate.objects.bulk_create(certificates, batch_size=AT_ONCE)
    versions = [_version(one, one.registration, 1, by=by, at=at) for one in certificates]
    CertificateVersion.objects.bulk_create(versions, batch_size=AT_ONCE)
    return made


def _check(numbers: Sequence[numbering.Drawn], series: NumberSeries) -> None:
    """Whether these can be given out; who reads the refusal has drawn none, as all is taken back."""
    texts = [number.text for number in numbers]
    if any(len(text) > LONGEST_NUMBER for text in texts):
        raise NotDone(f"Nomor seri “{series}” lebih dari {LONGEST_NUMBER} huruf. Pendekkan polanya atau kodenya.")
    if taken := Certificate.objects.filter(number__in=texts).order_by("no").values_list("number", flat=True).first():
        raise NotDone(
            f"Nomor {taken} sudah dipakai sertifikat lain. Ubah kode atau pola seri “{series}”, atau pilih seri lain."
        )


def _version(
    certificate: Certificate, person: Registration, copy: int, *, by: User, at: datetime, reason: str = ""
) -> CertificateVersion:
    return CertificateVersion(
        certificate=certificate, copy=copy, front_title=person.front_title, name=person.name,
        back_title=person.back_title, ormas=person.ormas_name, reason=reason, at=at, by=by,
    )  # fmt: skip


# ---- One that was given out ----------------------------------------------------------------------


def reissue(certificate: Certificate, reason: str, *, copies: int, by: User, at: datetime) -> CertificateVersion:
    """Another copy under the same number and code, with the name as it is now.

    :param copies: how many there were on the page
    :raises NotDone: nothing was written
    """
    with transaction.atomic():
        held = _held(certificate, reason)
        if held.revocations.filter(restored_at=None).exists():
            raise NotDone("Sertifikat ini dicabut. Berlakukan lagi dulu, lalu buat salinannya.")
        if (last := held.versions.count()) != copies:
            raise NotDone(f"Salinan ke-{last} sudah dibuat. Periksa dulu, lalu buat lagi bila masih perlu.")
        if last >= MOST_COPIES:
            raise NotDone(f"Sertifikat ini sudah mempunyai {MOST_COPIES} salinan.")
        version = _version(held, held.registration, last + 1, by=by, at=at, reason=reason.strip())
        version.save(force_insert=True)
        return version


def revoke(certificate: Certificate, reason: str, *, by: User, at: datetime) -> CertificateRevocation:
    """From now on whoever checks it reads that it holds no more. Twice is once.

    :raises NotDone: nothing was written
    """
    with transaction.atomic():
        held = _held(certificate, reason)
        if gone := held.revocations.filter(restored_at=None).first():
            return gone
        return CertificateRevocation.objects.create(certificate=held, reason=reason.strip(), by=by, at=at)


def restore(certificate: Certificate, *, by: User, at: datetime) -> bool:
    """It holds again; False when it did."""
    open_one = CertificateRevocation.objects.filter(certificate=certificate, restored_at=None)
    return bool(open_one.update(restored_at=at, restored_by=by))


def _held(certificate: Certificate, reason: str) -> Certificate:
    if not reason.strip():
        raise NotDone("Tulis alasannya; alasan ini tercatat.")
    rows = Certificate.objects.select_related("registration__ormas").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=certificate.pk)


# ---- Exceptions ----------------------------------------------------------------------------------


def decide(registration: Registration, kind: str, reason: str, *, by: User, at: datetime) -> CertificateException:
    """Give a certificate, or none, whatever the rule says; or let the rule hold again.

    :raises NotDone: nothing was written
    """
    with transaction.atomic():
        here = Angkatan.objects.select_for_update(no_key=True).get(pk=registration.angkatan_id)
        if sentence := shut_sentence(here.closed_at, here.name, "keputusan sertifikatnya"):
            raise NotDone(sentence)
        if not reason.strip():
            raise NotDone("Tulis alasannya; alasan ini tercatat.")
        now = standing_of(Registration.objects.select_related("angkatan", "ormas").get(pk=registration.pk))
        if not now.is_expected:
            raise NotDone(now.why)
        if kind == CertificateException.Kind.LIFT and now.exception is None:
            raise NotDone("Orang ini sudah ikut syarat yang berlaku.")
        return CertificateException.objects.create(
            registration=registration, kind=kind, reason=reason.strip(), by=by, at=at
        )


# ---- The rule ------------------------------------------------------------------------------------


def may_change_rule(angkatan: Angkatan) -> str:
    """Why the rule stands still; empty while it may be changed."""
    return shut_sentence(angkatan.closed_at, angkatan.name, "aturan sertifikatnya")


def keep_rule(rule: CertificateRule, columns: list[str]) -> None:
    """Save what was changed of it. What was given out stays as it is.

    :raises NotDone: nothing was written
    """
    with transaction.atomic():
        here = Angkatan.objects.select_for_update(no_key=True).get(pk=rule.angkatan_id)
        if sentence := may_change_rule(here):
            raise NotDone(sentence)
        known = CertificateRule.objects.filter(angkatan=here).first()
        if known is None:
            rule.save(force_insert=True)
        elif rule.pk is None:
            raise NotDone("Aturan ini baru saja disimpan orang lain. Muat ulang halamannya, lalu periksa isinya.")
        elif columns:
            rule.save(update_fields=columns)
