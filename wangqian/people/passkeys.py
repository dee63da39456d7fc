"""Passkeys (WebAuthn): what the browser is asked, and the check of what it answers.

Of an authenticator only its public key is kept, with the name its owner gave it and the count of its signatures. Every use asks
for user verification (finger, face, PIN): a found key alone signs nothing.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from fido2.rpid import verify_rp_id
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from wangqian.chart.words import Refused
from wangqian.people import mfa
from wangqian.people.clock import now
from wangqian.people.models import User
from wangqian.people.passkey_evidence import ES256, RS256, evidence

MOST_BYTES = 20_000  # of an answer: an honest one has about 1 000
MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError, struct.error)
TRANSPORTS = ("internal", "hybrid", "usb", "nfc", "ble", "smart-card")
VERIFIED = UserVerificationRequirement.REQUIRED
KIND = Authenticator.Type.WEBAUTHN


class PasskeyRefused(Refused):
    """What the browser answered does not prove anything."""

    status = 422


@dataclass(frozen=True)
class Assertion:
    """A checked answer: which authenticator signed, and what a third party needs to check the signature again."""

    authenticator: Authenticator
    evidence: dict[str, str]


def server() -> Fido2Server:
    """The relying party is the host of SITE_URL, so a passkey made here works nowhere else."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    made = Fido2Server(PublicKeyCredentialRpEntity(id=host, name="网签"), verify_origin=own_origin)
    made.allowed_algorithms = [
        PublicKeyCredentialParameters(type=PublicKeyCredentialType.PUBLIC_KEY, alg=alg) for alg in (ES256, RS256)
    ]
    return made


def own_origin(origin: str) -> bool:
    """Exactly our own address; on localhost (demo, tests) any port."""
    if settings.SITE_URL.startswith("http://localhost"):
        return urlsplit(origin).hostname == "localhost" and verify_rp_id("localhost", origin)
    return origin == settings.SITE_URL.rstrip("/")


# --- making one -------------------------------------------------------------------------------------


def creation(user: User) -> tuple[dict[str, Any], dict[str, Any]]:
    """(options for the browser, state to keep until it answers). Discoverable, so that it can log in by itself."""
    entity = PublicKeyCredentialUserEntity(id=user.pk.bytes, name=user.name, display_name=user.name)
    known = [descriptor(one) for one in of(user)]
    options, state = server().register_begin(
        entity, known, resident_key_requirement=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
    )
    return dict(options), {**state, "user_verification": VERIFIED.value}


def create(user: User, name: str, state: dict[str, Any], answer: str) -> Authenticator:
    """Keep the public key of a new passkey. `PasskeyRefused` when the answer does not fit what was asked."""
    try:
        response = RegistrationResponse.from_dict(parsed(answer))
        made = server().register_complete(state, response)
    except MALFORMED as wrong:
        raise PasskeyRefused("通行密钥没有添加成功，请重新添加。") from wrong
    assert made.credential_data is not None
    if made.credential_data.public_key.get(3) not in (ES256, RS256):
        raise PasskeyRefused("这种通行密钥的算法不受支持，请换一种设备。")
    if by_credential(made.credential_data.credential_id, user):
        raise PasskeyRefused("这个通行密钥已经添加过了。")
    data = {
        "label": mfa.seal(user.pk, name),
        "credential": websafe_encode(bytes(made.credential_data)),
        "sign_count": made.counter,
        "synced": made.is_backup_eligible(),
        "transports": transports(answer),
    }
    return Authenticator.objects.create(user=user, type=KIND, data=data, created_at=now())


def transports(answer: str) -> list[str]:
    """How the browser reaches it again, as the browser said."""
    said = parsed(answer)["response"].get("transports")
    return [one for one in TRANSPORTS if one in said] if isinstance(said, list) else []


# --- using one --------------------------------------------------------------------------------------


def request(user: User | None, challenge: bytes) -> dict[str, Any]:
    """Options for the browser: sign `challenge` with one of his passkeys, or, before he is known, with any of this site."""
    known = [descriptor(one) for one in of(user)] if user else None
    options, _state = server().authenticate_begin(known, VERIFIED, challenge)
    return dict(options)


