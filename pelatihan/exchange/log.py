"""The log of the admin, as saving a form writes it, for many rows at once."""

from collections.abc import Sequence

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from pelatihan.registration.rows import AT_ONCE


def note_in_log(user: User, model: type[Model], *, added: Sequence[int], changed: Sequence[int], told: str) -> None:
    """A line for each row, with the file that it came from; no names."""
    kind = ContentType.objects.get_for_model(model)
    lines = [(pk, ADDITION) for pk in added] + [(pk, CHANGE) for pk in changed]
    LogEntry.objects.bulk_create(
        [
            LogEntry(
                user=user, content_type=kind, object_id=str(pk), object_repr=f"{model._meta.verbose_name} {pk}",
                action_flag=flag, change_message=told,
            )
            for pk, flag in lines
        ],
        batch_size=AT_ONCE,
    )  # fmt: skip
