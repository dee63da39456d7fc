"""Positions, tree nodes, keys and signed heads of the log are never changed or removed, also where Django is bypassed."""

from django.db import migrations

APPEND_ONLY = ("cases_leaf", "cases_node", "cases_logkey", "cases_head")
POSTGRES = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION wangqian_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION wangqian_append_only();
"""
SQLITE = "CREATE TRIGGER {table}_no_{name} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, 'append only: {table}'); END"


def guard(apps, schema_editor):
    for table in APPEND_ONLY:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(POSTGRES.format(table=table), params=None)
            continue
        for act in ("UPDATE", "DELETE"):
            schema_editor.execute(SQLITE.format(table=table, act=act, name=act.lower()))


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_log")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
