from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("pelatihan", "0033_b_own_phone"), ("pelatihan", "0033_e_shown")]
    operations = []
