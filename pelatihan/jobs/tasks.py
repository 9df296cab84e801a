"""Carries out what was put in the queue of ``django.tasks``, and what a killed worker left behind.

A row of the queue is only the bell: what is to be done, and how far it is, stands in the row of the job. So a row is
gone once it is answered, and a bell that was lost is not missed.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from pelatihan.jobs import running

FORGOTTEN = timedelta(days=1)  # a row that somebody took so long ago is nobody's any more

type Bell = DBTaskResult[Any, Any]

logger = logging.getLogger(__name__)


def carry_out_ready(is_ending: Callable[[], bool] = lambda: False) -> int:
    """Answer what rings until nothing does, or until told to end; how many led to something. A job that another worker
    has in hand for long rings in vain.
    """
    running.take_up_abandoned(timezone.now())
    count = 0
    while not is_ending() and (bell := _taken()):
        count += _answer(bell, is_ending)
    return count


def _taken() -> Bell | None:
    """The next of the queue, one's own now."""
    with transaction.atomic():
        bell: Bell | None = DBTaskResult.objects.ready().get_locked()
        if bell is not None:
            bell.claim("pelatihan")
    return bell


def _answer(bell: Bell, is_ending: Callable[[], bool]) -> bool:
    """Whether it led to something."""
    arguments, is_done = bell.args_kwargs, True
    try:
        if bell.task_path == running.carry_out_job.module_path:
            is_done = running.carry_out(arguments["args"][0], is_ending)
        else:
            bell.task.call(*arguments["args"], **arguments["kwargs"])
    except Exception as problem:
        logger.warning("A task failed: %s", type(problem).__name__)  # its words may hold personal data
    bell.delete()
    return is_done


def forget_old(at: datetime) -> int:
    """Rows of the queue whose worker was killed, or that another kind of worker finished."""
    status = TaskResultStatus
    rows = DBTaskResult.objects.filter(status__in=[status.RUNNING, status.SUCCESSFUL, status.FAILED])
    return int(rows.filter(started_at__lt=at - FORGOTTEN).delete()[0])
