import django.db.models.deletion
from django.db import migrations, models

import wangqian.people.vault


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_release_requests"), ("flows", "0001_initial"), ("people", "0004_account_indexes")]

    operations = [
        migrations.CreateModel(
            name="Slip",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="slip",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("code", wangqian.people.vault.Sealed()),
                ("code_index", models.BinaryField(max_length=32, unique=True)),
                ("printed_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "printed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.membership",
                    ),
                ),
            ],
        ),
    ]
