"""Pictures of signed sheets: those that nobody needs go some weeks after the training, the others with their print
(``forgetting``); what somebody began to enter goes some months after they left it; and files that no row names.
"""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from pelatihan.models import SheetDraft, SheetScan, SheetUpload
from pelatihan.retention import RETENTION
from pelatihan.web.kept_files import SHEETS


def over(today: date) -> QuerySet[SheetScan]:
    """Pictures that nobody needs, so many days after the training and after they were sent."""
    last = today - timedelta(days=RETENTION.sheet_days)
    return SheetScan.objects.needed_by_nobody().filter(angkatan__ends_on__lt=last, upload__at__date__lt=last)


def drafts_over(today: date) -> QuerySet[SheetDraft]:
    """What nobody has gone on with since."""
    return SheetDraft.objects.filter(at__date__lt=today - timedelta(days=RETENTION.sheet_draft_days))


def sweep(at: datetime) -> int:
    """What was said of files of which no picture is left, and files that no row needs any more; how many files."""
    pictures = SheetScan.objects.filter(upload=OuterRef("pk"))
    SheetUpload.objects.filter(~Exists(pictures), ~Q(pages=0) | ~Q(fault="")).delete()
    gone = SHEETS.strays(at, known_names())
    for name in gone:
        SHEETS.remove(name)
    return len(gone)


def known_names() -> set[str]:
    """Every file that a row still needs: those that are to be read, and the pictures."""
    wanted = SheetScan.objects.needing_the_file().filter(upload=OuterRef("pk"))
    originals = SheetUpload.objects.filter(Q(pages=0, fault="") | Exists(wanted)).only("kind")
    names = {upload.file_name for upload in originals}
    for scan in SheetScan.objects.filter(has_picture=True).only("pk").iterator():
        names |= {scan.picture_name, scan.straight_name}
    return names
