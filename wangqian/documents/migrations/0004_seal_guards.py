"""Seal certificates are never changed or removed; artefacts are guarded again (SQLite rebuilds a table, without triggers)."""

from django.db import migrations

TABLE = "documents_sealcertificate"
POSTGRES = f"""
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {TABLE}
  FOR EACH ROW EXECUTE FUNCTION wangqian_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {TABLE} EXECUTE FUNCTION wangqian_append_only();
"""
SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS {table}_no_{name} BEFORE {act} ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'append only: {table}'); END"
)


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES, params=None)
        return
    for table in (TABLE, "documents_artefact"):
        for act in ("UPDATE", "DELETE"):
            schema_editor.execute(SQLITE.format(table=table, act=act, name=act.lower()))


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_seal")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
