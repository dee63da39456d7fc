"""Accounts: name, phone and e-mail sealed; what a login needs to find and to end them."""

from django.db import migrations, models

from wangqian.people.vault import BlindIndex, Sealed

PLAIN = ("name", "phone", "email")


def seal(apps, schema_editor):
    """Each row once, in batches; the historical model knows the sealed columns."""
    rows = apps.get_model("people", "User").objects.all()
    for row in rows.iterator(500):
        for column in PLAIN:
            setattr(row, column, getattr(row, f"plain_{column}"))
        row.save()


class Migration(migrations.Migration):
    dependencies = [("people", "0002_fewer_indexes")]

    operations = [
        *(migrations.RenameField("user", column, f"plain_{column}") for column in PLAIN),
        *(migrations.AddField("user", column, Sealed(null=True)) for column in PLAIN),
        migrations.AddField("user", "phone_index", BlindIndex("phone", "phone")),
        migrations.AddField("user", "email_index", BlindIndex("email", "email")),
        migrations.AddField("user", "phone_proven_at", models.DateTimeField(null=True)),
        migrations.AddField("user", "email_proven_at", models.DateTimeField(null=True)),
        migrations.AddField("user", "generation", models.PositiveIntegerField(default=0)),
        migrations.AddField("user", "activated_at", models.DateTimeField(null=True)),
        migrations.AddField("user", "binding_from", models.DateTimeField(null=True)),
        migrations.RunPython(seal, migrations.RunPython.noop, elidable=True),
        *(migrations.RemoveField("user", f"plain_{column}") for column in PLAIN),
    ]
