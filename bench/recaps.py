"""The recap as the clerk opens it: of the usual size, and of ten times as many; nearly every cell is filled."""

from django.db import connection
from django.urls import reverse

from bench.crowded import EACH, line
from bench.site import Site
from bench.tables import table
from bench.world import crowded_batch
from pelatihan.models import Angkatan, Session

SESSIONS = 15
SIZES = ((100, 80), (1_000, 250))  # people, and the aim in ms

# Of every ten people one is late, one ill by a clerk's word, and of one nobody knows.
FILLED = """
    WITH happened AS (
        INSERT INTO pelatihan_attendanceevent (id, kind, registration_id, session_id, happened_at, arrived_at, device,
            means, outcome, state, code, is_clock_ahead, clock_error, needs_review, reason)
        SELECT gen_random_uuid(), CASE id %% 10 WHEN 1 THEN 'mark' ELSE 'check_in' END, id, %(session)s, now(), now(),
            'HP lobi', CASE id %% 10 WHEN 1 THEN 'correction' ELSE 'scan' END,
            CASE id %% 10 WHEN 1 THEN '' WHEN 2 THEN 'late' ELSE 'present' END,
            CASE id %% 10 WHEN 1 THEN 'sick' WHEN 2 THEN 'late' ELSE 'present' END, '', false, 0, false, ''
        FROM pelatihan_registration WHERE angkatan_id = %(batch)s AND id %% 10 <> 0
        RETURNING id, registration_id, session_id, state, happened_at
    )
    INSERT INTO pelatihan_attendance (registration_id, session_id, state, first_at, event_id)
    SELECT registration_id, session_id, state, happened_at, id FROM happened
"""


def filled_batch(number: int, people: int, sessions: int = SESSIONS) -> tuple[Angkatan, list[Session]]:
    """A batch of today whose sessions are over but for the last, in which nothing has happened."""
    batch, rundown = crowded_batch(people, number=number, sessions=sessions)
    with connection.cursor() as cursor:
        for session in rundown[:-1]:
            cursor.execute(FILLED, {"session": session.pk, "batch": batch.pk})
        cursor.execute("ANALYZE")
    return batch, rundown


def measure(site: Site) -> str:
    """A table: all sheets on one page, and one sheet."""
    rows = []
    for place, (people, aim) in enumerate(SIZES):
        batch, _rundown = filled_batch(87 + place, people)
        path = reverse("recap", args=[batch.slug])
        for asked, wanted in (("?lembar=semua", aim), ("", SIZES[0][1])):
            rows.append([f"{people:,} × {SESSIONS}", *line(site, f"{path}{asked}", "panitia", wanted)])
    head = ["people × sessions", "page", "as", "server CPU", "median", "KB", "aim"]
    return table(f"The recap, nearly every cell filled ({EACH} requests a line)", head, rows)
