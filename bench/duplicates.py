"""How long who may be one person is looked for, and how fast it is shown: ``python -m bench.duplicates``.

100,000 delegates of 5,000 ormas in a database of its own, names as they are borne here (so many bear the same), every
thirtieth written down a second time with another spelling, a title or a letter wrong. First all are compared, part by
part as a job does it, then the pages are opened; the plans of the statements that carry them are printed. Removes
nothing of yours.
"""

import argparse
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.site import Site

RUNS = 9
AIM_MS = 100
FILL = [
    """INSERT INTO ormas_ormas (name, abbreviation, level, kind, legal_form, field, city, secretariat_address,
           contact_name, contact_phone, contact_email, verification, notes)
       SELECT 'Perkumpulan ' || substr(md5(i::text), 1, 8), upper(substr(md5(i::text), 1, 4)), '', 'ormas', 'unknown',
              'sosial', 'Kota ' || i % 50, '', '', '', '', 'verified', ''
       FROM generate_series(1, {ormas}) i""",
    """INSERT INTO pelatihan_angkatan (number, year, slug, theme, intro, venue, town, starts_on, ends_on, opens_at,
           closes_at, capacity, seats_per_ormas, open_minutes, late_minutes, help_name, help_phone, help_hours,
           asks_nik, published, cancel_reason, queue_counter)
       SELECT n, 2019, '2019-' || n, 'Ukuran', '', 'Hotel Contoh', 'Bogor', '2019-03-11', '2019-03-13', '2019-02-01',
              '2019-03-01', 32000, 3, 60, 15, '', '', '', false, true, '', 0
       FROM generate_series(1, 50) n""",
    """INSERT INTO ormas_delegate (front_title, name, back_title, nickname, gender, position, phone, email,
           privacy_version, agrees_photo, agrees_group, agrees_invite, created_at, ormas_id)
       SELECT '',
              (ARRAY['Siti','Budi','Muhammad','Maria','Made','Andi','Nur','Togar','Endang','Slamet','Zulfa','Dewi','Rina',
                     'Agus','Sri','Eko','Abdul','Ahmad','Rudi','Yulia'])[1 + h % 20] || ' ' ||
              (ARRAY['Rahma','Putra','Eka','Dwi','Tri','Panca','Agung','Bayu','Surya','Candra','Kartika','Hadi','Fitri',
                     'Rizky','Indah'])[1 + h / 20 % 15] || ' ' ||
              (ARRAY['Rahmawati','Santoso','Fauzi','Tukan','Suardika','Simanjuntak','Wiryosaputro','Kusumadiningrat',
                     'Siregar','Hidayat','Nugroho','Setiawan','Lestari','Wibowo','Hasibuan','Maulana','Saputra',
                     'Permana','Yulianti','Handayani','Pratama','Utami','Gunawan','Susanto','Firmansyah'])
                  [1 + h / 300 % 25],
              '', '', (ARRAY['L','P',''])[1 + i % 3], 'Anggota', '+62812' || lpad(i::text, 8, '0'), '', '', false,
              false, false, now(), (SELECT min(id) FROM ormas_ormas) + i % {ormas}
       FROM (SELECT i, abs(hashint4(i)) AS h FROM generate_series(1, {delegates} - {delegates} / 30) i) x""",
    """INSERT INTO ormas_delegate (front_title, name, back_title, nickname, gender, position, phone, email,
           privacy_version, agrees_photo, agrees_group, agrees_invite, created_at, ormas_id)
       SELECT '', CASE id % 3 WHEN 0 THEN 'H. ' || name
                              WHEN 1 THEN replace(replace(name, 'Muhammad', 'Moh.'), 'i', 'ie')
                              ELSE overlay(name placing 'o' from 5 for 1) END,
              '', '', gender, position, CASE WHEN id % 2 = 0 THEN phone ELSE '' END, '', '', false, false, false, now(),
              ormas_id
       FROM ormas_delegate ORDER BY id LIMIT {delegates} / 30""",
    """INSERT INTO pelatihan_registration (angkatan_id, delegate_id, ormas_id, ormas_text, code, ref, status, source,
           front_title, name, back_title, nickname, position, special_needs, submitted_at)
       SELECT (SELECT min(id) FROM pelatihan_angkatan) + d.id %% 50, d.id, d.ormas_id, '',
              (SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ',
                                        1 + (d.id / (32 ^ k)::bigint %% 32)::int, 1), '')
               FROM generate_series(0, 7) k),
              gen_random_uuid(), 'submitted', 'web', '', d.name, '', '', d.position, '', now()
       FROM ormas_delegate d""",
    "ANALYZE",
]


