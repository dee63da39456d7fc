"""Classes of counsellors, what a school's administrators changed, what was changed about a graduate; two dials."""

import django.db.models.deletion
from django.db import migrations, models

import wangqian.people.ids
import wangqian.people.vault

ID = ("id", models.UUIDField(primary_key=True, default=wangqian.people.ids.new_id, editable=False, serialize=False))


def pointing(to, **more):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **more)


class Migration(migrations.Migration):
    dependencies = [("people", "0006_meeting_codes")]

    operations = [
        migrations.AddField("schoolprofile", "offers_online", models.BooleanField(default=True)),
        migrations.AddField("schoolprofile", "college_manages_counsellors", models.BooleanField(default=False)),
        migrations.AddField("graduate", "college_confirmed_at", models.DateTimeField(null=True)),
        migrations.AddField("membership", "known_as", wangqian.people.vault.Sealed(null=True)),
        migrations.CreateModel(
            name="CounsellorClass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("membership", pointing("people.membership", related_name="classes")),
                ("cohort", pointing("people.cohort", related_name="+")),
                ("name", models.CharField(max_length=60)),
            ],
            options={
                "indexes": [models.Index(fields=["cohort", "name"], name="counsellors_of_class")],
                "constraints": [models.UniqueConstraint(fields=("membership", "cohort", "name"), name="one_row_per_class")],
            },
        ),
        migrations.CreateModel(
            name="SchoolChange",
            fields=[
                ID,
                ("school", pointing("people.school", related_name="changes")),
                ("at", models.DateTimeField()),
                ("by", pointing("people.membership", null=True, related_name="+")),
                ("what", models.CharField(max_length=20)),
                ("membership", pointing("people.membership", null=True, related_name="changes")),
                ("college", pointing("people.college", null=True, related_name="changes")),
                ("profile", pointing("people.schoolprofile", null=True, related_name="changes")),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
            ],
            options={"ordering": ["-id"]},
        ),
        migrations.CreateModel(
            name="GraduateChange",
            fields=[
                ID,
                ("graduate", pointing("people.graduate", related_name="changes", db_index=False)),
                ("at", models.DateTimeField()),
                ("user", pointing("people.user", null=True, related_name="+", db_index=False)),
                ("membership", pointing("people.membership", null=True, related_name="+", db_index=False)),
                ("capacity", models.CharField(max_length=12)),
                ("source", models.CharField(max_length=8)),
                ("act", models.UUIDField()),
                ("case", models.UUIDField(null=True)),
                ("field", models.CharField(max_length=40)),
                ("person", pointing("people.personkey", related_name="+", db_index=False)),
                ("sealed", models.BinaryField()),
            ],
            options={"indexes": [models.Index(fields=["graduate", "id"], name="changes_of_graduate")]},
        ),
    ]
