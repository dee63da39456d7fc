"""Editions of the official tables that the operator added (codes.md: "without a release")."""

from __future__ import annotations

from django.db import models

from wangqian.people.ids import new_id


class CodeEdition(models.Model):
    """The codes of one table from a day on, or the withdrawal of such an edition before its day. Append-only.

    `number` counts per table without gaps; `content` is the CSV as it was checked; `whole`: codes it leaves out end.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    table = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    effective_on = models.DateField(null=True)
    source = models.CharField(max_length=200, blank=True)
    whole = models.BooleanField(default=True)
    content = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    withdraws = models.OneToOneField("self", models.PROTECT, null=True, related_name="withdrawal")
    added_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    added_as = models.ForeignKey("people.Membership", models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["table", "number"]
        constraints = [models.UniqueConstraint(fields=["table", "number"], name="one_edition_number")]