def table(site: Site) -> str:
    """The pages' figures, from a run of its own: beside the site's own database it needs another."""
    done = subprocess.run([sys.executable, "-m", "bench.duplicates"], capture_output=True, text=True, check=True)
    return f"**Likely duplicates among 100,000 delegates**\n\n```\n{done.stdout.partition(chr(10) * 2)[0].strip()}\n```"


def main() -> None:
    os.environ |= {"DJANGO_SETTINGS_MODULE": "pelatihan.settings", "DEBUG": "1"}
    os.environ.pop("DATABASE_URL", None)  # of a site that is measured beside it
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delegates", type=int, default=100_000)
    parser.add_argument("--keep", help="a folder to keep the filled database in, for another run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pelatihan-duplicates-") as scratch:
        Path(scratch).chmod(0o755)  # its server runs as somebody else where this is root
        os.environ["LOCAL_PG_DIR"] = str(Path(options.keep or scratch) / "postgres")
        measure(options.delegates)


def measure(delegates: int) -> None:
    """Fill, compare all, then open each page ``RUNS`` times and print a line."""
    import django

    django.setup()
    logging.getLogger().setLevel(logging.WARNING)
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from pelatihan.models import LikelyPair, Registration

    call_command("migrate", verbosity=0)
    if not Registration.objects.exists():
        fill(connection, delegates=delegates, ormas=delegates // 20)
    compare_all()
    admin, _ = User.objects.get_or_create(username="bench", is_superuser=True)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(admin)
    strong = LikelyPair.objects.open().strongest_first()[5]
    print(f"{delegates:,} peserta, {LikelyPair.objects.open().count():,} pasangan".replace(",", "."))
    print(f"{'halaman':34} {'jawab':>5} {'ms':>8} {'CPU':>8} {'kueri':>6} {'terlama':>9}   (paling lama {AIM_MS} ms)")
    registration = Registration.objects.filter(delegate=strong.first).get()
    there = "/admin/ormas/delegate/kembar/"
    pair, slug = f"{there}{strong.first_id}/{strong.second_id}/", registration.angkatan.slug
    for title, address in (
        ("daftar pasangan", there),
        ("… satu angkatan", f"{there}?angkatan=2019-7"),
        ("… yang kuat saja", f"{there}?kekuatan=3"),
        ("… halaman ke-40", f"{there}?hal=40"),
        ("satu pasangan", f"{there}{strong.first_id}/{strong.second_id}/"),
        (
            "… di angkatan yang dipilih",
            f"{pair}?angkatan={slug}",
        ),
        ("verifikasi dengan yang mirip", f"/admin/pelatihan/registration/{registration.pk}/change/"),
    ):
        print(f"{title:34} {_opened(client, address)}")
    explain(strong)


def compare_all() -> None:
    """As a job does it; what each part took."""
    from pelatihan.merging import pairs

    parts = []
    while True:
        started = time.perf_counter()
        if not pairs.compare():
            break
        parts.append((time.perf_counter() - started) * 1000)
    if parts:
        print(
            f"{len(parts)} bagian dari {pairs.AT_ONCE} peserta dalam {sum(parts) / 1000:.0f} s: "
            f"median {statistics.median(parts):.0f} ms, terlama {max(parts):.0f} ms"
        )


def _opened(client: Any, address: str) -> str:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times, worked = [], []
    for _ in range(RUNS):
        with CaptureQueriesContext(connection) as caught:
            started, busy = time.perf_counter(), time.process_time()
            response = client.get(address)
            times.append((time.perf_counter() - started) * 1000)
            worked.append((time.process_time() - busy) * 1000)
    slowest = max((float(query["time"]) * 1000 for query in caught.captured_queries), default=0)
    figures = f"{statistics.median(times):8.1f} {statistics.median(worked):8.1f}"
    return f"{response.status_code:5} {figures} {len(caught):6} {slowest:6.0f} ms"


def explain(pair: Any) -> None:
    """The statements that an index has to carry."""
    from pelatihan.models import Angkatan, LikelyPair

    open_pairs, batch = LikelyPair.objects.open(), Angkatan.objects.get(slug="2019-7")
    for title, found in (
        ("daftar", open_pairs.strongest_first()[:25]),
        ("satu angkatan", open_pairs.of_batch(batch).strongest_first()[:25]),
    ):
        print(f"\n{title}:\n{found.explain(analyze=True)}", file=sys.stderr)


def fill(connection: Any, **scale: int) -> None:
    """Make the rows inside PostgreSQL itself."""
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement.format(**scale).replace("%%", "%"))


if __name__ == "__main__":
    main()
