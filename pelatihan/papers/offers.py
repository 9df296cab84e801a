"""All papers there are, in the order of the gallery: one line each."""

from pelatihan.papers import attendance_sheet, honorarium, invitation_letter, recap_sheet, receipt_list
from pelatihan.papers.offered import Offered

OFFERS: tuple[Offered, ...] = (
    attendance_sheet.OFFER,
    recap_sheet.OFFER,
    invitation_letter.OFFER,
    receipt_list.OFFER,
    honorarium.OFFER,
)
BY_KEY = {offer.key: offer for offer in OFFERS}