def check(user: User, challenge: bytes, answer: str) -> Assertion:
    """What the browser answered to `request(user, challenge)`.

    Verified: kind, origin, relying party, challenge, presence, user verification, signature, and that the count of signatures
    went up. `PasskeyRefused` otherwise; the count is kept even if what the passkey confirms is refused later.
    """
    try:
        response = AuthenticationResponse.from_dict(parsed(answer))
        found = signer(user, response)
        state = {"challenge": websafe_encode(challenge), "user_verification": VERIFIED}
        server().authenticate_complete(state, [credential(found)], response)
        cross = response.response.client_data.cross_origin
    except MALFORMED as wrong:
        raise PasskeyRefused("通行密钥没有通过验证，请重新确认，或改用其他方式。") from wrong
    if cross:
        raise PasskeyRefused("通行密钥须在本站页面上使用，请重新打开本站再试。")
    count_up(found, response.response.authenticator_data.counter)
    return Assertion(found, evidence(credential(found), response))


def signer(user: User, response: AuthenticationResponse) -> Authenticator:
    found = by_credential(response.raw_id, user)
    if found is None:
        raise ValueError("unknown credential")
    return found


def owner(answer: str) -> User | None:
    """Whom a passkey names that logs in by itself; nothing is proven yet."""
    try:
        handle = AuthenticationResponse.from_dict(parsed(answer)).response.user_handle
        return User.objects.filter(pk=UUID(bytes=handle), is_active=True).first()
    except MALFORMED:
        return None


def count_up(found: Authenticator, count: int) -> None:
    """A count that does not rise is the sign of a copied key (synced passkeys do not count: always 0)."""
    with transaction.atomic():
        locked = Authenticator.objects.select_for_update().get(pk=found.pk)
        before = locked.data["sign_count"]
        if (count or before) and count <= before:
            raise PasskeyRefused("这个通行密钥可能被复制过，已不能使用。请改用其他方式，并尽快删除它重新添加。")
        locked.data["sign_count"] = count
        locked.last_used_at = now()
        locked.save(update_fields=["data", "last_used_at"])


# --- what is kept -----------------------------------------------------------------------------------


def of(user: User) -> QuerySet[Authenticator]:
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=user, type=KIND).order_by("created_at", "pk")
    return found


def rename(found: Authenticator, name: str) -> None:
    """Under the lock: the count of signatures stands in the same column."""
    with transaction.atomic():
        locked = Authenticator.objects.select_for_update().get(pk=found.pk)
        locked.data.pop("name", None)
        locked.data["label"] = mfa.seal(locked.user_id, name)
        locked.save(update_fields=["data"])


def name_of(found: Authenticator) -> str:
    """What its owner calls it. Sealed: people write their own names there."""
    if "label" not in found.data:  # added before names were sealed
        return str(found.data["name"])
    return mfa.unseal(found.user_id, found.data["label"])


def credential(found: Authenticator) -> AttestedCredentialData:
    return AttestedCredentialData(websafe_decode(found.data["credential"]))


def descriptor(found: Authenticator) -> PublicKeyCredentialDescriptor:
    ways = found.data.get("transports") or None
    kind = PublicKeyCredentialType.PUBLIC_KEY
    return PublicKeyCredentialDescriptor(type=kind, id=credential(found).credential_id, transports=ways)


def by_credential(credential_id: bytes, user: User) -> Authenticator | None:
    """His own, never another's."""
    return next((one for one in of(user) if credential(one).credential_id == credential_id), None)


SPELLED = ("id", "rawId", "clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")


def parsed(answer: str) -> dict[str, Any]:
    """The answer as the page posted it; raises one of MALFORMED."""
    if len(answer) > MOST_BYTES:
        raise ValueError("too long")
    found = json.loads(answer)
    if not isinstance(found, dict):
        raise TypeError("not an object")
    for part in (found, found.get("response")):  # the library makes so many bytes of a number
        if isinstance(part, dict) and not all(isinstance(part.get(name) or "", str) for name in SPELLED):
            raise TypeError("something else where bytes are spelled")
    return found
