"""What surrounds an act: drafts before it, proofs with it, receipts and outbox rows after it."""

from __future__ import annotations

from datetime import timedelta

from django.db import models

from wangqian.cases.models.event import Event
from wangqian.people.ids import new_id
from wangqian.people.models import User
from wangqian.people.vault import SealedJSON


class Draft(models.Model):
    """Typed and not yet submitted: saved as typed, never counted, exported or signed; consumed by the act."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(User, models.CASCADE, related_name="drafts")
    subject = models.CharField(max_length=120)  # flow, step and what it is about
    data = SealedJSON()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "subject"], name="one_draft_per_subject")]


class Proof(models.Model):
    """† A second proof: bound to user, step and the hash of the text shown; used once.

    `items` are "case-or-subject:digest" lines, one for a single act, many for a batch. `evidence` is what convinces a third
    party: how and when it was proven, and for a passkey the signature with the key that checks it (cases/devices.py).
    """

    FRESH = timedelta(seconds=120)
    FRESH_BATCH = timedelta(minutes=15)
    CODE_LIVES = timedelta(minutes=10)
    TRIES = 5

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="proofs")
    step = models.CharField(max_length=61)  # flow.step
    items = models.JSONField()
    items_sha256 = models.CharField(max_length=64)
    method = models.CharField(max_length=12, default="sms")
    code_digest = models.CharField(max_length=64)  # of a passkey: the challenge
    evidence = models.JSONField(default=dict)
    issued_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    verified_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)


class Receipt(models.Model):
    """Idempotency: the same key by the same actor gets the same answer, and nothing happens twice."""

    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    location = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="one_receipt_per_key")]


class Outbox(models.Model):
    """One row per consumer that must still hear of an event; removed in the transaction that dealt with it."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="outbox")
    consumer = models.CharField(max_length=20)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "consumer"], name="one_outbox_row")]
        indexes = [models.Index(fields=["consumer", "id"], name="outbox_by_consumer")]


class NumberSeries(models.Model):
    """The counter row of agreement numbers: one per school, year and degree."""

    school = models.ForeignKey("people.School", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    degree = models.CharField(max_length=2)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "year", "degree"], name="one_number_series")]
