"""Does the site stay fast when the country uses it? ``python -m bench.growth`` fills a database of its own and asks.

420,000 ormas (domain: the national register's order of size), 9,900 batches, a million registrations with their
history. Then every page that lists or searches is opened as the person who uses it: milliseconds, queries, and the
slowest single query, beside the same page in a batch of the usual size. Runs against the private PostgreSQL in a folder
of its own and removes nothing of yours.
"""

import argparse
import logging
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pelatihan.settings")
os.environ["DEBUG"] = "1"
os.environ.pop("DATABASE_URL", None)

RUNS = 5
SCALE = {"ormas": 420_000, "registrations": 1_000_000}

FILL = [
    """INSERT INTO ormas_ormas (name, abbreviation, level, kind, legal_form, field, city, secretariat_address,
           contact_name, contact_phone, contact_email, verification, notes)
       SELECT (ARRAY['Forum','Perkumpulan','Yayasan','Ikatan','Persatuan','Gerakan','Himpunan'])[1 + i % 7] || ' ' ||
              (ARRAY['Betawi','Melayu','Sunda','Minang','Bugis','Batak','Jawa','Papua','Dayak'])[1 + i % 9] || ' ' ||
              (ARRAY['Rempug','Sejahtera','Peduli','Mandiri','Bersatu','Berkarya'])[1 + i % 6] || ' ' ||
              substr(md5(i::text), 1, 6),
              upper(substr(md5(i::text), 1, 4)), '', 'ormas', 'unknown', 'sosial', 'Kota ' || i % 500, '', '', '', '',
              (ARRAY['unverified','verified','verified','rejected'])[1 + i % 4], ''
       FROM generate_series(1, {ormas}) i""",
    """INSERT INTO pelatihan_angkatan (number, year, slug, theme, intro, venue, town, starts_on, ends_on, opens_at,
           closes_at, capacity, seats_per_ormas, open_minutes, late_minutes, help_name, help_phone, help_hours,
           asks_nik, published, cancel_reason, queue_counter)
       SELECT n, y, y || '-' || n, 'Peningkatan peran ormas', '', 'Hotel Contoh', 'Bogor', make_date(y, 3, 11),
              make_date(y, 3, 13), make_date(y, 2, 1), make_date(y, 3, 1), 100, 3, 60, 15,
              '', '', '', false, true, '', 0
       FROM generate_series(1, 99) n, generate_series(2000, 2099) y""",
    """INSERT INTO pelatihan_invitation (angkatan_id, ormas_id, token_version, note)
       SELECT a.id, (SELECT min(id) FROM ormas_ormas) + (a.id * 39 + i) %% {ormas}, 1, ''
       FROM pelatihan_angkatan a, generate_series(0, 38) i""",
    """INSERT INTO ormas_delegate (front_title, name, back_title, nickname, gender, position, phone, email,
           privacy_version, agrees_photo, agrees_group, agrees_invite, created_at)
       SELECT '', (ARRAY['Siti','Budi','Ahmad','Maria','Made','Andi','Nur','Togar'])[1 + i % 8] || ' ' ||
              (ARRAY['Rahmawati','Santoso','Fauzi','Tukan','Suardika','Baso','Aini'])[1 + i % 7] || ' ' ||
              translate(substr(md5(i::text), 1, 6), '0123456789', 'ghijklmnop'), '', '', 'P', 'Anggota',
              '+62812' || lpad(i::text, 8, '0'), '', '', false, false, false, now()
       FROM generate_series(1, {registrations}) i""",
    """INSERT INTO pelatihan_registration (angkatan_id, delegate_id, ormas_id, ormas_text, code, ref, status, source,
           front_title, name, back_title, nickname, position, special_needs, submitted_at)
       SELECT a0 + (d.id - d0) %% 9900, d.id, o0 + (d.id - d0) %% {ormas}, '',
              (SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ',
                                        1 + ((d.id - d0) / (32 ^ k)::bigint %% 32)::int, 1), '')
               FROM generate_series(0, 7) k),
              gen_random_uuid(),
              (ARRAY['submitted','accepted','accepted','accepted','accepted','waitlisted','rejected','cancelled'])
                  [1 + (d.id %% 8)::int],
              'web', '', d.name, '', '', d.position, '', now() - (d.id - d0) * interval '1 minute'
       FROM ormas_delegate d, (SELECT min(id) a0 FROM pelatihan_angkatan) a, (SELECT min(id) d0 FROM ormas_delegate) m,
            (SELECT min(id) o0 FROM ormas_ormas) o""",
    """INSERT INTO pelatihan_statuschange (registration_id, action, from_status, to_status, role, reason, at, is_late)
       SELECT id, 'register', '', status, 'delegate', '', submitted_at, false FROM pelatihan_registration""",
    "ANALYZE",
]


