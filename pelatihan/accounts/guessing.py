"""How often a password may be guessed: by name and network, by network, by name from anywhere.

A whole ministry or a hotel has one address, so nobody may be locked out by what a neighbour types: a browser in which
this account has logged in before (accounts.known) has a count of its own, and a network from which it has, does not
wait with the others when the name is tried from everywhere (docs/decisions.md, 8).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from pelatihan import dates
from pelatihan.accounts import known
from pelatihan.web import errors, limits
from pelatihan.web.limits import HOUR, Limit, Tally, TooMany

QUARTER = 15 * 60
PAIR = Limit("login", 5, QUARTER)  # a name from a network
BROWSER = Limit("login-browser", 5, QUARTER)  # a name in a browser that it has logged in with before
NETWORK = Limit("login-network", 50, QUARTER)  # wrong ones of a hundred people behind one address
NAME = Limit("login-name", 10, 24 * HOUR)  # wrong ones from networks new to the name; beyond, each one waits longer
HOME = Limit("login-home", 1, 180 * 24 * HOUR)  # networks from which a name has logged in
PASSWORD = Limit("password", 5, QUARTER)  # the old password, of somebody who is logged in

FORGOTTEN = "Lupa kata sandi? Mintalah kata sandi baru kepada admin."
OFTEN = {
    PAIR.scope: "Nama pengguna atau kata sandi terlalu sering salah. Demi keamanan, masuk dengan nama itu dari jaringan"
    " Anda ditutup",
    BROWSER.scope: "Kata sandi terlalu sering salah. Demi keamanan, masuk dengan nama itu di perangkat ini ditutup",
    NETWORK.scope: "Dari jaringan ini terlalu sering ada yang masuk dengan kata sandi salah. Perangkat yang pernah"
    " dipakai masuk tetap dapat masuk; perangkat lain menunggu",
    NAME.scope: "Nama ini sedang dicoba berulang kali dari berbagai tempat. Perangkat dan jaringan yang pernah dipakai"
    " pemiliknya tetap dapat masuk; yang lain menunggu",
    PASSWORD.scope: "Kata sandi sekarang terlalu sering salah. Demi keamanan, penggantian kata sandi ditutup",
}


@dataclass
class Attempt:
    """One try with a name, counted before the password is looked at."""

    name: str
    network: str
    browser: str  # of a browser that is known for this account; else empty
    counted: list[tuple[Limit, str]] = field(default_factory=list)

    @property
    def home(self) -> str:
        return f"{self.network} {self.name}"

    def count(self) -> None:
        """Count the try by every limit that holds for it.

        :raises TooMany: one is reached; the others have not counted it
        """
        if self.browser:
            return self._take(BROWSER, self.browser)
        self._take(PAIR, self.home)
        self._take(NETWORK, self.network)
        if not HOME.count(self.home):
            self._take_turn()
        return None

    def _take(self, limit: Limit, key: str) -> None:
        tally = limit.take(key)
        if not tally.passes:
            self._undo()
            raise refusal(limit, tally.until)
        self.counted.append((limit, key))

    def _take_turn(self) -> None:
        """Strangers to a name that is tried from everywhere come one by one: after 2, 4, 8 … s, at last 15 min."""
        tally = NAME.take(self.name)
        self.counted.append((NAME, self.name))
        if not tally.passes and not (turn := _turn(tally).take(self.name)).passes:
            self._undo()
            raise refusal(NAME, turn.until)

    def _undo(self) -> None:
        for limit, key in self.counted:
            limit.give_back(key)

    def was_right(self) -> None:
        """Right tries do not count, and earlier slips are forgotten."""
        self._undo()
        PAIR.forget(self.home)
        BROWSER.forget(self.browser)
        HOME.take(self.home)


def _turn(tally: Tally) -> Limit:
    beyond = min(tally.count - NAME.most, 10)
    return Limit("login-turn", 1, min(2**beyond, QUARTER))


def begin(request: HttpRequest, name: str, user: User | None) -> Attempt:
    """Count a try to log in with that name, before the password is looked at.

    :raises TooMany: with a sentence that says until when
    """
    attempt = Attempt(name, limits.address_of(request), known.browser_of(request, user) if user else "")
    attempt.count()
    return attempt


def refusal(limit: Limit, until: datetime) -> TooMany:
    """What the person reads: why, and until when."""
    seconds = (until - timezone.now()).total_seconds()
    minutes = errors.minutes(seconds)
    shown = until if until.second == until.microsecond == 0 else until + timedelta(minutes=1)  # clocks show no seconds
    reason = f"{OFTEN[limit.scope]} sampai pukul {dates.clock(shown)} {dates.zone_label()} ({minutes} menit lagi)."
    return TooMany(seconds, reason, f"Sesudah itu silakan coba lagi. {FORGOTTEN}")
