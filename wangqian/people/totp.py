"""Codes from an authenticator app (TOTP, RFC 6238): six digits, one step early or late, each once; five wrong ones, then a pause."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import struct
from urllib.parse import quote, urlencode

from allauth.mfa.models import Authenticator
from django.db import transaction

from wangqian.chart.words import Refused
from wangqian.people import limits, mfa
from wangqian.people.clock import now
from wangqian.people.models import User

KIND = Authenticator.Type.TOTP
PERIOD = 30


class TotpRefused(Refused):
    """The code itself is the trouble; said where it is typed."""

    status = 422


def new_secret() -> str:
    """160 bits, base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def address(secret: str, name: str = "") -> str:
    """What the QR code says. The label is read on a phone's screen: the person's name, no number; none in a link, which is an address."""
    words = urlencode({"secret": secret, "issuer": "网签"}, quote_via=quote)
    return f"otpauth://totp/{quote(f'网签:{name}' if name else '网签')}?{words}"


def code_at(secret: str, counter: int) -> str:
    """HOTP (RFC 4226) with SHA-1, which is what every app understands."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", counter), "sha1")
    start = digest[-1] & 15
    value: int = struct.unpack(">I", digest[start : start + 4])[0]
    return f"{(value & 0x7FFFFFFF) % 10**6:06d}"


def counter_now() -> int:
    return int(now().timestamp()) // PERIOD


def matching(secret: str, code: str) -> int | None:
    """The step a code belongs to: this one, the one before, the next."""
    typed = "".join(code.split())
    here = counter_now()
    try:
        fitting = [at for at in (here - 1, here, here + 1) if hmac.compare_digest(code_at(secret, at), typed)]
    except (TypeError, binascii.Error):  # not ASCII
        return None
    return max(fitting, default=None)


def of(user: User) -> Authenticator | None:
    return Authenticator.objects.filter(user=user, type=KIND).first()


def activate(user: User, secret: str, code: str) -> Authenticator:
    """Keep the secret, sealed, once a first code shows that the app has it. One app per account: the new one replaces the old."""
    at = matching(secret, code)
    if at is None:
        raise TotpRefused("动态口令不正确，请确认手机时间准确，再填应用里现在显示的 6 位数字。")
    data = {"secret": mfa.seal(user.pk, secret), "last": at}
    with transaction.atomic():
        Authenticator.objects.filter(user=user, type=KIND).delete()
        return Authenticator.objects.create(user=user, type=KIND, data=data, created_at=now(), last_used_at=now())


def enter(user: User, code: str) -> Authenticator:
    """Take a code. `TotpRefused` when it is wrong, used already, or there were too many wrong ones; counted in any case."""
    with transaction.atomic():  # one at a time: two posts of the same code must not both pass
        found = Authenticator.objects.select_for_update().filter(user=user, type=KIND).first()
        if found is None:
            raise TotpRefused("您还没有设置验证器应用，请用其他方式。")
        refusal = paused(user) or wrong(found, code)
        if refusal is None:
            found.last_used_at = now()
            found.save(update_fields=["data", "last_used_at"])
            limits.clear("totp", str(user.pk))
    if refusal:
        raise refusal
    return found


def paused(user: User) -> TotpRefused | None:
    words = limits.refusal("totp", str(user.pk)) or limits.refusal("totp-day", str(user.pk))
    return TotpRefused(words) if words else None


def wrong(found: Authenticator, code: str) -> TotpRefused | None:
    """Why a code is not taken; a right one is marked as used."""
    at = matching(mfa.unseal(found.user_id, found.data["secret"]), code)
    if at is not None and at > found.data["last"]:
        found.data["last"] = at
        return None
    for limit in ("totp", "totp-day"):
        limits.count(limit, str(found.user_id))
    if at is not None:
        return TotpRefused("这组动态口令已经用过，请等应用里出现下一组数字再填。")
    return TotpRefused("动态口令不正确，请填验证器应用里现在显示的 6 位数字。")