def pages(angkatan: Any, registration: Any) -> list[tuple[str, str, str]]:
    """What is opened: whom it is for, what it is called, its address."""
    slug, code = angkatan.slug, registration.code
    name = registration.name.split()[-1]
    phone = registration.delegate.phone.replace("+62", "0")
    admin = "/admin/pelatihan/registration/"
    return [
        ("umum", "beranda", "/"),
        ("umum", "halaman angkatan", f"/angkatan/{slug}/"),
        ("umum", "formulir pendaftaran", f"/angkatan/{slug}/daftar/"),
        ("admin", "halaman depan administrasi", "/admin/"),
        ("admin", "daftar pendaftaran", admin),
        ("admin", "… satu angkatan", f"{admin}?angkatan={slug}"),
        ("admin", "… cari nama", f"{admin}?q={name}"),
        ("admin", "… cari kode", f"{admin}?q={code}"),
        ("admin", "… cari nomor HP", f"{admin}?q={phone}"),
        ("admin", "… cari ormas", f"{admin}?q=Betawi+Rempug"),
        ("admin", "… halaman ke-100", f"{admin}?p=100"),
        ("admin", "satu pendaftaran", f"{admin}{registration.pk}/change/"),
        ("admin", "daftar ormas", "/admin/ormas/ormas/"),
        ("admin", "… cari ormas", "/admin/ormas/ormas/?q=rempug"),
        ("admin", "daftar peserta", "/admin/ormas/delegate/"),
        ("admin", "daftar angkatan", "/admin/pelatihan/angkatan/"),
        ("admin", "satu angkatan", f"/admin/pelatihan/angkatan/{angkatan.pk}/change/"),
        (
            "admin",
            "pilihan ormas",
            "/admin/autocomplete/?app_label=pelatihan&model_name=invitation&field_name=ormas&term=rempug",
        ),
        ("admin", "pilih angkatan", "/panitia/"),
        ("admin", "papan", f"/panitia/{slug}/"),
        ("admin", "rekap", f"/panitia/{slug}/rekap/"),
        ("admin", "cetak", f"/panitia/{slug}/cetak/"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ormas", type=int, default=SCALE["ormas"])
    parser.add_argument("--registrations", type=int, default=SCALE["registrations"])
    parser.add_argument("--keep", help="a folder to keep the filled database in, for another run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pelatihan-growth-") as scratch:
        os.environ["LOCAL_PG_DIR"] = str(Path(options.keep or scratch) / "postgres")
        measure(options.ormas, options.registrations)


def measure(ormas: int, registrations: int) -> None:
    """Fill, then open each page ``RUNS`` times and print a line."""
    import django

    django.setup()
    logging.getLogger().setLevel(logging.WARNING)
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from pelatihan.models import Angkatan, Registration

    call_command("migrate", verbosity=0)
    if not Registration.objects.exists():
        fill(connection, ormas=ormas, registrations=registrations)
    admin, _ = User.objects.get_or_create(username="bench", is_superuser=True)
    clients = {who: Client(headers={"host": "127.0.0.1"}) for who in ("umum", "admin")}
    clients["admin"].force_login(admin)
    angkatan = Angkatan.objects.filter(registrations__isnull=False).order_by("pk")[5]
    registration = angkatan.registrations.select_related("delegate").first()
    print(f"{ormas:,} ormas, {Registration.objects.count():,} pendaftaran".replace(",", "."))
    print(f"{'siapa':6} {'halaman':30} {'jawab':>5} {'ms':>8} {'kueri':>6} {'terlama':>9}")
    for who, title, address in pages(angkatan, registration):
        times = []
        for _ in range(RUNS):
            with CaptureQueriesContext(connection) as caught:
                started = time.perf_counter()
                response = clients[who].get(address, follow=True)
                times.append((time.perf_counter() - started) * 1000)
        slowest = max((float(query["time"]) * 1000 for query in caught.captured_queries), default=0)
        figures = f"{statistics.median(times):8.1f} {len(caught):6} {slowest:6.0f} ms"
        print(f"{who:6} {title:30} {response.status_code:5} {figures}")


def fill(connection: Any, **scale: int) -> None:
    """Make the rows inside PostgreSQL itself: some minutes."""
    from pelatihan.models import Registration

    started = time.perf_counter()
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement.format(**scale).replace("%%", "%"))
    print(
        f"filled in {time.perf_counter() - started:.0f} s: {Registration.objects.count()} registrations",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
