"""Filling a column of the recap: many cells at once, and taking them back. A plain form is answered by a page, JSON by JSON."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.accounts.actor import staff
from pelatihan.accounts.batch import of_batch
from pelatihan.attendance import marking
from pelatihan.attendance.marking import Mark, Marked
from pelatihan.board import cells, recap
from pelatihan.board.recap import Filled, Wish
from pelatihan.desk_words import NOTHING
from pelatihan.models import Angkatan, AttendanceEvent, AttendanceState, Registration, Session
from pelatihan.registration.fields import TOO_LONG, UNREADABLE
from pelatihan.web import errors
from pelatihan.web.seen import NOTHING_CHANGED
