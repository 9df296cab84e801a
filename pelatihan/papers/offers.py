"""All papers there are, in the order of the gallery: one line each."""

from pelatihan.papers import attendance_sheet, badge, recap_sheet, room_list
from pelatihan.papers.offered import Offered

OFFERS: tuple[Offered, ...] = (
    attendance_sheet.OFFER,
    recap_sheet.OFFER,
    badge.OFFER,
    room_list.OFFER,
)
BY_KEY = {offer.key: offer for offer in OFFERS}
