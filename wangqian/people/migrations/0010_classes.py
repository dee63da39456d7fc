"""Who looked after a class by its name looks after it in every cohort of the school, as until now."""

from django.db import migrations


def assign(apps, schema_editor):
    membership, cohort, row = (apps.get_model("people", name) for name in ("Membership", "Cohort", "CounsellorClass"))
    for pk, school, name in membership.objects.filter(kind="counsellor").exclude(klass="").values_list("pk", "school", "klass"):
        for each in cohort.objects.filter(school=school).values_list("pk", flat=True):
            row.objects.get_or_create(membership_id=pk, cohort_id=each, name=name)


class Migration(migrations.Migration):
    dependencies = [("people", "0009_sealed_people_whole")]
    operations = [migrations.RunPython(assign, migrations.RunPython.noop, elidable=True)]
