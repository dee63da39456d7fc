"""What differs between two versions of a content, in words: for who must confirm it, and for who reviews it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any

from django.utils.translation import gettext, gettext_noop

from wangqian.cases.effects import mark_confirmed, mark_unconfirmed
from wangqian.cases.forms import NAMED, asked, shown
from wangqian.cases.models import Case, Terms
from wangqian.chart.fields import Field, Input
from wangqian.chart.words import Effect
from wangqian.flows.agreement_needs import ENDING, OFFLINE, PAPER, REGISTRATION
from wangqian.flows.destinations import ANY, destinations
from wangqian.flows.needs import TERMS
from wangqian.flows.texts import PRINTED
from wangqian.people import field_classes
from wangqian.people.models import Employer

Content = Mapping[str, Any]
Change = tuple[str, str, str]  # label, before, after; "" where there is nothing
ONLINE = (*TERMS.fields, *REGISTRATION.fields)  # what is reported of an agreement signed online stands beside its terms
FORMS: dict[str, tuple[Field, ...]] = {
    "invitation": ONLINE,
    "agreement": ONLINE,
    "offline": OFFLINE.fields,
    "paper": PAPER.fields,
    "ending": ENDING.fields,
}
SCHOOL = {
    "name": gettext_noop("学校"),
    "college": gettext_noop("院系"),
    "cohort": gettext_noop("届别"),
    "office": gettext_noop("学校就业部门"),
    "contact": gettext_noop("学校联系人"),
    "phone": gettext_noop("学校电话"),
}


def changes(case: Case, before: Content, after: Content) -> list[Change]:
    """(label, before, after) of everything that two versions of a case say differently."""
    kinds = (gettext("去向类型"), kind(before), kind(after))
    found = (kinds, *answered(case, before, after), *person(before, after), *school(before, after))
    return [change for change in found if change[1] != change[2]]


def last_changes(case: Case) -> list[Change]:
    """What the newest version of a case says differently from the one before it."""
    return changes_of(case, case.versions.order_by("-version").first())


def changes_of(case: Case, terms: Terms | None) -> list[Change]:
    """What this version says differently from the one before it; nothing of a first one."""
    before = case.versions.filter(version__lt=terms.version).order_by("-version").first() if terms else None
    if terms is None or before is None:
        return []
    terms.case = before.case = case
    return changes(case, before.content, terms.content)


def own_changes(case: Case, content: Content) -> list[Change]:
    """What this content says differently from what the graduate last wrote or confirmed himself."""
    own = own_version(case)
    return changes(case, own.content, content) if own else []


def own_version(case: Case) -> Terms | None:
    """The last version before whatever the school changed that he has not confirmed. None when there is nothing to confirm.

    His 重新确认本人信息 in between is about his own data alone: it confirms none of it.
    """
    changing, confirming = (steps_with(case, effect) for effect in (mark_unconfirmed, mark_confirmed))
    past = case.events.filter(step__in=changing | confirming).order_by("-number").values_list("step", "terms__version")
    made = [version for _step, version in takewhile(lambda one: one[0] in changing, past)]
    own = case.versions.filter(version__lt=made[-1]).order_by("-version").first() if made else None
    if own is not None:
        own.case = case
    return own


def steps_with(case: Case, effect: Effect) -> set[str]:
    return {name for name, step in case.chart.steps.items() if effect in step.then}


def answered(case: Case, before: Content, after: Content) -> Iterator[Change]:
    """Every question of either, each once and as its own form asks it. A code that another edition names otherwise is the same."""
    old, new = (reported(case, content) for content in (before, after))
    forms = [{field.name: field for field in form(content)} for content in (before, after)]
    for name, field in (forms[0] | forms[1]).items():
        if field.kind is Input.FILES:
            yield gettext(field.label), *files(field, before, after)
        elif field.kind not in NAMED or old.get(name) != new.get(name):
            yield gettext(field.label), said(forms[0].get(name), old), said(forms[1].get(name), new)


def form(content: Content) -> tuple[Field, ...]:
    """The questions a content answers."""
    name = str(content.get("form", "")).partition("/")[0]
    if name == "destination":
        known = destinations().get(content["type"]["slug"])
        return known.need.fields if known else ANY.fields
    return FORMS.get(name, ())


def reported(case: Case, content: Content) -> dict[str, str]:
    """The answers by name; of an agreement what the school has corrected instead of what the paper says."""
    known = {name: value for name, value in content.items() if isinstance(value, str)}
    return {**unstated(case.employer, content), **content.get("terms", known), **content.get("registration", {})}


def unstated(employer: Employer | None, content: Content) -> dict[str, str]:
    """What nobody states of an agreement signed online: the employer as the platform has it, and its dossier."""
    if employer is None:
        return {}
    known = {name: getattr(employer, name) for name in ("nature", "nature_name", "industry", "industry_name")}
    dossier = {f"dossier_{name}": value for name, value in (content.get("dossier") or {}).items()}
    return {**known, "region": employer.region_code, "region_name": employer.region, **dossier}


def said(field: Field | None, answers: Mapping[str, str]) -> str:
    """An answer as people read it; "" where none was given or asked."""
    return shown(field, answers) if field and answers.get(field.name) and asked(field, answers) else ""


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


def school(before: Content, after: Content) -> list[Change]:
    """The school as printed, wherever both versions name it."""
    old, new = before.get("school"), after.get("school")
    if not old or not new:
        return []
    return [(gettext(label), old.get(name, ""), new.get(name, "")) for name, label in SCHOOL.items()]
