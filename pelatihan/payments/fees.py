"""What a guest is paid for a session, as the receipt says it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pelatihan.models import Honorarium
from pelatihan.payments import money
from pelatihan.payments.money import Amount

NO_SESSION = "Sesinya sudah dihapus. Pilih sesi lain."


@dataclass(frozen=True)
class Fee:
    """So many orang-jam, what they come to, and the duty stamp that the receipt carries."""

    hours: Decimal
    minutes: int  # of the session; 0 where staff said how many orang-jam it was
    amount: Amount
    duty: int


def fee_of(honorarium: Honorarium) -> Fee | None:
    """What is to be paid; None while there is no session to pay for (:data:`NO_SESSION`)."""
    session = honorarium.session
    if session is None:
        return None
    length = session.ends_at - session.starts_at
    own = honorarium.own_hours
    hours = money.hours_of(length) if own is None else own
    amount = money.fee(hours, honorarium.rate, honorarium.tax_percent)
    minutes = int(length.total_seconds()) // 60 if own is None else 0
    return Fee(hours, minutes, amount, money.duty(amount.gross, day_of(honorarium)))


def day_of(honorarium: Honorarium) -> date:
    """The day on the receipt: when it is paid, else the session's own."""
    assert honorarium.session is not None
    return honorarium.paid_on or honorarium.session.day
