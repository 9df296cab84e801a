"""All papers there are, in the order of the gallery: one line each."""

from pelatihan.papers import (
    assignment,
    attendance_sheet,
    badge,
    biodata,
    certificate,
    emergency,
    guest_sheet,
    honorarium,
    house_rules,
    invitation_letter,
    participants,
    recap_sheet,
    receipt_list,
    room_list,
    schedule,
)
from pelatihan.papers.offered import Offered

OFFERS: tuple[Offered, ...] = (
    attendance_sheet.OFFER,
    *guest_sheet.OFFERS,
    recap_sheet.OFFER,
    participants.OFFER,
    badge.OFFER,
    room_list.OFFER,
    invitation_letter.OFFER,
    assignment.OFFER,
    biodata.OFFER,
    house_rules.OFFER,
    schedule.OFFER,
    receipt_list.OFFER,
    honorarium.OFFER,
    certificate.OFFER,
    emergency.OFFER,
)
BY_KEY = {offer.key: offer for offer in OFFERS}
