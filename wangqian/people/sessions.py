"""Sessions in the database, sealed: allauth and our pages keep personal words in them, and a dump must not say any."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as Plain
from django.utils import timezone

from wangqian.people import identity


class SessionStore(Plain):
    """Bound to its key: what was sealed for one session does not open as another."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        plain = json.dumps(session_dict, ensure_ascii=False, separators=(",", ":")).encode()
        return base64.b64encode(identity.seal(plain, self._about())).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """What was kept; nothing when it does not open (another key, tampered with): the person logs in anew."""
        try:
            opened = identity.unseal(base64.b64decode(session_data), self._about())
        except (InvalidTag, KeyError, IndexError, ValueError, binascii.Error):
            return {}
        found: dict[str, Any] = json.loads(opened)
        return found

    def _about(self) -> str:
        return f"session:{self.session_key}"


def sweep() -> int:
    """Forget sessions that have expired, and their lines in people's lists."""
    gone = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    from allauth.usersessions.models import UserSession  # the engine is loaded before the models are

    SessionStore.clear_expired()
    lines: int = UserSession.objects.filter(last_seen_at__lt=gone).delete()[0]
    return lines
