"""平台客服: whom employers, schools and strangers ask; shown under every page and beside the login."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, models


@dataclass(frozen=True)
class Contact:
    """How the operator's support is reached; all empty when nobody said."""

    phone: str = ""
    email: str = ""
    hours: str = ""

    def __bool__(self) -> bool:
        return bool(self.phone or self.email)


class Support(models.Model):
    """One row per edit, the last one counts; a row never changes."""

    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(max_length=100, blank=True)
    hours = models.CharField(max_length=60, blank=True)
    edited_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    @property
    def contact(self) -> Contact:
        return Contact(self.phone, self.email, self.hours)


class Remembered:
    """The contact as this process last read it: it stands on every page, also where the database is away."""

    def __init__(self) -> None:
        self.contact, self.until = Contact(**settings.SUPPORT), 0.0

    def read(self) -> Contact:
        """At most `settings.SUPPORT_SECONDS` old."""
        if time.monotonic() >= self.until:
            self.until = time.monotonic() + settings.SUPPORT_SECONDS
            try:
                last = Support.objects.first()
            except DatabaseError:  # the page that says so is drawn with what is remembered
                return self.contact
            self.contact = last.contact if last else Contact(**settings.SUPPORT)
        return self.contact

    def forget(self) -> None:
        """After an edit, so that the editor sees it at once."""
        self.until = 0.0


SUPPORT = Remembered()
