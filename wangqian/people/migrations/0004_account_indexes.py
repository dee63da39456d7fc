"""Apart from the rows before: PostgreSQL changes a table's shape and its rows in two transactions."""

from django.db import migrations, models

from wangqian.people.vault import Sealed

PROVEN = {"phone": "one_account_per_proven_phone", "email": "one_account_per_proven_email"}


class Migration(migrations.Migration):
    dependencies = [("people", "0003_sealed_accounts")]

    operations = [
        *(migrations.AlterField("user", column, Sealed()) for column in ("name", "phone", "email")),
        *(
            migrations.AddConstraint(
                "user",
                models.UniqueConstraint(
                    fields=[f"{column}_index"], condition=models.Q(**{f"{column}_proven_at__isnull": False}), name=name
                ),
            )
            for column, name in PROVEN.items()
        ),
        migrations.AddIndex("user", models.Index(fields=["phone_index"], name="user_by_phone")),
        migrations.AddIndex("user", models.Index(fields=["email_index"], name="user_by_email")),
    ]
