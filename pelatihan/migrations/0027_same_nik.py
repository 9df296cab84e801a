from django.db import migrations

from pelatihan.models import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('pelatihan', '0026_indexes'),
    ]

    operations = [
        migrations.RunSQL(triggers.NOTE_SAME_NIK, triggers.DROP_NOTE_SAME_NIK),
    ]
