"""Apart from the rows before: PostgreSQL changes a table's shape and its rows in two transactions.

SQLite makes the table anew, which loses its triggers: the guard of the texts is put up again.
"""

from django.db import migrations

from wangqian.cases.sealing import CaseKey, CaseSealed, CaseSealedJSON
from wangqian.people.vault import SealedJSON

SQLITE = "CREATE TRIGGER {table}_no_{name} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, 'append only: {table}'); END"


def guard(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        for act in ("UPDATE", "DELETE"):
            schema_editor.execute(SQLITE.format(table="cases_terms", act=act, name=act.lower()))


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_sealed_texts")]

    operations = [
        migrations.AlterField("case", "key", CaseKey(max_length=128)),
        migrations.AlterField("terms", "text", CaseSealed(row=("case_id", "version"))),
        migrations.AlterField("note", "words", CaseSealedJSON()),
        migrations.AlterField("draft", "data", SealedJSON()),
        migrations.RunPython(guard, guard),
    ]
