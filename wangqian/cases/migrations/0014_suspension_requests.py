from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0013_handed_in"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(condition=models.Q(("step", "request_suspension")), fields=["case"], name="event_suspension_requests"),
        ),
    ]
