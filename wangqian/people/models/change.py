"""Every change of a graduate's data by anybody: who, in which capacity, what it was and what it became, why."""

from __future__ import annotations

import json
from functools import cached_property

from django.db import models

from wangqian.people import identity
from wangqian.people.ids import new_id
from wangqian.people.models.graduate import PersonKey


class GraduateChange(models.Model):
    """One field of one edit. Append-only; the words are under the person's own key, so erasing the person erases them.

    `field` is a name of `people/field_classes.py`; `act` is the same for fields edited together; `source` says by which way:
    self, staff, request (a correction request, `case`), slip (an activation slip, `case`), roster.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    graduate = models.ForeignKey("people.Graduate", models.PROTECT, related_name="changes", db_index=False)
    at = models.DateTimeField()
    user = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+", db_index=False)
    membership = models.ForeignKey("people.Membership", models.PROTECT, null=True, related_name="+", db_index=False)
    capacity = models.CharField(max_length=12)
    source = models.CharField(max_length=8)
    act = models.UUIDField()
    case = models.UUIDField(null=True)
    field = models.CharField(max_length=40)
    person = models.ForeignKey(PersonKey, models.PROTECT, related_name="+", db_index=False)
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["graduate", "id"], name="changes_of_graduate")]

    @staticmethod
    def seal(key: object, person_key: bytes, before: str, after: str, reason: str) -> bytes:
        """What `sealed` holds of the row called `key`."""
        words = json.dumps([before, after, reason], ensure_ascii=False)
        return identity.encrypt(person_key, words, f"people_graduatechange:sealed:{key}")

    @cached_property
    def words(self) -> tuple[str, str, str]:
        """(before, after, reason), empty once the person is erased."""
        try:
            before, after, reason = json.loads(
                identity.decrypt(self.person.open(), bytes(self.sealed), f"people_graduatechange:sealed:{self.pk}")
            )
        except identity.Erased:
            return "", "", ""
        return before, after, reason
