from django.db import migrations, models

from pelatihan.models import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('pelatihan', '0029_devices_and_late_arrivals'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='attendanceevent',
            name='only_refusals_lack_a_person',
        ),
        migrations.RemoveConstraint(
            model_name='attendanceevent',
            name='only_refused_people_wait',
        ),
        migrations.AlterField(
            model_name='attendanceevent',
            name='outcome',
            field=models.CharField(blank=True, choices=[('present', 'Hadir'), ('late', 'Terlambat'), ('already', 'Sudah tercatat'), ('not_open', 'Belum dibuka'), ('closed', 'Sesi sudah ditutup'), ('not_accepted', 'Belum diterima'), ('other_angkatan', 'Angkatan lain'), ('unknown_code', 'Kode tidak dikenal'), ('invalid', 'Tidak terbaca'), ('already_undone', 'Sudah diurungkan'), ('doubted', 'Jam diragukan')], max_length=14, verbose_name='jawaban'),
        ),
        migrations.AddConstraint(
            model_name='attendanceevent',
            constraint=models.CheckConstraint(condition=models.Q(('registration__isnull', False), ('kind__in', ['refusal', 'strike']), _connector='OR'), name='only_refusals_lack_a_person'),
        ),
        migrations.AddConstraint(
            model_name='attendanceevent',
            constraint=models.CheckConstraint(condition=models.Q(('needs_review', False), ('kind', 'refusal'), _connector='OR'), name='only_what_was_refused_waits'),
        ),
        migrations.RunSQL(triggers.DECIDES_ON_ITS_OWN, triggers.DROP_DECIDES_ON_ITS_OWN),
    ]
