"""The certificates of the training that ended, under numbers that are invented."""

import random
import uuid
from datetime import timedelta

from pelatihan.certificates import issuing
from pelatihan.certificates.standing import standings
from pelatihan.models import Angkatan, CertificateRule, NumberSeries
from pelatihan.trial.reference.office import Desk


def give(angkatan: Angkatan, desk: Desk) -> None:
    """To whoever was at four fifths of the teaching, signed by the head of the office; half an hour after the end."""
    series = NumberSeries.objects.create(label="Sertifikat 2019 (contoh)", code="SERT-ORMAS")
    CertificateRule.objects.create(angkatan=angkatan, series=series, signer=desk.head)
    last = angkatan.sessions.in_time_order().last()
    assert last is not None  # the rundown has some
    dice = random.Random(f"sertifikat {angkatan.slug}")
    key = uuid.UUID(int=dice.getrandbits(128), version=4)
    issuing.issue(
        angkatan, key, issuing.digest(standings(angkatan)), by=desk.committee,
        at=last.ends_at + timedelta(minutes=30), pick=dice.choice,
    )  # fmt: skip
