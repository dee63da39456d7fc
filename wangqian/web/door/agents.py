"""A browser's own description in a few words: 微信（安卓手机）, Chrome（Windows 电脑）."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# The first that is found names it; the order matters: everybody claims to be Mozilla, Safari and Chrome.
BROWSERS = (
    ("MicroMessenger", gettext_noop("微信")),
    ("DingTalk", gettext_noop("钉钉")),
    ("QQ/", "QQ"),
    ("Edg", "Edge"),
    ("MQQBrowser", gettext_noop("QQ 浏览器")),
    ("UCBrowser", gettext_noop("UC 浏览器")),
    ("HuaweiBrowser", gettext_noop("华为浏览器")),
    ("MiuiBrowser", gettext_noop("小米浏览器")),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
MACHINES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("OpenHarmony", gettext_noop("鸿蒙手机")),
    ("Android", gettext_noop("安卓手机")),
    ("Windows", gettext_noop("Windows 电脑")),
    ("Macintosh", gettext_noop("苹果电脑")),
    ("Linux", gettext_noop("Linux 电脑")),
)


def words(agent: str) -> str:
    """Which browser on which machine, as far as it says."""
    browser = next((_(name) for mark, name in BROWSERS if mark in agent), _("浏览器"))
    machine = next((_(name) for mark, name in MACHINES if mark in agent), "")
    return _("%(browser)s（%(machine)s）") % {"browser": browser, "machine": machine} if machine else browser
