"""Lost devices: one administrator asks that somebody's second factors be reset, another confirms. Rows stay."""

from __future__ import annotations

from django.db import models

from wangqian.people.ids import new_id
from wangqian.people.vault import Sealed


class FactorReset(models.Model):
    """Whose account, seen through which of his capacities; who asked and why; who confirmed, or withdrew it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey("people.Membership", models.PROTECT, related_name="resets")
    reason = Sealed()
    requested_by = models.ForeignKey("people.Membership", models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("people.Membership", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("people.Membership", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership"],
                condition=models.Q(confirmed_at=None, withdrawn_at=None),
                name="one_open_factor_reset",
            ),
            models.CheckConstraint(
                condition=models.Q(requested_by=None) | models.Q(confirmed_by=None) | ~models.Q(requested_by=models.F("confirmed_by")),
                name="factor_reset_by_two",
            ),
        ]
        indexes = [
            models.Index(
                fields=["requested_at"],
                condition=models.Q(confirmed_at=None, withdrawn_at=None),
                name="open_factor_resets",
            )
        ]
