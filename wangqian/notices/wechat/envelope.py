"""What WeChat's server writes to us and reads from us: signatures, 安全模式 (AES-256-CBC), and the XML inside."""

from __future__ import annotations

import base64
import hmac
import os
import secrets
import struct
import time
from binascii import Error as NotBase64
from hashlib import sha1
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.conf import settings

BLOCK = 32  # the padding of 安全模式, twice AES's own
MOST_FIELDS = 60


class Unreadable(Exception):
    """Not what WeChat sends."""


def signature(*parts: str) -> str:
    """SHA-1 over the sorted parts, as the platform defines it."""
    return sha1("".join(sorted([settings.WECHAT["token"], *parts])).encode(), usedforsecurity=False).hexdigest()


def signed(given: str, *parts: str) -> bool:
    return hmac.compare_digest(given.encode(), signature(*parts).encode())


def fields(body: bytes | str) -> dict[str, str]:
    """The elements directly under the root, as text. Neither DTD nor entities are read."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as wrong:
        raise Unreadable from wrong
    if root.tag != "xml" or len(root) > MOST_FIELDS:
        raise Unreadable
    return {str(one.tag): (one.text or "").strip() for one in root}


def key() -> bytes:
    return base64.b64decode(settings.WECHAT["aes_key"] + "=")


def cipher() -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key()), modes.CBC(key()[:16]))


def opened(sealed: str) -> bytes:
    """The XML inside: random(16) · length(4) · XML · our app id, padded."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        by = cipher().decryptor()
        plain = by.update(raw) + by.finalize()
        padding = plain[-1]
        if not 1 <= padding <= BLOCK:
            raise Unreadable
        (length,) = struct.unpack(">I", plain[16:20])
    except (NotBase64, ValueError, IndexError, struct.error) as wrong:
        raise Unreadable from wrong
    said, whose = plain[20 : 20 + length], plain[20 + length : -padding]
    if not hmac.compare_digest(whose, settings.WECHAT["app_id"].encode()):
        raise Unreadable
    return said


def sealed(said: bytes) -> str:
    """The other way round, as an answer."""
    plain = os.urandom(16) + struct.pack(">I", len(said)) + said + settings.WECHAT["app_id"].encode()
    padding = BLOCK - len(plain) % BLOCK
    by = cipher().encryptor()
    return base64.b64encode(by.update(plain + bytes([padding]) * padding) + by.finalize()).decode()


def reply(to: str, ours: str, words: str) -> str:
    """被动回复文本消息; in 安全模式 in its envelope."""
    text = "".join(
        f"<{name}>{escape(value)}</{name}>"
        for name, value in (
            ("ToUserName", to),
            ("FromUserName", ours),
            ("CreateTime", str(int(time.time()))),
            ("MsgType", "text"),
            ("Content", words),
        )
    )
    said = f"<xml>{text}</xml>"
    if not settings.WECHAT["aes_key"]:
        return said
    inside, moment, nonce = sealed(said.encode()), str(int(time.time())), secrets.token_hex(8)
    return (
        f"<xml><Encrypt>{inside}</Encrypt><MsgSignature>{signature(moment, nonce, inside)}</MsgSignature>"
        f"<TimeStamp>{moment}</TimeStamp><Nonce>{nonce}</Nonce></xml>"
    )
