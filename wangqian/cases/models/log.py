"""The log over all events: a position for each, the tree above them, the signed heads. All append-only but `Sequencer`."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.db import models

from wangqian.cases.models.event import Event


class Leaf(models.Model):
    """An event's place in the log, given after its commit; `hash` is the event's, as it was then."""

    position = models.BigIntegerField(primary_key=True)  # from 0, without gaps
    event = models.OneToOneField(Event, models.PROTECT, related_name="leaf")
    hash = models.CharField(max_length=64)


class Node(models.Model):
    """The root (hex) of a full subtree of 2^level leaves, the index-th of its level. Levels 8, 16, 24 … are kept."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="one_node")]


class LogKey(models.Model):
    """A public key that signs or signed heads, under its SHA-256 (hex, of the DER): never forgotten."""

    id = models.CharField(primary_key=True, max_length=64)
    public = models.TextField()  # PEM
    since = models.DateTimeField()


class Head(models.Model):
    """A signed statement: at this time the log had this many events and this root (RFC 9162)."""

    size = models.BigIntegerField()
    root = models.CharField(max_length=64)
    at = models.DateTimeField()
    origin = models.CharField(max_length=200)  # whose log: the host of the site
    key = models.ForeignKey(LogKey, models.PROTECT, related_name="heads")
    signature = models.CharField(max_length=200)  # hex of the DER of an ECDSA signature over the canonical `body`

    class Meta:
        ordering = ["id"]

    def body(self) -> dict[str, Any]:
        """What the signature covers."""
        return {
            "log": self.origin,
            "suite": "sha256",
            "size": self.size,
            "root": self.root,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "key": self.key_id,
        }


class Sequencer(models.Model):
    """The one row: who holds its lock gives positions. How far everything is known to have one, and what is wrong."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    settled = models.BigIntegerField(default=0)  # every event up to this id has its position
    highest = models.BigIntegerField(default=0)  # the largest event id at the last sweep
    swept_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True)
