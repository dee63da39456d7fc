"""Passwords: what a hash costs this machine, and whether leaked ones are refused."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from wangqian.operating.findings import Finding, bad, off, ok
from wangqian.people import tuning
from wangqian.people.breached import LENGTH

ROUNDS = 3  # the quickest counts: what else the machine was doing is no matter of the setting


def hashing() -> Finding:
    """One hash as configured; beyond 50 ms people wait for each other at the door."""
    ms = min(tuning.one(*settings.ARGON2) for _round in range(ROUNDS))
    words = {"ms": round(ms), "most": tuning.LONGEST_MS}
    if ms > tuning.LONGEST_MS:
        return bad(
            _("计算一次密码散列要 %(ms)d 毫秒，超过 %(most)d 毫秒，人多时登录会排队。") % words,
            _("运行 ./run manage tune_passwords，按它的建议设置 WANGQIAN_ARGON2 后重启。"),
        )
    return ok(_("计算一次密码散列要 %(ms)d 毫秒（不超过 %(most)d 毫秒）。") % words)


def leaked() -> Finding:
    name = settings.BREACHED_PASSWORDS
    if not name:
        return off(
            _("没有配置泄露密码库，只拒绝内置的常见密码和与本人信息相关的密码。"),
            _("建议下载 Pwned Passwords（SHA-1，按散列排序），用 WANGQIAN_BREACHED_PASSWORDS 指明文件。"),
            _("建议配置"),
        )
    try:
        with Path(name).open("rb") as file:
            line = file.readline().strip().partition(b":")[0]
    except OSError as problem:
        return bad(
            _("泄露密码库不能读取（%(error)s），现在无法设置密码。") % {"error": type(problem).__name__},
            _("看 WANGQIAN_BREACHED_PASSWORDS 指向的文件是否存在、是否可读。"),
        )
    if len(line) != LENGTH or not all(character in b"0123456789abcdefABCDEF" for character in line):
        return bad(_("泄露密码库不是每行一个 SHA-1 的文件。"), _("换成按散列排序的 Pwned Passwords（SHA-1）文件。"))
    return ok(_("设置密码时对照泄露密码库。"))
