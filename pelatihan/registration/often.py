"""How often the public may send what makes something, or open what it does not have.

A hotel or a ministry behind one address meets none of these limits. Where one is reached, what was typed stays on the
page, with a sentence, status 429 and ``Retry-After``: ``errors.not_yet(page, refusal.seconds)``.
"""

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils import timezone

from pelatihan.models import Angkatan
from pelatihan.web import errors, limits
from pelatihan.web.limits import DAY, HOUR, Counted, Limit, Tally, TooMany

FORMS = Limit("register", 120, HOUR)  # a whole office, or all customers of one mobile network, share an address
PHONE = Limit("register-phone", 30, DAY)  # a contact person gives one number for all elder members of the ormas
ORMAS = Limit("register-ormas", 100, HOUR)  # of one batch; "sudah terdaftar" tells a guessed number of a known name
LINK = Limit("link", 60, HOUR)  # forms sent by one invitation link
WRONG_LINKS = Limit("link-wrong", 60, HOUR)  # links that are no links, from one address
LINK_BITS = 100  # at least, of what is secret in a link

KEPT = "Isian Anda masih ada: tunggu {minutes} menit, lalu kirim lagi dari halaman ini."
SENTENCES = {
    FORMS.scope: f"Terlalu banyak pendaftaran dari tempat Anda. {KEPT}",
    PHONE.scope: "Nomor HP ini sudah terlalu sering dipakai mendaftar hari ini. Isian Anda masih ada: tulis nomor HP"
    " peserta sendiri, atau hubungi panitia.",
    ORMAS.scope: f"Terlalu banyak pendaftaran untuk ormas ini. {KEPT}",
    LINK.scope: f"Terlalu banyak kiriman lewat tautan ini. {KEPT}",
    WRONG_LINKS.scope: "Terlalu banyak tautan keliru dibuka dari tempat Anda. Tunggu {minutes} menit, lalu buka tautan"
    " dari undangan Anda, atau mintalah tautan baru kepada panitia.",
}
FIELDS = {PHONE.scope: "phone", ORMAS.scope: "ormas"}  # where the sentence belongs, if the form has such a field


ADVICE = "Bila ini menghalangi kegiatan Anda, hubungi panitia."


class TooOften(TooMany):
    """One of the limits above is reached. ``field``: of the form, where the sentence belongs to one."""

    def __init__(self, limit: Limit, tally: Tally) -> None:
        seconds = (tally.until - timezone.now()).total_seconds()
        super().__init__(seconds, SENTENCES[limit.scope].format(minutes=errors.minutes(seconds)), ADVICE)
        self.field = FIELDS.get(limit.scope)


def count(counted: Sequence[Counted]) -> None:
    """Count what was sent, before it is written.

    :raises TooOften: a limit is reached; the others have not counted it
    """
    tallies = list(zip(counted, limits.take(counted), strict=True))
    reached = [(limit, tally) for (limit, _), tally in tallies if not tally.passes]
    if reached:
        limits.give_back([pair for pair, tally in tallies if tally.passes])
        raise TooOften(*max(reached, key=lambda pair: pair[1].until))


def registering(request: HttpRequest, angkatan: Angkatan, ormas: object, phone: str) -> list[Counted]:
    """What one form counts by; ``ormas``: its key."""
    return [(FORMS, limits.address_of(request)), (PHONE, phone), (ORMAS, f"{angkatan.pk} {ormas}")]
