"""The canonical content of agreements and terminations: exactly what is shown, hashed, signed and printed."""

from __future__ import annotations

from typing import Any

from wangqian.cases.act import Act
from wangqian.cases.files import listed
from wangqian.cases.queries import content_of
from wangqian.chart.fields import Need
from wangqian.chart.words import Refused
from wangqian.flows import wording
from wangqian.flows.agreement_needs import OFFLINE, PAPER
from wangqian.flows.destinations import destinations
from wangqian.people.models import Employer, Graduate

# Editing one of these asks for 核对 again and keeps a differing version from being approved.
WATCHED = ("name", "identity_index", "education_name", "major", "training_mode_name")
# The graduate's block of the agreement (`codes.md` §8).
PRINTED = (
    "name",
    "sex_name",
    "ethnicity_name",
    "political_status_name",
    "training_mode_name",
    "education_name",
    "major",
    "student_number",
    "years",
    "home_address",
    "phone",
)


def graduate_block(graduate: Graduate) -> dict[str, str]:
    block = {name: str(getattr(graduate, name) or "") for name in PRINTED}
    return {**block, "identity_index": bytes(graduate.identity_index).hex()}


def employer_block(employer: Employer) -> dict[str, str]:
    names = ("name", "uscc", "nature_name", "industry_name", "address", "postcode")
    return {name: getattr(employer, name) for name in names}


def school_block(graduate: Graduate) -> dict[str, str]:
    school = graduate.school
    return {
        "name": school.name,
        "college": graduate.college.name,
        "office": school.office,
        "contact": school.contact,
        "phone": school.phone,
        "cohort": str(graduate.cohort.year),
    }


def invitation_text(act: Act) -> dict[str, Any]:
    """Version 1: the employer's offer. Dossier details (flow 10) are copied unless the dossier is not taken."""
    return {
        "form": "invitation/1",
        "employer": employer_block(act.employer),
        "terms": act.given,
        "dossier": dossier_block(act) if act.given["dossier_receipt"] != "none" else {},
        "clauses": list(wording.clauses()),
        "wording": wording.EDITION,
    }


def dossier_block(act: Act) -> dict[str, str]:
    dossier = act.employer.dossiers.first()
    if dossier is None or not dossier.complete:
        raise Refused("档案信息不完整：请先在“档案信息管理”中填好转寄单位、地址、联系人和电话，或选择不接收档案。")
    names = ("unit", "address", "contact", "phone", "postcode")
    return {name: getattr(dossier, name) for name in names}


def agreement_text(act: Act) -> dict[str, Any]:
    """The offer plus the graduate's facts as of now: what the graduate accepts, and what is printed."""
    offer = act.content()
    return {
        **offer,
        "form": "agreement/1",
        "graduate": graduate_block(act.graduate),
        "school": school_block(act.graduate),
    }


def same_facts(content: dict[str, Any], graduate: Graduate) -> bool:
    """Whether a version's graduate block still says what the roster says, in the watched fields."""
    block, today = content.get("graduate"), graduate_block(graduate)
    return block is None or all(block[name] == today[name] for name in WATCHED)


def termination_text(act: Act) -> dict[str, Any]:
    """What is agreed when an agreement is ended: which one, why, in whose words."""
    return {
        "form": "termination/1",
        "agreement": act.parent.number,
        "employer": act.employer.name,
        "graduate": act.graduate.name,
        **act.given,
    }


def answered(need: Need, act: Act) -> dict[str, str]:
    """Of everything that was answered, what this form asks: with the name of the day beside each code."""
    names = {field.name for field in need.fields}
    return {name: value for name, value in act.given.items() if name in names or name.removesuffix("_name") in names}


def unit(terms: dict[str, str]) -> dict[str, str]:
    """The employer as the graduate stated it: of an unregistered one there is no other source."""
    names = {"name": "employer_name", "uscc": "employer_uscc", "nature_name": "nature_name", "industry_name": "industry_name"}
    return {name: terms[stated] for name, stated in names.items()}


def people(act: Act) -> dict[str, Any]:
    return {"graduate": graduate_block(act.graduate), "school": school_block(act.graduate)}


def offline_text(act: Act) -> dict[str, Any]:
    """Flow 3: what will be printed for the employer's stamp."""
    terms = answered(OFFLINE, act)
    return {
        "form": "offline/1",
        "employer": unit(terms),
        "terms": terms,
        "clauses": list(wording.clauses(wording.STAMPED)),
        "wording": wording.STAMPED,
        **people(act),
    }


def paper_text(act: Act) -> dict[str, Any]:
    """Flow 5: what a paper agreement says, and which files show it."""
    terms = answered(PAPER, act)
    return {"form": "paper/1", "employer": unit(terms), "terms": terms, "files": listed(act.files), **people(act)}


def refreshed_text(act: Act) -> dict[str, Any]:
    """The same with the graduate's facts as they are registered now."""
    return {**act.content(), **people(act)}


def ending_text(act: Act) -> dict[str, Any]:
    """Flow 4: which agreement, why, in whose words, with which letter."""
    return {
        "form": "ending/1",
        "agreement": act.parent.number or "",
        "employer": content_of(act.parent)["employer"]["name"],
        "graduate": act.graduate.name,
        "files": listed(act.files),
        **act.given,
    }


def destination_text(act: Act) -> dict[str, Any]:
    """Flow 6: the type, what it asks, and the evidence."""
    kind = destinations()[act.given.get("topic") or act.case.topic]
    terms = answered(kind.need, act)
    code, subclass = kind.codes(terms)
    return {
        "form": "destination/1",
        "type": {"slug": kind.slug, "label": kind.label, "code": code, "subclass": subclass},
        "employer": {"name": partner(terms)},
        "terms": terms,
        "files": listed({name: found for name, found in act.files.items() if name == "evidence"}),
        **people(act),
    }


WHOM = ("employer_name", "school_name", "foreign_name", "company_name", "project", "authority", "work")


def partner(terms: dict[str, str]) -> str:
    """With whom: the employer, school, project, company, whatever the type calls it; "" of a wait."""
    return next((terms[name] for name in WHOM if terms.get(name)), "")


def corrected_text(act: Act) -> dict[str, Any]:
    """更正 by the school: of a destination all of it, of an agreement its registration alone; its paper never changes."""
    content = act.content()
    if content["form"].startswith("destination/"):
        return {**destination_text(act), "graduate": content["graduate"], "school": content["school"]}
    return {**content, "registration": {name: value for name, value in act.given.items() if name not in BESIDE}}


BESIDE = ("because", "because_name")  # kept beside the event, no part of the registration
