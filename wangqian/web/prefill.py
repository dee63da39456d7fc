"""What a form starts with: the draft, the old case it starts again from, or what is already known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from wangqian.cases.queries import content_of
from wangqian.chart.fields import Field, Input
from wangqian.chart.words import Step
from wangqian.flows.changes import reported
from wangqian.flows.destinations import destinations
from wangqian.people.clock import SHANGHAI
from wangqian.web.drafts import answered
from wangqian.web.subjects import Subject


def prefill(subject: Subject) -> dict[str, Any]:
    if subject.draft:
        return dict(answered(subject.draft))
    maker = KNOWN.get(f"{subject.case.flow}.{subject.step.name}")
    return maker(subject) if maker else {}


def chosen(request: HttpRequest, step: Step) -> dict[str, str]:
    """A choice made where the form was opened: "申请更正" beside a field, another type. Anything that is no choice is passed over."""
    every = [field for need in step.needs for field in need.fields]
    fields = [field for field in every if field.kind is Input.CHOICE and field.when is None]
    if any(need.name == "destination" for need in step.needs):
        fields.append(every_type())
    asked = {field.name: request.GET.get(field.name, "") for field in fields}
    return {field.name: asked[field.name] for field in fields if asked[field.name] in dict(field.choices)}


def invitation(subject: Subject) -> dict[str, Any]:
    """The failed case's terms (再次发起签约), else the last invitation's contact and the dossier's receiver."""
    parent = subject.case.parent
    if parent:
        return dict(content_of(parent).get("terms", {}))
    employer, user = subject.case.employer, subject.actor.user
    dossier = employer.dossiers.first() if employer else None
    return {
        "contact": user.name,
        "contact_mobile": user.phone,
        "contact_email": user.email,
        "dossier_receipt": dossier.receipt if dossier else "",
        "hukou_address": dossier.hukou_address if dossier else "",
        "valid_days": "7",
    }


def extension(subject: Subject) -> dict[str, Any]:
    """Seven days more than now granted."""
    until = subject.case.respond_by
    if until is None:
        return {}
    return {"until": (until.astimezone(SHANGHAI) + timedelta(days=6)).date().isoformat()}


def every_type() -> Field:
    return Field("topic", "", Input.CHOICE, choices=tuple((slug, slug) for slug in destinations()))


def stated(subject: Subject) -> dict[str, Any]:
    """What the last version of the case says, else that of the ended one it is filled in anew from."""
    content = content_of(subject.case) or (content_of(subject.case.parent) if subject.case.parent else {})
    answers = content.get("terms", content)
    return {**{name: value for name, value in answers.items() if isinstance(value, str)}, "topic": subject.case.topic}


def registration(subject: Subject) -> dict[str, Any]:
    """What is reported now: as corrected last, as stated, or as the agreement signed online implies."""
    return {**reported(subject.case, content_of(subject.case)), "topic": subject.case.topic}


def transferred(subject: Subject) -> dict[str, Any]:
    """Where dossier and household registration go, as confirmed last."""
    return {name: value for name, value in content_of(subject.case).get("transfer", {}).items() if value}


def assistance(subject: Subject) -> dict[str, Any]:
    return {"mobile": stated(subject).get("contact_mobile", "")}


KNOWN: dict[str, Callable[[Subject], dict[str, Any]]] = {
    "online.invite": invitation,
    "online.extend": extension,
    "offline.ask_employer": assistance,
    **{f"{flow}.{step}": stated for flow in ("offline", "paper", "destination", "offline_termination") for step in ("submit", "resubmit")},
    "destination.revise": stated,
    "departure.amend": transferred,
    **{f"{flow}.correct": registration for flow in ("online", "offline", "paper", "destination")},
}
