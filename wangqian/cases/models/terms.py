"""The content of a case as immutable versions: what you see is what you sign."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from django.db import models

from wangqian.cases.models.case import Case
from wangqian.cases.sealing import CaseSealed
from wangqian.people.identity import Erased


def canonical(content: object) -> bytes:
    """One byte string per content: JSON, keys sorted, no spaces, UTF-8. Decimals and dates come as text."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(content: object) -> str:
    """SHA-256 (hex) of the canonical bytes."""
    return sha256(canonical(content)).hexdigest()


class Terms(models.Model):
    """One version. The hash covers `canonical` to the byte; what is stored of it is sealed under the case's key."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    form = models.CharField(max_length=40)
    text = CaseSealed(row=("case_id", "version"))
    sha256 = models.CharField(max_length=64)
    author = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "version"], name="one_version")]
        ordering = ["case", "version"]

    @property
    def canonical(self) -> bytes:
        """The bytes that were hashed and signed."""
        written: str = self.text
        return written.encode()

    @canonical.setter
    def canonical(self, written: bytes) -> None:
        self.text = written.decode()

    @property
    def content(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found

    def matches(self, sha256_hex: str) -> bool:
        """Whether the text is the one of this hash; of an erased one nobody can tell."""
        try:
            return sha256(self.canonical).hexdigest() == sha256_hex
        except Erased:
            return True
        except InvalidTag:
            return False

    @property
    def sealing_case(self) -> Case:
        return self.case
