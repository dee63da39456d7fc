"""The content of a case as immutable versions: what you see is what you sign."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from django.db import models

from wangqian.cases.models.case import Case


def canonical(content: object) -> bytes:
    """One byte string per content: JSON, keys sorted, no spaces, UTF-8. Decimals and dates come as text."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(content: object) -> str:
    """SHA-256 (hex) of the canonical bytes."""
    return sha256(canonical(content)).hexdigest()


class Terms(models.Model):
    """One version. The hash covers `canonical` exactly as stored (bytes, because jsonb would reorder keys)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    form = models.CharField(max_length=40)
    canonical = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    author = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "version"], name="one_version")]
        ordering = ["case", "version"]

    @property
    def content(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(bytes(self.canonical))
        return found
