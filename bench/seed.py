"""A country's worth of rows, the same each time: ``python -m bench.seed FOLDER`` fills a private PostgreSQL there.

420,000 ormas, 27 years of batches and one of today with 50,000 registrations, a million registrations of 900,000 people
(one in twenty written twice, in other spellings), their history, invitations, attendance, requests, messages. Made by
PostgreSQL itself in some minutes: every value follows from the number of its row. Names are put together by a sum; who
is called so is so by chance. ``python -m bench.growth --keep FOLDER`` measures in it; to look at it, start
``LOCAL_PG_DIR=FOLDER/postgres DEBUG=1 manage.py runserver`` and log in as "bench" with the password "bench".
"""

import argparse
import logging
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CLERK = "bench"
FIRST_YEAR = 2000
CROWDED_NUMBER, CROWDED_VENUE = 99, "Gelanggang Contoh"  # of this year

FIRST = (
    "Siti", "Budi", "Ahmad", "Maria", "Made", "Andi", "Nur", "Togar", "Muhammad", "Endang", "Slamet", "Zulfa", "Agus",
    "Dewi", "Eko", "Fitri", "Gusti", "Hendra", "Indah", "Joko", "Kartini", "Lestari", "Muhammad", "Nining", "Oki",
    "Putu", "Rina", "Sri", "Tri", "Umar", "Vina", "Wahyu", "Yanti", "Zainal", "Abdul", "Bambang", "Cahya", "Dian",
)  # fmt: skip
MIDDLE = (
    "", "", "Rahma", "Putra", "Eka", "Dwi", "Tri", "Panca", "Agung", "Bayu", "Surya", "Candra", "Kartika", "Adi",
    "Citra", "Dharma", "Galih", "Hadi", "Intan", "Jaya", "Kurnia", "Laras", "Mega", "Nirmala", "Prima", "Ratna",
    "Satria", "Teguh", "Utama", "Wulan",
)  # fmt: skip
LAST = (
    "Rahmawati", "Santoso", "Fauzi", "Tukan", "Suardika", "Simanjuntak", "Wiryosaputro", "Kusumadiningrat", "Siregar",
    "Hidayat", "Pratama", "Wijaya", "Nasution", "Lubis", "Setiawan", "Gunawan", "Susanto", "Hartono", "Maulana",
    "Saputra", "Handayani", "Wahyuni", "Lestari", "Anggraini", "Permata", "Ramadhan", "Nugroho", "Purnomo",
    "Sudirman", "Hasanuddin", "Pattimura", "Manurung", "Panjaitan", "Tampubolon", "Situmorang", "Baso", "Aini",
    "Mahendra", "Sitompul", "Ginting", "Tarigan",
)  # fmt: skip
BODY = ("Forum", "Perkumpulan", "Yayasan", "Ikatan", "Persatuan", "Gerakan", "Himpunan")
PEOPLE = ("Betawi", "Melayu", "Sunda", "Minang", "Bugis", "Batak", "Jawa", "Papua", "Dayak")
AIM = ("Rempug", "Sejahtera", "Peduli", "Mandiri", "Bersatu", "Berkarya")


