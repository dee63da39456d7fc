"""Somebody at the door: asks for a one-time code, or to be told his login names, before anybody knows who he is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from wangqian.people.ids import new_id
from wangqian.people.vault import Sealed


class Knock(models.Model):
    """One row whether or not there is such an account; the worker answers it out of sight (notices/knocks.py).

    Its key is in the asking session alone: nobody else can enter the code. `code` is sealed and emptied when it was sent; what
    is entered is compared with `digest`, which is empty until then: a code that was never sent opens nothing. `target` is where
    it goes, when that is not yet the account's own. `graduate` is who activates: the worker finds or makes his account. `known`:
    asked for on a device of his own, or with his password; strangers have a share of their own.
    """

    TRIES = 5

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=12)
    user = models.ForeignKey("people.User", models.CASCADE, null=True, related_name="+")
    graduate = models.UUIDField(null=True)  # no foreign key: checking it would take longer for somebody than for nobody
    known = models.BooleanField(default=False, db_default=False)
    channel = models.CharField(max_length=6)
    target = Sealed()
    code = Sealed()
    digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["made_at"], condition=Q(answered_at__isnull=True), name="knock_unanswered")]


class OldPassword(models.Model):
    """A password used before, as its hash: where the rules say so, the last ones are not taken again."""

    user = models.ForeignKey("people.User", models.CASCADE, related_name="old_passwords")
    password = models.CharField(max_length=128)
    until = models.DateTimeField()

    class Meta:
        ordering = ["-until", "-id"]
