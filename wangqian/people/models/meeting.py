"""应约码: a code the graduate gives an employer, so that nobody types an identity number (security.md §2.1)."""

from __future__ import annotations

from datetime import timedelta

from django.db import models

from wangqian.people.ids import new_id
from wangqian.people.vault import BlindIndex, Sealed


class MeetingCode(models.Model):
    """Ten characters, good for one employer within 72 hours. Found by its index; he who made it can read it again."""

    LIVES = timedelta(hours=72)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    graduate = models.ForeignKey("people.Graduate", models.PROTECT, related_name="meeting_codes")
    code = Sealed()
    code_index = BlindIndex("code", "meeting_code", unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey("people.Membership", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-made_at"]
