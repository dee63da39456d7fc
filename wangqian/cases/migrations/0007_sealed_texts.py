"""Texts and notes of cases under a key of each case, drafts under the master key; copied in batches.

Texts are append-only: their guard is lifted for the copying and put back before the transaction ends.
"""

import os

from django.db import migrations

from wangqian.cases.sealing import CaseKey, CaseSealed, CaseSealedJSON, unwrap, wrap
from wangqian.people import identity
from wangqian.people.vault import SealedJSON

BATCH = 2000
SQLITE = "CREATE TRIGGER {table}_no_{name} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, 'append only: {table}'); END"
JSON = SealedJSON()


def guard(schema_editor, table, on):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE {table} {'ENABLE' if on else 'DISABLE'} TRIGGER append_only")
        return
    for act in ("UPDATE", "DELETE"):
        if on:
            schema_editor.execute(SQLITE.format(table=table, act=act, name=act.lower()))
        else:
            schema_editor.execute(f"DROP TRIGGER {table}_no_{act.lower()}")


def copy(model, schema_editor, column, read, sealed):
    """Fill a column of every row with `sealed(pk, *values)` of what `read` names."""
    connection, meta, last = schema_editor.connection, model._meta, None
    field = meta.get_field(column)
    while True:
        rows = model.objects.order_by("pk").values_list("pk", *read)
        rows = list((rows if last is None else rows.filter(pk__gt=last))[:BATCH])
        if not rows:
            return
        values = [
            [field.get_db_prep_save(sealed(*row), connection), meta.pk.get_db_prep_save(row[0], connection)] for row in rows
        ]
        with connection.cursor() as cursor:
            cursor.executemany(f'UPDATE "{meta.db_table}" SET "{column}" = %s WHERE "{meta.pk.column}" = %s', values)
        last = rows[-1][0]


def of_person(index, wrapped):
    """The person's key, None for a case without a graduate."""
    return None if index is None else identity.unseal(bytes(wrapped), f"person_key:{bytes(index).hex()}")


def case_key(pk, index, wrapped):
    return wrap(os.urandom(32), pk, of_person(index, wrapped))


def text(_pk, case, version, canonical, key, index, wrapped):
    opened = unwrap(key, case, of_person(index, wrapped))
    return identity.encrypt(opened, bytes(canonical), f"cases_terms:text:{case}/{version}")


def words(pk, plain, case, key, index, wrapped):
    opened = unwrap(key, case, of_person(index, wrapped))
    return identity.encrypt(opened, JSON.to_bytes(plain), f"cases_note:words:{pk}")


def data(pk, plain):
    return identity.seal(JSON.to_bytes(plain), f"cases_draft:data:{pk}")


def seal(apps, schema_editor):
    def model(name):
        return apps.get_model("cases", name)

    person = ("graduate__person__index", "graduate__person__wrapped")
    copy(model("Case"), schema_editor, "key", person, case_key)
    of_case = ("case__key", *(f"case__{name}" for name in person))
    guard(schema_editor, "cases_terms", False)
    copy(model("Terms"), schema_editor, "text", ("case", "version", "canonical", *of_case), text)
    guard(schema_editor, "cases_terms", True)
    of_event = ("event__case", *(f"event__{name}" for name in of_case))
    copy(model("Note"), schema_editor, "words", ("plain_words", *of_event), words)
    copy(model("Draft"), schema_editor, "data", ("plain_data",), data)


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_proof_evidence"), ("people", "0009_sealed_people_whole")]

    operations = [
        migrations.AddField("case", "key", CaseKey(max_length=128, null=True)),
        migrations.AddField("terms", "text", CaseSealed(row=("case_id", "version"), null=True)),
        migrations.RenameField("note", "words", "plain_words"),
        migrations.AddField("note", "words", CaseSealedJSON(null=True)),
        migrations.RenameField("draft", "data", "plain_data"),
        migrations.AddField("draft", "data", SealedJSON(null=True)),
        migrations.RunPython(seal, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField("terms", "canonical"),
        migrations.RemoveField("note", "plain_words"),
        migrations.RemoveField("draft", "plain_data"),
    ]
