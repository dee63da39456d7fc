"""What an installation has set for its service account; half a configuration is said by name, and nothing goes out by it."""

from __future__ import annotations

import re

from django.conf import settings

from wangqian.notices.channels import provider

APP = re.compile(r"wx[0-9a-zA-Z]{8,40}")
SECRET = re.compile(r"\S{16,64}")
TOKEN = re.compile(r"[0-9A-Za-z]{3,32}")  # 公众平台: 英文或数字，3–32 字符
AES_KEY = re.compile(r"[0-9A-Za-z]{43}")
SHAPES = {"app_id": APP, "app_secret": SECRET, "token": TOKEN}


def wanted() -> bool:
    """Whether this installation means to have one."""
    return any(settings.WECHAT[name] for name in SHAPES)


def gaps() -> list[str]:
    """The variables that are missing or wrong."""
    given = settings.WECHAT
    found = [f"WECHAT_{name.upper()}" for name, shape in SHAPES.items() if not shape.fullmatch(given[name])]
    if given["aes_key"] and not AES_KEY.fullmatch(given["aes_key"]):
        found.append("WECHAT_AES_KEY")
    return found + (["WECHAT_ENDPOINT"] if provider.unsafe(given["endpoint"]) else [])


def connected() -> bool:
    return wanted() and not gaps()


def shown() -> bool:
    """In the demo: messages are shown instead of sent. The tests bring a service account of their own."""
    return bool(settings.DEMO) and not wanted()
