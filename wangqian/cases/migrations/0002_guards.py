"""The database's own guards: append-only tables, no TRUNCATE, no transition without its event.

They hold when Django is bypassed. SQLite has no deferred triggers, so the last two are PostgreSQL's alone.
"""

from django.db import migrations

APPEND_ONLY = ("cases_event", "cases_terms", "cases_ledgerentry", "people_accesslog")

POSTGRES = """
CREATE FUNCTION wangqian_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append only: %', TG_TABLE_NAME; END $$;
CREATE FUNCTION wangqian_case_has_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The row as it is now, not as this update left it: one transaction may move a case twice, none may move it back.
  IF NOT EXISTS (
    SELECT 1 FROM cases_case c JOIN cases_event e ON e.case_id = c.id AND e.number = c.version AND e.target = c.state
    WHERE c.id = NEW.id AND c.version = (SELECT max(number) FROM cases_event WHERE case_id = NEW.id)
  )
  THEN RAISE EXCEPTION 'no transition without its event: %', NEW.id; END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION wangqian_event_has_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM cases_case c WHERE c.id = NEW.case_id AND c.version >= NEW.number)
  THEN RAISE EXCEPTION 'no event without its transition: %', NEW.case_id; END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER case_has_event AFTER INSERT OR UPDATE OF state, version ON cases_case
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wangqian_case_has_event();
CREATE CONSTRAINT TRIGGER event_has_case AFTER INSERT ON cases_event
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wangqian_event_has_case();
"""
POSTGRES_TABLE = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION wangqian_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION wangqian_append_only();
"""
SQLITE_TABLE = (
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'append only: {table}'); END",
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, 'append only: {table}'); END",
)


def guard(apps, schema_editor):
    execute = schema_editor.execute
    if schema_editor.connection.vendor == "postgresql":
        execute(POSTGRES, params=None)
        for table in APPEND_ONLY:
            execute(POSTGRES_TABLE.format(table=table))
    else:
        for table in APPEND_ONLY:
            for statement in SQLITE_TABLE:
                execute(statement.format(table=table))


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("people", "0001_initial")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
