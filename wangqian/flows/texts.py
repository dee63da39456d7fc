"""The canonical content of agreements and terminations: exactly what is shown, hashed, signed and printed."""

from __future__ import annotations

from typing import Any

from wangqian.cases.act import Act
from wangqian.chart.words import Refused
from wangqian.flows import wording
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
