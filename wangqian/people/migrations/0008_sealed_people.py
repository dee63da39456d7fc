"""Graduates' names and ways to reach them, contacts of employers, reasons in the access log: sealed, copied in batches.

The access log is append-only: its guard is lifted for the copying and put back before the transaction ends.
"""

from django.db import migrations, models

import wangqian.people.models.kept
from wangqian.people.models.kept import Kept, make_kept_key
from wangqian.people.names import NameIndex
from wangqian.people.vault import SealedJSON

BATCH = 2000
PRIVATE = (
    "name", "born_on", "former_dossier", "former_police", "phone", "email", "qq", "home_address", "home_phone", "home_postcode",
    "extra",
)  # fmt: skip
SQLITE = "CREATE TRIGGER {table}_no_{name} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, 'append only: {table}'); END"


def guard(schema_editor, table, on):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE {table} {'ENABLE' if on else 'DISABLE'} TRIGGER append_only")
        return
    for act in ("UPDATE", "DELETE"):
        if on:
            schema_editor.execute(SQLITE.format(table=table, act=act, name=act.lower()))
        else:
            schema_editor.execute(f"DROP TRIGGER {table}_no_{act.lower()}")


def copy(model, schema_editor, fill, *columns):
    """Seal each row once: `fill` sets what is new on the instance, the fields make ciphertext of it."""
    connection, meta, last = schema_editor.connection, model._meta, None
    fields = [meta.get_field(column) for column in columns]
    sets = ", ".join(f'"{column}" = %s' for column in columns)
    while True:
        rows = model.objects.order_by("pk")
        rows = list((rows if last is None else rows.filter(pk__gt=last))[:BATCH])
        if not rows:
            return
        values = []
        for row in rows:
            fill(row)
            sealed = [field.get_db_prep_save(field.pre_save(row, False), connection) for field in fields]
            values.append([*sealed, meta.pk.get_db_prep_save(row.pk, connection)])
        with connection.cursor() as cursor:
            cursor.executemany(f'UPDATE "{meta.db_table}" SET {sets} WHERE id = %s', values)
        last = rows[-1].pk


def seal(apps, schema_editor):
    make_kept_key(apps)

    def graduate(row):
        row.private = {name: value for name in PRIVATE if (value := getattr(row, name))}

    def dossier(row):
        row.contact, row.phone = row.plain_contact, row.plain_phone

    def access(row):
        row.why = row.plain_why

    copy(apps.get_model("people", "Graduate"), schema_editor, graduate, "private", "name_index")
    copy(apps.get_model("people", "EmployerDossier"), schema_editor, dossier, "contact", "phone")
    guard(schema_editor, "people_accesslog", False)
    copy(apps.get_model("people", "AccessLog"), schema_editor, access, "why")
    guard(schema_editor, "people_accesslog", True)


class Migration(migrations.Migration):
    dependencies = [("people", "0007_school_side"), ("cases", "0002_guards")]

    operations = [
        migrations.CreateModel(
            "KeptKey",
            [
                (
                    "name",
                    models.CharField(
                        default=wangqian.people.models.kept.new_name, max_length=16, primary_key=True, serialize=False
                    ),
                ),
                ("wrapped", models.BinaryField(max_length=128)),
            ],
        ),
        migrations.AddField("graduate", "private", SealedJSON(null=True)),
        migrations.AddField("graduate", "name_index", NameIndex()),
        migrations.RenameField("employerdossier", "contact", "plain_contact"),
        migrations.RenameField("employerdossier", "phone", "plain_phone"),
        migrations.AddField("employerdossier", "contact", Kept(row=("employer_id", "edited_at"), null=True)),
        migrations.AddField("employerdossier", "phone", Kept(row=("employer_id", "edited_at"), null=True)),
        migrations.RenameField("accesslog", "why", "plain_why"),
        migrations.AddField("accesslog", "why", Kept(row=("actor_id", "subject_id", "at"), null=True)),
        migrations.RunPython(seal, migrations.RunPython.noop, elidable=True),
        *(migrations.RemoveField("graduate", name) for name in PRIVATE),
        migrations.RemoveField("employerdossier", "plain_contact"),
        migrations.RemoveField("employerdossier", "plain_phone"),
        migrations.RemoveField("accesslog", "plain_why"),
    ]
