from django.db import migrations

from pelatihan.models import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('pelatihan', '0032_the_room'),
    ]

    operations = [
        migrations.RunSQL(triggers.NUMBER_SHOWN, triggers.DROP_NUMBER_SHOWN),
    ]
