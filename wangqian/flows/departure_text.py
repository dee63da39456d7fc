"""What a graduate confirms when he leaves: his destination in force, his dossier, his household registration, in one text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import override

from wangqian.cases.act import Act
from wangqian.cases.forms import facts
from wangqian.cases.models import CurrentDestination, LedgerEntry, Terms
from wangqian.chart.fields import Field, Input, Need
from wangqian.chart.words import Refused
from wangqian.flows import texts
from wangqian.flows.agreement_needs import POST_FIELDS, UNIT, UNIT_FIELDS
from wangqian.flows.departure_needs import named, transfer_form
from wangqian.flows.destinations import ABROAD, ARMY, OWN, PROJECT, SCHOOL, TYPE, destinations
from wangqian.flows.needs import POST, TERMS
from wangqian.people.clock import today
from wangqian.people.models import Graduate

LANGUAGE = "zh-hans"  # it is printed: its words are Chinese whatever language the screen has
STATED = (TYPE, UNIT, POST, SCHOOL, ABROAD, ARMY, PROJECT, OWN)  # headings of what says where somebody goes
WHERE = ("unit", "address", "contact", "phone", "postcode")
TAKEN = ("employer", "agent", "superior", "further_study")  # by whom a dossier is taken, as agreements and admissions say


def entry_of(graduate: Graduate) -> LedgerEntry | None:
    """The graduate's entry in force, with what it rests on."""
    related = ("entry__case__graduate__person", "entry__event__terms")
    found = CurrentDestination.objects.select_related(*related).filter(graduate=graduate).first()
    return found.entry if found else None


def version_of(entry: LedgerEntry) -> Terms:
    """The version that the entry put in force."""
    terms = entry.event.terms
    assert terms is not None
    terms.case = entry.case
    return terms


def registered(content: Mapping[str, Any]) -> dict[str, str]:
    """The terms as they are registered: of an agreement a correction stands beside its text."""
    return {**content["terms"], **content.get("registration", {})}


def dossier_of(content: Mapping[str, Any]) -> dict[str, str]:
    """Who takes the dossier, as the agreement or destination says; empty where nobody does."""
    terms, copied = registered(content), content.get("dossier") or {}
    receipt = "further_study" if terms.get("dossier_taken") == "yes" else terms.get("dossier_receipt", "")
    if receipt not in TAKEN:
        return {}
    where = {name: terms.get(f"dossier_{name}") or copied.get(name, "") for name in WHERE}
    return {"dossier_transfer": receipt, **{f"dossier_{name}": value for name, value in where.items()}}


def hukou_of(content: Mapping[str, Any]) -> dict[str, str]:
    """Where the employer settles the household registration; empty where it does not."""
    terms = registered(content)
    return {"hukou_address": terms.get("hukou_address", "")} if terms.get("hukou") == "yes" else {}


def questions(act: Act) -> Need | None:
    """What the graduate is asked about dossier and household registration."""
    entry = entry_of(act.graduate)
    return form_of(entry) if entry else None


def form_of(entry: LedgerEntry) -> Need:
    content = version_of(entry).content
    return transfer_form(entry.destination, dossier_of(content), hukou_of(content), texts.partner(registered(content)))


def stated(content: Mapping[str, Any]) -> list[list[str]]:
    """What says where he goes, label and value as printed: no pay, no contacts, no plans."""
    terms = registered(content)
    with override(LANGUAGE):
        if "type" in content:
            form = destinations()[content["type"]["slug"]].need
            return [list(row) for row in facts(shown(form.fields), terms)]
        if content["form"].startswith("agreement/"):
            unit = texts_of(content["employer"], terms)
            return unit + [list(row) for row in facts(shown(TERMS.fields), terms)]
        return [list(row) for row in facts(shown((*UNIT_FIELDS, *POST_FIELDS)), terms)]


def texts_of(employer: Mapping[str, str], terms: Mapping[str, str]) -> list[list[str]]:
    """The employer's block of an online agreement, corrected as registered."""
    labels = {"name": "单位名称", "uscc": "统一社会信用代码", "nature_name": "单位性质", "industry_name": "单位行业", "address": "通讯地址"}
    rows = [[label, terms.get(name) or employer.get(name, "")] for name, label in labels.items()]
    if terms.get("region_name"):
        rows.append(["单位所在地", terms["region_name"]])
    return [row for row in rows if row[1]]


def shown(fields: tuple[Field, ...]) -> Need:
    kept = tuple(one for one in fields if one.group in STATED and one.kind is not Input.FILES and not one.personal)
    return Need("stated", "", kept)


def departure_text(act: Act) -> dict[str, Any]:
    """The whole text; `source` names the version it rests on."""
    entry = entry_of(act.graduate)
    if entry is None:
        raise Refused("您现在没有登记在案的毕业去向，不能确认。请先签约或登记去向。")
    terms = version_of(entry)
    content = terms.content
    return {
        "form": "departure/1",
        "destination": {
            "code": entry.destination,
            "name": entry.destination_name,
            "subclass": entry.subclass,
            "subclass_name": entry.subclass_name,
            "since": today(entry.effective_at).isoformat(),
        },
        "source": {"case": str(entry.case_id), "version": terms.version, "sha256": terms.sha256},
        "employer": {"name": texts.partner(registered(content)) or content["employer"]["name"]},
        "stated": stated(content),
        "transfer": transfer(act, content),
        "graduate": graduate_of(act.graduate),
        "school": texts.school_block(act.graduate),
    }


def transfer(act: Act, content: Mapping[str, Any]) -> dict[str, str]:
    """Dossier and household registration: what is decided, and what he chose where nothing is."""
    names = ("dossier_transfer", *(f"dossier_{name}" for name in WHERE), "kept_years", "hukou_transfer", "hukou_address")
    answers = {**{name: act.given.get(name, "") for name in names}, **dossier_of(content), **hukou_of(content)}
    chosen = {f"{name}_name": named(answers, name) for name in ("dossier_transfer", "hukou_transfer")}
    return {**answers, **chosen}


def graduate_of(graduate: Graduate) -> dict[str, str]:
    more = {"exam_number": graduate.exam_number or "", "origin_name": graduate.origin_name, "identity": graduate.masked_identity()}
    return {**texts.graduate_block(graduate), **more}
