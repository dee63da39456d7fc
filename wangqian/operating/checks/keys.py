"""The keys outside the database: present, long enough, not the demo's, and able to open what stands in it."""

from __future__ import annotations

import re

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.utils.translation import gettext as _

from wangqian.operating.findings import Finding, bad, demo, ok
from wangqian.people.models import PersonKey

KEY = re.compile(r"[0-9a-f]{64}")
NAME = re.compile(r"[A-Za-z0-9_.-]{1,20}")  # short: a key in the place of its name must not be shown
MAKE = "python3 -c \"import secrets; print(secrets.token_hex(32))\""
DEMO_FIELD, DEMO_INDEX, DEMO_SECRET = "11" * 32, "22" * 32, "demo-only"
SAMPLE = 20  # persons' keys that are opened, the oldest and the newest


def playing() -> bool:
    """The demo and the tests use stand-ins on purpose."""
    return bool(settings.DEMO or settings.TESTING)


def ring() -> list[tuple[str, str]]:
    """(id, hex) of the master keys, the first one encrypts."""
    found = (entry.partition(":") for entry in settings.FIELD_KEYS.split(","))
    return [(name, value) for name, _colon, value in found]


def field_keys() -> Finding:
    """Which ring ids there are; never a key."""
    keys = ring()
    names = "，".join(name if NAME.fullmatch(name) else "?" for name, _value in keys)
    wrong = [at for at, (name, value) in enumerate(keys, 1) if not NAME.fullmatch(name) or not KEY.fullmatch(value)]
    if wrong or len({name for name, _value in keys}) < len(keys):
        return bad(
            _("个人字段的主密钥写法不对：%(names)s。") % {"names": names},
            _("WANGQIAN_FIELD_KEYS 写作 编号:64 位十六进制，多个用逗号分开，编号不重复；生成：%(make)s") % {"make": MAKE},
        )
    if DEMO_FIELD in dict(keys).values():
        return stand_in("WANGQIAN_FIELD_KEYS")
    return ok(_("个人字段的主密钥：%(names)s，用 %(first)s 加密。") % {"names": names, "first": keys[0][0]})


def index_key() -> Finding:
    if not KEY.fullmatch(settings.INDEX_KEY):
        return bad(
            _("证件号索引的密钥写法不对。"), _("WANGQIAN_INDEX_KEY 是 64 位十六进制；一旦启用就不能换，否则查不到已有的人。")
        )
    return stand_in("WANGQIAN_INDEX_KEY") if settings.INDEX_KEY == DEMO_INDEX else ok(_("证件号索引的密钥已设置。"))


def secret_key() -> Finding:
    if settings.SECRET_KEY.startswith(DEMO_SECRET):
        return stand_in("SECRET_KEY")
    if len(settings.SECRET_KEY) < 50 or len(set(settings.SECRET_KEY)) < 10:
        return bad(_("SECRET_KEY 太短或太简单。"), _("换成至少 50 位的随机字符；生成：%(make)s") % {"make": MAKE})
    return ok(_("SECRET_KEY 已设置。"))


def stand_in(name: str) -> Finding:
    if playing():
        return demo(_("演示用的密钥（%(name)s）。") % {"name": name})
    return bad(
        _("正在用演示的密钥（%(name)s）：任何人都能解开。") % {"name": name},
        _("立即换成自己的密钥：%(make)s。已写入的数据须用新密钥重新加密。") % {"make": MAKE},
    )


def opening() -> Finding:
    """The ring opens the keys of persons in the database."""
    persons = PersonKey.objects.exclude(wrapped=b"")
    sample = [*persons.order_by("index")[:SAMPLE], *persons.order_by("-index")[:SAMPLE]]
    shut = 0
    for person in sample:
        try:
            person.open()
        except (InvalidTag, KeyError, IndexError, ValueError):
            shut += 1
    if shut:
        return bad(
            _("%(shut)d 个人的密钥打不开（抽查 %(count)d 个）。") % {"shut": shut, "count": len(sample)},
            _("WANGQIAN_FIELD_KEYS 缺少加密时用的那把；从密钥备份中找回并加到末尾。"),
        )
    return ok(_("抽查 %(count)d 个人的密钥都能打开。") % {"count": len(sample)})
