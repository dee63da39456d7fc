"""What differs between two versions of a content, in words: for who must confirm it, and for who reviews it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from wangqian.cases.forms import asked, shown
from wangqian.cases.models import Case, Terms
from wangqian.chart.fields import Field, Input
from wangqian.flows.agreement_needs import ENDING, OFFLINE, PAPER, REGISTRATION
from wangqian.flows.destinations import ANY, destinations
from wangqian.flows.needs import TERMS
from wangqian.flows.texts import PRINTED
from wangqian.people import field_classes

Content = Mapping[str, Any]
Change = tuple[str, str, str]  # label, before, after; "" where there is nothing
FORMS: dict[str, tuple[Field, ...]] = {
    "invitation": TERMS.fields,
    "agreement": TERMS.fields,
    "offline": OFFLINE.fields,
    "paper": PAPER.fields,
    "ending": ENDING.fields,
}


def changes(before: Content, after: Content) -> list[Change]:
    """(label, before, after) of everything that is said differently: type, answers, files, the graduate's own data."""
    old, new = reported(before), reported(after)
    found = [(gettext("去向类型"), kind(before), kind(after))]
    for field in questions(before, after):
        if field.kind is Input.FILES:
            found.append((gettext(field.label), *files(field, before, after)))
        else:
            found.append((gettext(field.label), said(field, old), said(field, new)))
    return [change for change in (*found, *person(before, after)) if change[1] != change[2]]


def last_changes(case: Case) -> list[Change]:
    """What the newest version of a case says differently from the one before it."""
    return changes_of(case, case.versions.order_by("-version").first())


def changes_of(case: Case, terms: Terms | None) -> list[Change]:
    """What this version says differently from the one before it; nothing of a first one."""
    before = case.versions.filter(version__lt=terms.version).order_by("-version").first() if terms else None
    if terms is None or before is None:
        return []
    terms.case = before.case = case
    return changes(before.content, terms.content)


def questions(before: Content, after: Content) -> tuple[Field, ...]:
    """Every question of either, each once."""
    found = {field.name: field for content in (before, after) for field in form(content)}
    return tuple(found.values())


def form(content: Content) -> tuple[Field, ...]:
    """The questions a content answers."""
    name = str(content.get("form", "")).partition("/")[0]
    if name == "destination":
        known = destinations().get(content["type"]["slug"])
        return known.need.fields if known else ANY.fields
    return (*FORMS.get(name, ()), *(REGISTRATION.fields if content.get("registration") else ()))


def reported(content: Content) -> dict[str, str]:
    """The answers by name; of an agreement what the school has corrected instead of what the paper says."""
    known = {name: value for name, value in content.items() if isinstance(value, str)}
    terms, registration = content.get("terms", known), content.get("registration", {})
    return {**(unstated(content) if registration or "dossier" in content else {}), **terms, **registration}


def unstated(content: Content) -> dict[str, str]:
    """What an agreement signed online keeps beside its terms: the employer's own data and his dossier."""
    employer = content.get("employer") or {}
    names = {name: employer[name] for name in ("nature_name", "industry_name") if employer.get(name)}
    codes = {name.removesuffix("_name"): value for name, value in names.items()}
    return {**codes, **names, **{f"dossier_{name}": value for name, value in (content.get("dossier") or {}).items()}}


def said(field: Field, answers: Mapping[str, str]) -> str:
    """An answer as people read it; "" where none was given or asked."""
    return shown(field, answers) if answers.get(field.name) and asked(field, answers) else ""


def kind(content: Content) -> str:
    return gettext(content["type"]["label"]) if "type" in content else ""


def files(field: Field, before: Content, after: Content) -> tuple[str, str]:
    """The files of a question: how many, and that they are others."""
    old, new = (content.get("files", {}).get(field.name, []) for content in (before, after))
    counted = [gettext("{many} 份").format(many=len(found)) if found else "" for found in (old, new)]
    same = [one["sha256"] for one in old] == [one["sha256"] for one in new]
    if not same and counted[0] == counted[1]:
        counted[1] = gettext("{many} 份（已更换）").format(many=len(new))
    return counted[0], counted[1]


def person(before: Content, after: Content) -> list[Change]:
    """The graduate's data as printed; of an identity number only that it is another."""
    old, new = before.get("graduate"), after.get("graduate")
    if not isinstance(old, dict) or not isinstance(new, dict):
        return []
    found = [(field_classes.label(name.removesuffix("_name")), old.get(name, ""), new.get(name, "")) for name in PRINTED]
    if old.get("identity_index") != new.get("identity_index"):
        found.append((gettext("证件号码"), gettext("（原登记的号码）"), gettext("（更正后的号码）")))
    return found