@dataclass(frozen=True)
class Scale:
    """How many there are of what."""

    ormas: int = 420_000
    registrations: int = 1_000_000
    crowd: int = 50_000  # of them in the batch of today
    messages: int = 200_000
    batches_a_year: int = 98

    @property
    def delegates(self) -> int:
        """One in ten registrations is of somebody who came before, though never twice to the crowded batch."""
        return max(self.registrations - self.registrations // 10, self.crowd)


def _words(words: tuple[str, ...]) -> str:
    return "ARRAY[" + ",".join(f"'{word}'" for word in words) + "]"


def _chance(of: str, salt: str, among: int) -> str:
    """A number from 0 on that follows from another one, and looks as if by chance."""
    return f"(('x' || substr(md5('{salt}' || ({of})::text), 1, 7))::bit(28)::int %% {among})"


def _pick(words: tuple[str, ...], of: str, salt: str) -> str:
    return f"({_words(words)})[1 + {_chance(of, salt, len(words))}]"


# Each one in twenty is the one before it, written otherwise.
TWIN = "(CASE WHEN i %% 20 = 1 THEN i - 1 ELSE i END)"

# Columns that are not named here take what the database itself puts there; a new one needs a line only without that.
FILL: dict[str, str] = {
    "ormas": f"""
        INSERT INTO ormas_ormas (name, abbreviation, level, kind, legal_form, field, city, secretariat_address,
            contact_name, contact_phone, contact_email, verification, notes)
        SELECT {_pick(BODY, "i", "a")} || ' ' || {_pick(PEOPLE, "i", "b")} || ' ' || {_pick(AIM, "i", "c")}
            || ' ' || substr(md5((i - (i %% 200) / 199)::text), 1, 6),  -- one in 200 has the name of the one before
            upper(substr(md5(i::text), 1, 4)), '', 'ormas',
            (ARRAY['unknown','foundation','association','unincorporated'])[1 + i %% 4],
            (ARRAY['sosial','keagamaan','pendidikan','kepemudaan','kebudayaan'])[1 + i %% 5], 'Kota ' || i %% 500, '',
            'Narahubung ' || i, '+62813' || lpad(i::text, 8, '0'), '',
            (ARRAY['unverified','verified','verified','rejected'])[1 + i %% 4], ''
        FROM generate_series(1, %(ormas)s) i""",
    "documents": """
        INSERT INTO ormas_legaldocument (ormas_id, kind, number, issuer, issued_on, expires_on)
        SELECT %(o)s + i, (ARRAY['approval','skt','recorded'])[1 + i %% 3], 'AHU-' || i, '',
            CURRENT_DATE - (i %% 2500), CASE WHEN i %% 3 = 1 THEN CURRENT_DATE - (i %% 2500) + 1825 END
        FROM generate_series(1, %(ormas)s) i WHERE i %% 4 = 0""",
    "batches": """
        INSERT INTO pelatihan_angkatan (number, year, slug, theme, intro, venue, town, starts_on, ends_on, opens_at,
            closes_at, capacity, seats_per_ormas, open_minutes, late_minutes, help_name, help_phone, help_hours,
            asks_nik, published, cancel_reason, queue_counter)
        SELECT n, y, y || '-' || n, 'Peningkatan peran ormas', '', 'Hotel Contoh', 'Bogor', day, day + 2,
            day - 40, day - 10, 300, 3, 60, 15, '', '', '', false, true, '', 0
        FROM generate_series(1, %(batches_a_year)s) n, generate_series(%(first_year)s, %(year)s) y,
            LATERAL (SELECT make_date(y, 1, 4) + n * 352 / %(batches_a_year)s AS day) d""",
    "crowded batch": f"""
        INSERT INTO pelatihan_angkatan (number, year, slug, theme, intro, venue, town, starts_on, ends_on, opens_at,
            closes_at, capacity, seats_per_ormas, open_minutes, late_minutes, help_name, help_phone, help_hours,
            asks_nik, published, cancel_reason, queue_counter)
        SELECT {CROWDED_NUMBER}, %(year)s, %(year)s || '-xcix', 'Peningkatan peran ormas se-Indonesia', '',
            '{CROWDED_VENUE}', 'Jakarta', CURRENT_DATE + 20, CURRENT_DATE + 22, now() - interval '40 days',
            now() + interval '10 days',
            32000, 3, 60, 15, '', '', '', false, true, '', %(crowd)s""",
    "invitations": """
        INSERT INTO pelatihan_invitation (angkatan_id, ormas_id, token_version, note)
        SELECT a, %(o)s + 1 + (a * 39 + i * 7) %% %(ormas)s, 1, ''
        FROM generate_series(%(a)s + 1, %(a)s + %(batches)s) a, generate_series(0, 119) i
        ON CONFLICT DO NOTHING""",
    "invitations to the crowded batch": """
        INSERT INTO pelatihan_invitation (angkatan_id, ormas_id, token_version, note, told_at, told_by_id, opened_at,
            last_opened_at)
        SELECT %(crowded)s, %(o)s + 1 + i, 1, '', CASE WHEN i %% 5 > 0 THEN now() - interval '30 days' END,
            CASE WHEN i %% 5 > 0 THEN %(clerk)s END, o, o
        FROM generate_series(0, least(%(ormas)s, %(crowd)s * 2 / 5) - 1) i,
            LATERAL (SELECT CASE WHEN i %% 5 > 1 THEN now() - interval '20 days' END AS o) l""",
    "delegates": f"""
        INSERT INTO ormas_delegate (ormas_id, front_title, name, back_title, nickname, gender, position, phone, email,
            privacy_version, agrees_photo, agrees_group, agrees_invite, created_at)
        SELECT CASE WHEN i %% 10 < 9 THEN %(o)s + 1 + {TWIN} * 2 / 5 %% %(ormas)s END,
            (ARRAY['','','','Drs. H.','Dr.','Hj.'])[1 + i %% 6],
            CASE WHEN i %% 20 <> 1 THEN name
                 WHEN first = 'Muhammad' THEN 'Moh.' || substr(name, 9)
                 WHEN middle <> '' THEN first || ' ' || left(middle, 1) || '. ' || last
                 ELSE upper(name) END,
            (ARRAY['','','','S.H.','M.Si.','S.E., M.M.'])[1 + i %% 6], '', (ARRAY['L','P'])[1 + i %% 2],
            (ARRAY['Ketua','Sekretaris','Bendahara','Anggota','Wakil Ketua Bidang Organisasi'])[1 + i %% 5],
            '+62812' || lpad((CASE WHEN i %% 40 = 1 THEN i - 1 ELSE i END)::text, 8, '0'),
            CASE WHEN i %% 3 = 0 THEN 'peserta' || i || '@contoh.example' ELSE '' END, '', false, false, false, now()
        FROM generate_series(0, %(delegates)s - 1) i,
            LATERAL (SELECT {_pick(FIRST, TWIN, "d")} AS first, {_pick(MIDDLE, TWIN, "e")} AS middle,
                            {_pick(LAST, TWIN, "f")} AS last) w,
            LATERAL (SELECT concat_ws(' ', first, nullif(middle, ''), last) AS name) n""",
    "registrations": """
        INSERT INTO pelatihan_registration (angkatan_id, delegate_id, ormas_id, ormas_text, code, ref, status, source,
            queue_number, front_title, name, back_title, nickname, position, special_needs, submitted_at, answered_at)
        SELECT CASE WHEN i < %(crowd)s THEN %(crowded)s ELSE %(a)s + 1 + i %% %(batches)s END, d.id, d.ormas_id,
            CASE WHEN d.ormas_id IS NULL THEN 'Paguyuban ' || initcap(substr(md5(i::text), 1, 5)) || ' Jaya'
                 ELSE '' END,
            (SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + (i / (32 ^ k)::bigint %% 32)::int, 1), '')
             FROM generate_series(0, 7) k),
            md5('ref' || i)::uuid, s.status, CASE WHEN i %% 3 = 0 THEN 'group' ELSE 'web' END,
            CASE WHEN s.status = 'waitlisted' AND i %% 5 < 4 THEN i + 1 END, d.front_title, d.name, d.back_title, '',
            d.position, '', now() - (CASE WHEN i < %(crowd)s THEN i ELSE i + 60000 END) * interval '50 seconds',
            CASE WHEN s.status = 'submitted' AND i %% 17 = 0 THEN now() - (i %% 1000) * interval '1 minute' END
        FROM generate_series(0, %(registrations)s - 1) i JOIN ormas_delegate d ON d.id = %(d)s + 1 + i %% %(delegates)s,
            LATERAL (SELECT (ARRAY['submitted','accepted','accepted','submitted','accepted','waitlisted','rejected',
                'cancelled','submitted','accepted','accepted','needs_fix','submitted'])[1 + i %% 13] AS status) s""",
    "history: registered": """
        INSERT INTO pelatihan_statuschange (registration_id, action, from_status, to_status, role, reason, fields, at,
            is_late)
        SELECT id, 'register', '', CASE WHEN status = 'waitlisted' THEN status ELSE 'submitted' END, 'delegate', '',
            '{}', submitted_at, false
        FROM pelatihan_registration WHERE id > %(r)s ORDER BY id""",
    "history: decided": """
        INSERT INTO pelatihan_statuschange (registration_id, action, from_status, to_status, role, actor_id, reason,
            fields, at, is_late)
        SELECT id, CASE status WHEN 'accepted' THEN 'accept' WHEN 'rejected' THEN 'reject'
                   WHEN 'needs_fix' THEN 'ask_fix' ELSE 'cancel' END, 'submitted', status, 'staff', %(clerk)s,
            CASE WHEN status = 'accepted' THEN '' ELSE 'Contoh alasan' END, '{}', submitted_at + interval '1 day', false
        FROM pelatihan_registration
        WHERE id > %(r)s AND status IN ('accepted', 'rejected', 'needs_fix', 'cancelled') ORDER BY id""",
    "corrections": """
        INSERT INTO pelatihan_correction (registration_id, field, old, new, role, actor_id, device, reason, at, is_late)
        SELECT id, 'position', 'Anggota', 'Ketua', 'staff', %(clerk)s, '', '', submitted_at + interval '2 days', false
        FROM pelatihan_registration WHERE id > %(r)s AND id %% 20 = 0""",
    "requests": """
        INSERT INTO pelatihan_changerequest (id, registration_id, kind, state, role, reason, asked_at, changes, person,
            granted, note, decided_at, decided_by_id)
        SELECT md5('request' || id)::uuid, id, 'correct', s, 'delegate', '', submitted_at + interval '1 hour',
            '{"name": ["Nama Lama", "Nama Baru"]}', '{}', '{}', CASE WHEN s = 'refused' THEN 'Contoh' ELSE '' END,
            CASE WHEN s <> 'waiting' THEN submitted_at + interval '3 days' END,
            CASE WHEN s <> 'waiting' THEN %(clerk)s END
        FROM pelatihan_registration, LATERAL (SELECT (ARRAY['waiting','granted','refused'])[1 + id %% 3] AS s) l
        WHERE id > %(r)s AND id %% 50 = 0 AND status = 'accepted'""",
    "sessions": """
        INSERT INTO pelatihan_session (angkatan_id, title, kind, starts_at, ends_at, takes_attendance, speaker, room)
        SELECT id, 'Sesi ' || n, 'materi', starts_on + n * interval '6 hours', starts_on + n * interval '6 hours'
            + interval '90 minutes', true, '', ''
        FROM pelatihan_angkatan, generate_series(1, 6) n WHERE id > %(a)s AND starts_on > CURRENT_DATE - 400""",
    "attendance": """
        WITH came AS (
            INSERT INTO pelatihan_attendanceevent (id, kind, registration_id, session_id, happened_at, arrived_at,
                author_id, device, means, outcome, state, code, is_clock_ahead, clock_error, needs_review, reason)
            SELECT md5('came' || r.id || '-' || s.id)::uuid, 'check_in', r.id, s.id, s.starts_at, s.starts_at,
                %(clerk)s, 'Meja 1', 'scan', 'present', 'present', '', false, 0, false, ''
            FROM pelatihan_session s JOIN pelatihan_registration r USING (angkatan_id)
            WHERE s.starts_at < now() AND r.id > %(r)s AND r.status = 'accepted' AND (r.id + s.id) %% 4 > 0
            ORDER BY s.starts_at, s.id, r.id
            RETURNING id, registration_id, session_id, happened_at
        )
        INSERT INTO pelatihan_attendance (registration_id, session_id, state, first_at, event_id)
        SELECT registration_id, session_id, 'present', happened_at, id FROM came""",
    "messages to people": """
        INSERT INTO pelatihan_message (kind, event, registration_id, angkatan_id, status, channel, state, due_at,
            sending_until, tries, address, subject, body, why, created_at, ended_at, ended_by_id)
        SELECT CASE status WHEN 'accepted' THEN 'accepted' WHEN 'rejected' THEN 'rejected' ELSE 'received' END,
            'status:' || id, id, angkatan_id, status, c, s, submitted_at + interval '1 day',
            CASE WHEN s = 'sending' THEN now() + interval '1 minute' END, CASE WHEN s = 'failed' THEN 5 ELSE 0 END,
            CASE WHEN s = 'sent' THEN 'peserta@contoh.example' ELSE '' END, 'Pendaftaran Anda',
            'Contoh pesan nomor ' || id, CASE WHEN s = 'failed' THEN 'Alamat ditolak' ELSE '' END,
            submitted_at + interval '1 day',
            CASE WHEN s IN ('sent', 'dropped') THEN submitted_at + interval '2 days' END,
            CASE WHEN s = 'sent' AND c = 'whatsapp' THEN %(clerk)s END
        FROM pelatihan_registration,
            LATERAL (SELECT (ARRAY['email','whatsapp'])[1 + id %% 2] AS c, coalesce(
                (ARRAY['waiting','waiting','sending','doubtful','failed','dropped'])[1 + id %% 19], 'sent') AS s) l
        WHERE id > %(r)s AND id <= %(r)s + %(messages)s * 9 / 10""",
    "messages to ormas": """
        INSERT INTO pelatihan_message (kind, event, invitation_id, angkatan_id, status, channel, state, due_at,
            subject, body, created_at, ended_at, ended_by_id)
        SELECT 'no_delegates', 'no_delegates:' || id, id, angkatan_id, '', 'whatsapp', s, now(), 'Utusan Anda',
            'Contoh pesan', now() - id * interval '1 second', CASE WHEN s = 'sent' THEN now() END,
            CASE WHEN s = 'sent' THEN %(clerk)s END
        FROM pelatihan_invitation, LATERAL (SELECT (ARRAY['waiting','sent'])[1 + id %% 2] AS s) l
        WHERE id > %(i)s AND angkatan_id = %(crowded)s ORDER BY id LIMIT %(messages)s / 10""",
}
FIRST_OF = {"o": "ormas_ormas", "a": "pelatihan_angkatan", "i": "pelatihan_invitation", "d": "ormas_delegate",
            "r": "pelatihan_registration"}  # fmt: skip


def fill(scale: Scale, tell: Any = lambda _line: None) -> None:
    """Make the rows inside PostgreSQL itself, beside whatever is there."""
    from django.db import connection, transaction
    from django.utils.timezone import localdate

    from pelatihan.models import Angkatan

    year = localdate().year
    values: dict[str, Any] = vars(scale) | {
        "delegates": scale.delegates,
        "first_year": FIRST_YEAR,
        "year": year,
        "batches": scale.batches_a_year * (year - FIRST_YEAR + 1),
        "clerk": clerk().pk,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for name, table in FIRST_OF.items():
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])  # the next row has one more
            values[name] = cursor.fetchone()[0]
        for what, statement in FILL.items():
            started = time.perf_counter()
            cursor.execute(statement, values)
            if what == "crowded batch":
                values["crowded"] = Angkatan.objects.get(number=CROWDED_NUMBER, year=year).pk
            tell(f"{what}: {cursor.rowcount:,} rows in {time.perf_counter() - started:.1f} s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")


