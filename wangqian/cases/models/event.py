"""What happened: append-only, numbered per case without gaps, hash-chained."""

from __future__ import annotations

import os
from datetime import UTC
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from django.db import models

from wangqian.cases.models.case import Case
from wangqian.cases.models.terms import Terms, canonical
from wangqian.cases.sealing import CaseSealedJSON
from wangqian.people.identity import Erased


class Event(models.Model):
    """One transition. `previous` is the hash of the case's event before; personal words stand in `Note`."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    flow = models.CharField(max_length=30)
    step = models.CharField(max_length=30)
    source = models.CharField(max_length=30, blank=True)
    target = models.CharField(max_length=30)
    level = models.PositiveSmallIntegerField(default=0)
    capacity = models.CharField(max_length=12)
    user = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    membership = models.ForeignKey("people.Membership", models.PROTECT, null=True, related_name="+")
    cause = models.ForeignKey("self", models.PROTECT, null=True, related_name="effects")
    terms = models.ForeignKey(Terms, models.PROTECT, null=True, related_name="events")
    terms_sha256 = models.CharField(max_length=64, blank=True)
    proof = models.ForeignKey("cases.Proof", models.PROTECT, null=True, related_name="events")
    proof_method = models.CharField(max_length=12, blank=True)
    ip = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    note_digest = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["case", "number"]
        indexes = [
            models.Index(fields=["case"], condition=models.Q(step="request_release"), name="event_release_requests"),
            models.Index(fields=["case"], condition=models.Q(step="request_suspension"), name="event_suspension_requests"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_event_number"),
            models.UniqueConstraint(
                fields=["proof", "case"], condition=models.Q(proof__isnull=False), name="proof_used_once_per_case"
            ),
        ]

    def body(self) -> dict[str, Any]:
        """What the hash covers."""
        return {
            "case": str(self.case_id),
            "number": self.number,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "flow": self.flow,
            "step": self.step,
            "source": self.source,
            "target": self.target,
            "level": self.level,
            "capacity": self.capacity,
            "user": str(self.user_id or ""),
            "membership": str(self.membership_id or ""),
            "cause": self.cause_id or 0,
            "terms": self.terms_sha256,
            "proof": str(self.proof_id or ""),
            "proof_method": self.proof_method,
            "ip": self.ip,
            "agent": self.agent,
            "note": self.note_digest,
            "data": self.data,
            "previous": self.previous,
        }

    def computed_hash(self) -> str:
        return sha256(canonical(self.body())).hexdigest()

    @property
    def said(self) -> dict[str, Any]:
        """The words beside the event (a reason, a note), empty when there are none or they were erased."""
        note = getattr(self, "note", None)
        try:
            return note.words if note else {}
        except Erased:
            return {}

    @property
    def text(self) -> Terms | None:
        """The version it is about, which opens under the key of this event's case."""
        if self.terms is not None:
            self.terms.case = self.case
        return self.terms


class Note(models.Model):
    """Personal words beside an event. The chain holds only their salted hash, so they can be erased."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="note")
    salt = models.BinaryField(max_length=16)
    words = CaseSealedJSON()

    @staticmethod
    def salted(words: dict[str, Any]) -> tuple[bytes, str]:
        """(salt, digest) of new words."""
        salt = os.urandom(16)
        return salt, sha256(salt + canonical(words)).hexdigest()

    @property
    def sealing_case(self) -> Case:
        return self.event.case

    def matches(self) -> bool:
        """Whether the words are those of the event; of erased ones nobody can tell."""
        try:
            return sha256(bytes(self.salt) + canonical(self.words)).hexdigest() == self.event.note_digest
        except Erased:
            return True
        except InvalidTag:
            return False


def broken_link(case: Case) -> int | None:
    """The number of the first event that does not fit the chain, its note or its text; None when whole."""
    previous, count = "", 0
    for count, event in enumerate(case.events.select_related("note", "terms").order_by("number"), start=1):
        whole = event.number == count and event.previous == previous and event.computed_hash() == event.hash
        words = not event.note_digest or (hasattr(event, "note") and event.note.matches())
        text = event.text is None or event.text.matches(event.terms_sha256)
        if not (whole and words and text):
            return count
        previous = event.hash
    return None if count == case.version else count + 1
