from django.db import migrations

from pelatihan.models import triggers


class Migration(migrations.Migration):
    dependencies = [("pelatihan", "0001_initial")]

    operations = [
        migrations.RunSQL(triggers.APPEND_ONLY, triggers.DROP_APPEND_ONLY),
        migrations.RunSQL(triggers.SAME_BATCH, triggers.DROP_SAME_BATCH),
    ]
