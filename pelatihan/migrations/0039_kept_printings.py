"""Every printing is kept. What was known of the last print of each sheet goes over, without words and file."""

from itertools import groupby

import django.db.models.deletion
import pelatihan.models.printing
from django.conf import settings
from django.db import migrations, models

from pelatihan.models import triggers

KEYS = {"session": "daftar-hadir", "day": "daftar-hadir", "recap": "rekap"}
NAMES = {"session": "Daftar hadir peserta", "day": "Daftar hadir peserta", "recap": "Rekap kehadiran"}


def take_over(apps, _editor):
    """One printing for the sheets that were made at once."""
    printing, sheet, printed = (apps.get_model("pelatihan", name) for name in ("Printing", "PrintedSheet", "Printed"))

    def at_once(one):
        return one.angkatan_id, KEYS[one.kind], one.at, one.by_id, one.asked

    old = printed.objects.select_related("session").order_by("at", "kind", "day", "session__starts_at", "part")
    for made, some in groupby(sorted(old, key=lambda one: (at_once(one)[:4], one.asked)), key=at_once):
        ones = list(some)
        kept = printing.objects.create(
            angkatan_id=made[0], paper=made[1], name=NAMES[ones[0].kind], file_name="", asked=made[4], at=made[2],
            by_id=made[3], words={}, words_hash="", sha256="", size=0, pages=sum(len(one.pages) for one in ones),
        )
        for number, one in enumerate(ones, start=1):
            which = {"session": f"sesi:{one.session_id}", "day": f"hari:{one.day}:{one.part}", "recap": str(one.part)}
            one.sheet = sheet.objects.create(
                printing=kept, number=number, angkatan_id=made[0], slot=f"{made[1]}:{which[one.kind]}", version=1,
                kind=one.kind, session_id=one.session_id, day=one.day, part=one.part, head=one.head, rows=one.rows,
                ends=one.pages, title=one.session.title if one.session else "",
            )
            one.save(update_fields=["sheet"])


class Migration(migrations.Migration):

    dependencies = [
        ('pelatihan', '0038_guests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Printing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('paper', models.CharField(max_length=40, verbose_name='kunci lembar')),
                ('name', models.CharField(max_length=100, verbose_name='lembar')),
                ('file_name', models.CharField(max_length=250, verbose_name='nama berkas')),
                ('asked', models.CharField(blank=True, max_length=40000, verbose_name='pilihan')),
                ('at', models.DateTimeField(verbose_name='dicetak')),
                ('words', models.JSONField(encoder=pelatihan.models.printing.Words, verbose_name='isi')),
                ('words_hash', models.CharField(max_length=64, verbose_name='sidik isi')),
                ('sha256', models.CharField(max_length=64, verbose_name='sidik berkas')),
                ('size', models.PositiveIntegerField(verbose_name='ukuran')),
                ('pages', models.PositiveIntegerField(verbose_name='halaman')),
                ('shows_phones', models.BooleanField(db_default=False, default=False, verbose_name='memuat nomor HP')),
                ('is_archived', models.BooleanField(db_default=True, default=True, verbose_name='mengikuti arsip keuangan')),
                ('angkatan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='printings', to='pelatihan.angkatan', verbose_name='angkatan')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='oleh')),
            ],
            options={
                'verbose_name': 'cetakan',
                'verbose_name_plural': 'cetakan',
                'ordering': ['-at', '-pk'],
                'default_permissions': (),
                'indexes': [
                    models.Index(fields=['angkatan', '-at', '-id'], name='printing_newest'),
                    models.Index(fields=['angkatan', 'paper', '-at', '-id'], name='printing_newest_of_paper'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PrintedFile',
            fields=[
                ('printing', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='file', serialize=False, to='pelatihan.printing', verbose_name='cetakan')),
                ('content', models.BinaryField(verbose_name='berkas')),
            ],
            options={
                'verbose_name': 'berkas cetakan',
                'verbose_name_plural': 'berkas cetakan',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='PrintedSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='urutan')),
                ('slot', models.CharField(max_length=120, verbose_name='lembar yang mana')),
                ('version', models.PositiveIntegerField(verbose_name='versi')),
                ('code', models.CharField(blank=True, max_length=8, verbose_name='kode')),
                ('kind', models.CharField(choices=[('session', 'Daftar hadir'), ('day', 'Daftar hadir harian'), ('recap', 'Rekap kehadiran'), ('other', 'Lembar lain')], max_length=7, verbose_name='jenis')),
                ('session_id', models.BigIntegerField(null=True, verbose_name='nomor sesi')),
                ('day', models.DateField(null=True, verbose_name='hari')),
                ('part', models.PositiveSmallIntegerField(default=1, verbose_name='bagian')),
                ('title', models.CharField(blank=True, max_length=400, verbose_name='sebutan')),
                ('of', models.CharField(choices=[('registration', 'Peserta'), ('guest', 'Narasumber, panitia, undangan')], default='registration', max_length=12, verbose_name='baris milik')),
                ('is_blank', models.BooleanField(default=False, verbose_name='tanpa nama')),
                ('head', models.CharField(blank=True, max_length=12, verbose_name='sidik kepala lembar')),
                ('rows', models.JSONField(default=list, verbose_name='baris')),
                ('ends', models.JSONField(default=list, verbose_name='batas halaman')),
                ('only', models.JSONField(default=list, verbose_name='halaman yang dicetak')),
                ('layout', models.JSONField(default=dict, verbose_name='letak')),
                ('angkatan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pelatihan.angkatan', verbose_name='angkatan')),
                ('printing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sheets', to='pelatihan.printing', verbose_name='cetakan')),
            ],
            options={
                'verbose_name': 'lembar cetakan',
                'verbose_name_plural': 'lembar cetakan',
                'ordering': ['printing', 'number'],
                'default_permissions': (),
                'constraints': [
                    models.UniqueConstraint(fields=('printing', 'number'), name='one_sheet_a_place_in_its_printing'),
                    models.UniqueConstraint(fields=('angkatan', 'slot', 'version'), name='one_print_a_version'),
                    models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('code',), name='one_sheet_a_code'),
                    models.CheckConstraint(condition=models.Q(('code', ''), ('code__regex', '^[23456789ABCDEFGHJKMNPQRSTVWXYZ]{8}$'), _connector='OR'), name='sheet_code_is_readable'),
                    models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='sheet_version_counts_from_one'),
                ],
            },
        ),
        migrations.AlterModelOptions(
            name='printed',
            options={'default_permissions': (), 'ordering': ['kind', 'day', 'session__starts_at', 'session', 'part'], 'verbose_name': 'cetakan yang dipakai', 'verbose_name_plural': 'cetakan yang dipakai'},
        ),
        migrations.AddField(
            model_name='printed',
            name='sheet',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='lies', to='pelatihan.printedsheet', verbose_name='lembar cetakan'),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
        migrations.RunSQL('SET CONSTRAINTS ALL IMMEDIATE', migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='printed',
            name='sheet',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='lies', to='pelatihan.printedsheet', verbose_name='lembar cetakan'),
        ),
        migrations.RemoveField(model_name='printed', name='asked'),
        migrations.RemoveField(model_name='printed', name='at'),
        migrations.RemoveField(model_name='printed', name='by'),
        migrations.RemoveField(model_name='printed', name='head'),
        migrations.RemoveField(model_name='printed', name='pages'),
        migrations.RemoveField(model_name='printed', name='rows'),
        migrations.RunSQL(triggers.PRINTINGS_STAY, triggers.DROP_PRINTINGS_STAY),
    ]
