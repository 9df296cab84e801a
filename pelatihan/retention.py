"""The privacy notice's version, and how long data is kept.

The text is templates/privacy/notice.html (UU 27/2022, art. 21: legality, purpose, kinds of data, retention,
rights). Whoever changes what it says raises the version: each delegate's record keeps the one that was read.
"""

from dataclasses import dataclass

PRIVACY_VERSION = "2027-05"


@dataclass(frozen=True)
class Retention:
    """How long what is kept after a training ends; papers follow the archive schedule for finance."""

    contact_years: int = 1  # of delegates, with their gender, of an ormas' contact person, and of one that asked
    contact_years_if_invited: int = 2
    letter_years: int = 1  # of the surat tugas that an ormas uploaded
    papers_years: int = 10  # with every print of them, to the byte, and pictures of what was signed
    sheet_days: int = 30  # of pictures of signed sheets that nobody needs: set aside, or of no page that is known
    sheet_draft_days: int = 180  # of what somebody began to enter of a signed sheet, from when they left it
    printing_days: int = 90  # of prints that are no part of the accounts: badges, lists of rooms, forms with contacts
    nik_days: int = 90  # where a training asks for it
    lodging_days: int = 90  # who slept where
    code_request_days: int = 30  # after it was answered, or the training is over
    job_days: int = 180  # of long acts, with what staff read of how they ended
    import_days: int = 7  # the rows of a list from Excel, from when it was uploaded
    device_days: int = 180  # how long a delegate's browser is remembered


RETENTION = Retention()
