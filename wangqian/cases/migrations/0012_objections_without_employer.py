from django.db import migrations


class Migration(migrations.Migration):
    """An objection is between the graduate and the school: no employer reads it, whatever agreement it is about."""

    dependencies = [
        ("cases", "0011_registrations"),
    ]

    operations = [
        migrations.RunSQL("UPDATE cases_case SET employer_id = NULL WHERE flow = 'dispute'", migrations.RunSQL.noop),
    ]
