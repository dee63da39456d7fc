"""The other house of this installation, from the environment (OIDC_*)."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from wangqian.notices.channels import provider

OURS = ("name", "number", "student_number", "school")
NEEDED = ("name", "discovery", "client_id", "client_secret")
WELL_KNOWN = "/.well-known/openid-configuration"


def wanted() -> bool:
    return any(settings.OIDC[name] for name in NEEDED)


def claims() -> dict[str, str]:
    """Which claim of theirs says what: ours → theirs."""
    pairs = (pair.partition("=")[::2] for pair in settings.OIDC["claims"].replace(",", " ").split())
    return {ours.strip(): theirs.strip() for ours, theirs in pairs}


def gaps() -> list[str]:
    """The variables that are missing or wrong."""
    given, said = settings.OIDC, claims()
    named = {"discovery": "OIDC_DISCOVERY_URL"}
    found = [named.get(name, f"OIDC_{name.upper()}") for name in NEEDED if not given[name]]
    if given["discovery"] and (provider.unsafe(given["discovery"]) or not given["discovery"].endswith(WELL_KNOWN)):
        found.append("OIDC_DISCOVERY_URL")
    whole = "name" in said and ("number" in said or {"student_number", "school"} <= set(said))
    return found if whole and set(said) <= set(OURS) and all(said.values()) else [*found, "OIDC_CLAIMS"]


def connected() -> bool:
    return wanted() and not gaps()


def label() -> str:
    """The button's words: 学信网登录."""
    return str(settings.OIDC["name"])


def sentence() -> str:
    if not wanted():
        return _("外部登录未接通：没有设置 OIDC_DISCOVERY_URL。")
    if missing := gaps():
        return _("外部登录未接通。设置缺少或有误：%(names)s。") % {"names": "、".join(missing)}
    return _("外部登录已接通：%(name)s。") % {"name": label()}
