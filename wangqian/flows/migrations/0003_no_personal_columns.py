"""Personal words lose their columns: they stand in the sealed text (cases_terms) alone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("flows", "0002_slips"), ("cases", "0008_sealed_texts_whole")]

    operations = [
        *(
            migrations.RemoveField("onlineterms", name)
            for name in ("contact", "contact_phone", "contact_mobile", "contact_email", "additions")
        ),
        migrations.RemoveField("terminationterms", "explanation"),
    ]
