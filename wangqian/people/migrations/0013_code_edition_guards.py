"""An edition of an official table is never changed or removed: a wrong one is withdrawn by another row."""

from django.db import migrations

TABLE = "people_codeedition"
POSTGRES = f"""
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {TABLE}
  FOR EACH ROW EXECUTE FUNCTION wangqian_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {TABLE} EXECUTE FUNCTION wangqian_append_only();
"""
SQLITE = "CREATE TRIGGER {table}_no_{name} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, 'append only: {table}'); END"


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES, params=None)
        return
    for act in ("UPDATE", "DELETE"):
        schema_editor.execute(SQLITE.format(table=TABLE, act=act, name=act.lower()))


class Migration(migrations.Migration):
    dependencies = [("people", "0012_code_editions"), ("cases", "0002_guards")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
