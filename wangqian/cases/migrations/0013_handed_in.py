from django.db import migrations, models
from django.db.models import F, Min, OuterRef, Q, Subquery


def fill(apps, schema_editor):
    """What is there was handed in when it was begun; what was begun as a draft, with its first version, which only handing in makes."""
    Case, Event, Terms = (apps.get_model("cases", name) for name in ("Case", "Event", "Terms"))
    begun_as_draft = Event.objects.filter(number=1, target="draft").values("case")
    drafts = Q(pk__in=begun_as_draft)
    Case.objects.exclude(drafts).update(handed_in_at=F("opened_at"))
    first = Terms.objects.filter(case=OuterRef("pk")).order_by().values("case").annotate(at=Min("at")).values("at")
    Case.objects.filter(drafts).update(handed_in_at=Subquery(first))
    # 更正申请 keep no versions: handed in is what is no draft, and did not end as one.
    asked = Case.objects.filter(drafts, flow="correction_request").exclude(state__in=("draft", "cancelled"))
    asked.update(handed_in_at=F("opened_at"))


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0012_objections_without_employer"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="handed_in_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
