"""What messages are headed by: sealed, as it names people in the inbox; copied in batches."""

from django.db import migrations

from wangqian.people import identity
from wangqian.people.vault import Sealed

BATCH = 2000


def seal(apps, schema_editor):
    connection, last = schema_editor.connection, None
    notice = apps.get_model("notices", "Notice")
    key = notice._meta.pk
    while True:
        rows = notice.objects.order_by("pk").values_list("pk", "plain_subject")
        rows = list((rows if last is None else rows.filter(pk__gt=last))[:BATCH])
        if not rows:
            return
        values = [
            [identity.seal(subject.encode(), f"notices_notice:subject:{pk}"), key.get_db_prep_save(pk, connection)]
            for pk, subject in rows
        ]
        with connection.cursor() as cursor:
            cursor.executemany("UPDATE notices_notice SET subject = %s WHERE id = %s", values)
        last = rows[-1][0]


class Migration(migrations.Migration):
    dependencies = [("notices", "0005_head_mail")]

    operations = [
        migrations.RenameField("notice", "subject", "plain_subject"),
        migrations.AddField("notice", "subject", Sealed(null=True)),
        migrations.RunPython(seal, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField("notice", "plain_subject"),
    ]
