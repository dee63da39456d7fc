"""A membership names no class any more; what was changed, and by whom, is never changed or removed."""

from django.db import migrations

APPEND_ONLY = ("people_schoolchange", "people_graduatechange")
POSTGRES = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION wangqian_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION wangqian_append_only();
"""
SQLITE = (
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'append only: {table}'); END",
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, 'append only: {table}'); END",
)


def guard(apps, schema_editor):
    for table in APPEND_ONLY:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(POSTGRES.format(table=table), params=None)
            continue
        for statement in SQLITE:
            schema_editor.execute(statement.format(table=table))


class Migration(migrations.Migration):
    dependencies = [("people", "0010_classes"), ("cases", "0002_guards")]
    operations = [
        migrations.RemoveField("membership", "klass"),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
