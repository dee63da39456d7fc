"""How the secrets of second factors are kept: sealed, bound to their owner; and the same for what allauth.mfa would write itself."""

from __future__ import annotations

from base64 import b64decode, b64encode
from uuid import UUID

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator

from wangqian.people import identity


def seal(owner: UUID, plain: str) -> str:
    """For a JSON column. A secret copied into another person's row does not open there."""
    return b64encode(identity.seal(plain.encode(), about(owner))).decode()


def unseal(owner: UUID, sealed: str) -> str:
    return identity.unseal(b64decode(sealed), about(owner)).decode()


def about(owner: UUID | str) -> str:
    return f"mfa_authenticator:data:{owner}"


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's login stage asks it; the secrets are written by `totp.py` and `recovery.py`, not by allauth."""

    def encrypt(self, text: str) -> str:
        return b64encode(identity.seal(text.encode(), about("allauth"))).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return identity.unseal(b64decode(encrypted_text), about("allauth")).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        from wangqian.people import factors

        return factors.removable(authenticator)

    def send_notification_mail(self, *_args: object, **_named: object) -> None:
        """Our notices say it (notices/words/direct.py)."""
