"""What one page says on the next ("已移出收藏夹"): in a cookie, as Django does it, but sealed, because it names people.

In the session instead, every act would end with a write more. What is too long for a cookie goes there.
"""

from __future__ import annotations

import binascii
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cryptography.exceptions import InvalidTag
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.core.signing import BadSignature

from wangqian.people import identity

ABOUT = "cookie:messages"


class Sealer:
    """In the place of Django's signer."""

    def sign_object(self, said: Any, serializer: Any, compress: bool) -> str:
        plain = zlib.compress(serializer().dumps(said)) if compress else serializer().dumps(said)
        return urlsafe_b64encode(identity.seal(plain, ABOUT)).decode()

    def unsign_object(self, sealed: str, serializer: Any) -> Any:
        """Raises BadSignature for what is not ours, or under a key that is gone."""
        try:
            plain = zlib.decompress(identity.unseal(urlsafe_b64decode(sealed), ABOUT))
        except (InvalidTag, KeyError, IndexError, ValueError, binascii.Error, zlib.error) as wrong:
            raise BadSignature from wrong
        return serializer().loads(plain)


class SealedCookie(CookieStorage):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.signer = Sealer()


class Flashes(FallbackStorage):
    storage_classes = (SealedCookie, SessionStorage)
