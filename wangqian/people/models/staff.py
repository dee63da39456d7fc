"""Which classes a counsellor looks after, and what a school's administrators changed."""

from __future__ import annotations

from django.db import models

from wangqian.people.ids import new_id


class CounsellorClass(models.Model):
    """One class of one cohort, by the name the roster gives it. A class is no row of its own: the roster says which there are."""

    membership = models.ForeignKey("people.Membership", models.PROTECT, related_name="classes")
    cohort = models.ForeignKey("people.Cohort", models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "cohort", "name"], name="one_row_per_class")]
        indexes = [models.Index(fields=["cohort", "name"], name="counsellors_of_class")]


class SchoolChange(models.Model):
    """What was changed about a school: staff, colleges, settings, cohort dates. Append-only.

    `before` and `after` hold only what differs, as codes; a person is named by the membership, never in words.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    school = models.ForeignKey("people.School", models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    by = models.ForeignKey("people.Membership", models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=20)
    membership = models.ForeignKey("people.Membership", models.PROTECT, null=True, related_name="changes")
    college = models.ForeignKey("people.College", models.PROTECT, null=True, related_name="changes")
    profile = models.ForeignKey("people.SchoolProfile", models.PROTECT, null=True, related_name="changes")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