def clerk() -> Any:
    """Who may do everything, and did all that the seed says was done."""
    from django.contrib.auth.models import User

    found, is_new = User.objects.get_or_create(username=CLERK, is_superuser=True, is_staff=True)
    if is_new:
        found.set_password(CLERK)
        found.save()
    return found


def prepare(folder: Path) -> None:
    """Point Django at a private PostgreSQL in that folder; before anything of Django is imported."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pelatihan.settings")
    os.environ["DEBUG"] = "1"
    os.environ.pop("DATABASE_URL", None)
    os.environ["LOCAL_PG_DIR"] = str(folder / "postgres")
    import django

    django.setup()
    logging.getLogger().setLevel(logging.WARNING)


def filled(scale: Scale, tell: Any = lambda _line: None) -> None:
    """The database with the latest migrations and these rows; left as it is when it has any."""
    from django.core.management import call_command

    from pelatihan.models import Registration

    call_command("migrate", verbosity=0)
    if not Registration.objects.exists():
        fill(scale, tell)


def arguments(parser: argparse.ArgumentParser) -> None:
    """One number for each kind of row."""
    for name, number in vars(Scale()).items():
        parser.add_argument(f"--{name}", type=int, default=number)


def scale_of(options: argparse.Namespace) -> Scale:
    return Scale(**{name: getattr(options, name) for name in vars(Scale())})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the database is kept; it goes when you delete the folder")
    arguments(parser)
    options = parser.parse_args()
    prepare(options.folder.resolve())
    started = time.perf_counter()
    filled(scale_of(options), lambda line: print(line, file=sys.stderr))
    print(f"ready in {time.perf_counter() - started:.0f} s: LOCAL_PG_DIR={options.folder.resolve() / 'postgres'}")


if __name__ == "__main__":
    main()
