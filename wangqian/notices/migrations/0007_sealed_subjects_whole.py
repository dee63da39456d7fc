"""Apart from the rows before: PostgreSQL changes a table's shape and its rows in two transactions."""

from django.db import migrations

from wangqian.people.vault import Sealed


class Migration(migrations.Migration):
    dependencies = [("notices", "0006_sealed_subjects")]
    operations = [migrations.AlterField("notice", "subject", Sealed())]
