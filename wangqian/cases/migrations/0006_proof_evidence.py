from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0005_log_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="proof",
            name="evidence",
            field=models.JSONField(default=dict),
        ),
    ]
