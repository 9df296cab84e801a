"""Why a registration is not taken or not moved: sentences for whoever tried, with what to do next."""

from pelatihan.models import Registration


class Refusal(Exception):
    """Nothing was written; the text is a sentence that says what to do next."""


class NotOpenNow(Refusal):
    """The batch takes no registrations from the public at this moment."""


class OrmasNotInvited(Refusal):
    """The organisation cannot send anybody to this batch."""


class AlreadyRegistered(Refusal):
    """The same name, phone and organisation stand in this batch already. The sentence says nothing of that
    registration; ``other`` is it, for staff.
    """

    def __init__(self, sentence: str, other: Registration | None = None) -> None:
        super().__init__(sentence)
        self.other = other


class StatusMoved(Refusal):
    """Somebody else decided meanwhile: the clerk saw another status than the one that holds now."""


class Overtaken(Refusal):
    """Somebody else wrote something else into the same fields since they were read."""


class BatchOver(Refusal):
    """The batch was cancelled or closed, and this is not done in such a batch."""


class Clash(Refusal):
    """The database refused: something else changed at the same moment."""


class NoSeatLeft(Refusal):
    """The move would take a seat that is not there."""


class TooManyNamed(Refusal):
    """The organisation has named as many people as it may."""


class SamePerson(Refusal):
    """Who is to come instead is who is to be replaced."""


class RequestGone(Refusal):
    """The request waits no more: somebody decided it, or took it back."""


class GroupRefused(Refusal):
    """One of several that came together was refused, so none was taken; ``row`` counts from 0."""

    def __init__(self, sentence: str, row: int) -> None:
        super().__init__(sentence)
        self.row = row


class LetterRefused(Refusal):
    """The file is not kept as a surat tugas."""
