"""All papers there are, in the order of the gallery: one line each."""

from pelatihan.papers import (
    assignment,
    attendance_sheet,
    badge,
    biodata,
    certificate,
    emergency,
    guest_sheet,
    house_rules,
    participants,
    recap_sheet,
    schedule,
)
from pelatihan.papers.offered import Offered

OFFERS: tuple[Offered, ...] = (
    attendance_sheet.OFFER,
    *guest_sheet.OFFERS,
    recap_sheet.OFFER,
    participants.OFFER,
    assignment.OFFER,
    biodata.OFFER,
    house_rules.OFFER,
    schedule.OFFER,
    badge.OFFER,
    certificate.OFFER,
    emergency.OFFER,
)
BY_KEY = {offer.key: offer for offer in OFFERS}
