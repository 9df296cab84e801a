import django.db.models.deletion
from django.db import migrations, models

from pelatihan.models import triggers


class Migration(migrations.Migration):
    """Sums may change for people whose check-in was undone twice: run ``rebuild_attendance`` afterwards."""

    dependencies = [("pelatihan", "0003_batch_limits")]

    operations = [
        migrations.RunSQL(
            triggers.NUMBER_EVENTS,
            triggers.DROP_NUMBER_EVENTS,
            state_operations=[
                migrations.AddField(
                    "attendanceevent",
                    "number",
                    models.BigIntegerField("urutan", unique=True, editable=False),
                    preserve_default=False,
                ),
            ],
        ),
        migrations.AlterModelOptions(
            name="attendanceevent",
            options={
                "ordering": ["number"],
                "verbose_name": "kejadian presensi",
                "verbose_name_plural": "kejadian presensi",
            },
        ),
        migrations.RemoveIndex(
            model_name="attendanceevent",
            name="event_newest_of_session",
        ),
        migrations.AddField(
            model_name="attendanceevent",
            name="clock_error",
            field=models.BigIntegerField(default=0, verbose_name="jam perangkat lebih cepat (detik)"),
        ),
        migrations.AddField(
            model_name="attendanceevent",
            name="needs_review",
            field=models.BooleanField(default=False, verbose_name="menunggu keputusan panitia"),
        ),
        migrations.AlterField(
            model_name="attendance",
            name="session",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attendances",
                to="pelatihan.session",
                verbose_name="sesi",
            ),
        ),
        migrations.AlterField(
            model_name="attendanceevent",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("present", "Hadir"),
                    ("late", "Terlambat"),
                    ("already", "Sudah tercatat"),
                    ("not_open", "Belum dibuka"),
                    ("closed", "Sesi sudah ditutup"),
                    ("not_accepted", "Belum diterima"),
                    ("other_angkatan", "Angkatan lain"),
                    ("unknown_code", "Kode tidak dikenal"),
                    ("invalid", "Tidak terbaca"),
                    ("already_undone", "Sudah diurungkan"),
                ],
                max_length=14,
                verbose_name="jawaban",
            ),
        ),
        migrations.AlterField(
            model_name="attendanceevent",
            name="registration",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="pelatihan.registration",
                verbose_name="pendaftaran",
            ),
        ),
        migrations.AlterField(
            model_name="attendanceevent",
            name="session",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="pelatihan.session",
                verbose_name="sesi",
            ),
        ),
        migrations.AlterField(
            model_name="attendanceevent",
            name="undoes",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undone_by",
                to="pelatihan.attendanceevent",
                verbose_name="mengurungkan",
            ),
        ),
        migrations.AddIndex(
            model_name="attendanceevent",
            index=models.Index(fields=["session", "-number"], name="event_newest_of_session"),
        ),
        migrations.AddIndex(
            model_name="attendanceevent",
            index=models.Index(
                condition=models.Q(("needs_review", True)),
                fields=["session", "number"],
                name="event_waiting_for_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="attendanceevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undoes__isnull", False)), fields=("undoes",), name="one_undo_an_event"
            ),
        ),
        migrations.AddConstraint(
            model_name="attendanceevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("needs_review", False),
                    models.Q(("kind", "refusal"), ("registration__isnull", False)),
                    _connector="OR",
                ),
                name="only_refused_people_wait",
            ),
        ),
    ]
