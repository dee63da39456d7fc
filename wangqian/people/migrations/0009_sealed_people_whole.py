"""Apart from the rows before: PostgreSQL changes a table's shape and its rows in two transactions.

SQLite makes the table anew, which loses its triggers: the access log's guard is put up again.
"""

from django.db import migrations

from wangqian.people.models.kept import Kept
from wangqian.people.vault import SealedJSON

SQLITE = "CREATE TRIGGER {table}_no_{name} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, 'append only: {table}'); END"


def guard(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        for act in ("UPDATE", "DELETE"):
            schema_editor.execute(SQLITE.format(table="people_accesslog", act=act, name=act.lower()))


class Migration(migrations.Migration):
    dependencies = [("people", "0008_sealed_people")]

    operations = [
        migrations.AlterField("graduate", "private", SealedJSON()),
        migrations.AlterField("employerdossier", "contact", Kept(row=("employer_id", "edited_at"))),
        migrations.AlterField("employerdossier", "phone", Kept(row=("employer_id", "edited_at"))),
        migrations.AlterField("accesslog", "why", Kept(row=("actor_id", "subject_id", "at"))),
        migrations.RunPython(guard, guard),
    ]
