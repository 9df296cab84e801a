"""Printings whose time is over go whole: the file, whose its rows were, and what stood on it."""

from datetime import date

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from pelatihan.models import Printed, PrintedFile, PrintedSheet, Printing

AT_ONCE = 200  # printings; each may hold megabytes
ALLOW = "SELECT set_config('pelatihan.purging', %s, true)"  # what the trigger asks for, until the transaction ends


def over(accounts_before: date, others_before: date) -> QuerySet[Printing]:
    """Those of trainings that ended before these days: of papers that belong to the accounts, and of the others."""
    accounts = Q(is_archived=True, angkatan__ends_on__lt=accounts_before)
    return Printing.objects.filter(accounts | Q(is_archived=False, angkatan__ends_on__lt=others_before))


def remove(printings: QuerySet[Printing]) -> int:
    """How many there were."""
    keys = list(printings.order_by().values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        _remove(keys[start : start + AT_ONCE])
    return len(keys)


@transaction.atomic
def _remove(keys: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ALLOW, ["printings"])
        Printed.objects.filter(sheet__printing__in=keys).delete()
        PrintedFile.objects.filter(printing__in=keys).delete()
        PrintedSheet.objects.filter(printing__in=keys).only("pk").delete()
        Printing.objects.filter(pk__in=keys).only("pk").delete()
        cursor.execute(ALLOW, [""])
