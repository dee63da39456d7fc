"""Every step that a person takes, each on a case where it can be taken now, with answers that are right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404

from tests.answers import DESTINATIONS, OFFLINE, TERMINATION, TERMS, VERIFIED
from tests.cast import Cast
from tests.flows.test_activating import newcomer
from tests.papers import BECAUSE, REGISTRATION, RELEASE, again
from tests.screens.paper_states import GONE, LEAVING, leaving
from tests.screens.test_buttons import REACH
from wangqian.cases.files import slots
from wangqian.cases.models import Case, Draft
from wangqian.chart.words import FLOWS, Step
from wangqian.people.clock import now
from wangqian.people.models import Actor, Employer, Graduate, Membership
from wangqian.web.subjects import Subject, on_case, starting

PEOPLE = ("graduate", "employer", "college_reviewer", "school_reviewer", "second_school_user", "operator", "second_operator")
ELSEWHERE = {"clock", "system", "contact"}  # no page of theirs; the contact's stand in test_fuzz, by their link
STEPS = [(slug, name) for slug, flow in FLOWS.items() for name, step in flow.steps.items() if step.who.name not in ELSEWHERE]
Make = Callable[[Cast], Any]


def moved(state: str, flow: str) -> Make:
    """His facts have changed since."""

    def made(cast: Cast) -> Case:
        case = REACH[flow, state](cast)
        Graduate.objects.filter(pk=case.graduate_id).update(major="软件工程")
        return again(case)

    return made


def asked_to_release(flow: str, state: str) -> Make:
    def made(cast: Cast) -> Case:
        case = REACH[flow, state](cast)
        cast.ask_release(case, cast.school_reviewer, RELEASE)
        return again(case)

    return made


def put_right(flow: str, state: str) -> Make:
    """The school has corrected what is registered."""

    def made(cast: Cast) -> Case:
        case = REACH[flow, state](cast)
        cast.hand_in(case, "basis", cast.school_reviewer)
        cast.act(case, "correct", cast.school_reviewer, GIVEN[flow, "correct"])
        return again(case)

    return made


def suspending(cast: Cast) -> Case:
    case = cast.certified()
    cast.act(case, "request_suspension", cast.operator, {"reason": "营业执照已被吊销"})
    return again(case)


def unauthorised(cast: Cast) -> Case:
    case = leaving(cast, cast.registered())
    cast.act(case, "withdraw_authorisation", cast.graduate)
    return again(case)


def himself(cast: Cast) -> Graduate:
    graduate = cast.graduate.membership.graduate
    assert graduate
    cast.reviewers()
    cast.favour(cast.employer, cast.graduate)
    return graduate


def in_force(cast: Cast) -> Graduate:
    cast.registered()
    return himself(cast)


def uncertified(cast: Cast) -> Employer:
    employer = cast.employer_named("新单位", certified=False).membership.employer
    assert employer
    return employer


# Where a step cannot be taken in its first source as it is reached; and what a step that starts a case starts from.
FROM: dict[tuple[str, str], Make] = {
    **{(flow, "reconfirm"): moved("review", flow) for flow in ("online", "offline", "paper", "destination")},
    ("offline", "reconfirm_paper"): moved("stamping", "offline"),
    **{
        (flow, step): asked_to_release(flow, state)
        for flow, state in (("online", "signed"), ("offline", "stamping"), ("paper", "registered"), ("destination", "registered"))
        for step in ("withdraw_release", "confirm_release")
    },
    **{
        (flow, "confirm_correction"): put_right(flow, state)
        for flow, state in (("online", "signed"), ("offline", "signed"), ("paper", "registered"), ("destination", "registered"))
    },
    ("certification", "withdraw_suspension"): suspending,
    ("certification", "confirm_suspension"): suspending,
    ("departure", "authorise"): unauthorised,
    ("activation_slip", "request"): newcomer,
    ("certification", "certify"): uncertified,
    ("correction_request", "fill"): himself,
    ("online", "invite"): himself,
    ("destination", "fill"): himself,
    ("offline", "fill"): himself,
    ("paper", "fill"): himself,
    ("departure", "confirm"): in_force,
    ("reopening", "reopen"): himself,
    ("dispute", "dispute"): lambda cast: cast.registered(),
    ("online_termination", "ask"): lambda cast: cast.signed(),
    ("offline_termination", "apply"): lambda cast: cast.paper_registered(),
}
SIGNED_ON = {"signed_on": str(date.today() - timedelta(days=1))}
LOOKING = DESTINATIONS["looking"]
CALLED = {"called": "yes", "call_note": "打了总机，人事部确认"}
# Right answers, where what was answered is read once more before it is sent.
GIVEN: dict[tuple[str, str], dict[str, str]] = {
    ("online", "invite"): TERMS,
    **{(flow, "correct"): {**REGISTRATION, **BECAUSE} for flow in ("online", "offline", "paper")},
    **{(flow, "request_release"): RELEASE for flow in ("online", "offline", "paper", "destination")},
    ("destination", "submit"): LOOKING,
    ("destination", "resubmit"): DESTINATIONS["postgraduate"],
    ("destination", "revise"): {**DESTINATIONS["contract"], "topic": "contract", **BECAUSE},
    ("destination", "correct"): {**DESTINATIONS["contract"], "topic": "contract", **BECAUSE},
    ("offline", "submit"): OFFLINE,
    ("offline", "resubmit"): OFFLINE,
    ("offline", "give_up"): GONE,
    ("paper", "submit"): {**OFFLINE, **SIGNED_ON},
    ("paper", "resubmit"): {**OFFLINE, **SIGNED_ON},
    ("departure", "confirm"): LEAVING,
    ("departure", "amend"): LEAVING,
    ("online_termination", "ask"): TERMINATION,
    ("offline_termination", "submit"): TERMINATION,
    ("offline_termination", "resubmit"): TERMINATION,
    ("offline_termination", "approve"): VERIFIED,
    **dict.fromkeys((("offline", "approve_paper"), ("paper", "approve"), ("destination", "approve")), CALLED),
}
KINDS: dict[type, str] = {Graduate: "graduate", Employer: "employer", Case: "case"}


@dataclass(frozen=True)
class Place:
    """A step, who may take it now, and the arguments of its address."""

    step: Step
    party: str
    actor: Actor
    kwargs: dict[str, object]

    @property
    def route(self) -> str:
        return "start-step" if self.step.starts else "step"


def reached(flow: str, name: str) -> tuple[str, str]:
    """By what its case is made: several steps share one."""
    return (flow, name) if (flow, name) in FROM else (flow, FLOWS[flow].steps[name].sources[0].name)


def made(cast: Cast, key: tuple[str, str]) -> Any:
    return (FROM.get(key) or REACH[key])(cast)


def place(cast: Cast, flow: str, name: str, about: Any) -> Place:
    """Who can take the step; with its files and a draft of right answers."""
    step = FLOWS[flow].steps[name]
    for party in PEOPLE:
        actor = fresh(getattr(cast, party))
        subject = subject_of(actor, flow, step, about)
        if subject and subject.refusal() is None:
            prepared(cast, subject, GIVEN.get((flow, name)))
            return Place(step, party, actor, address(flow, step, about))
    raise AssertionError(f"nobody can take {flow}.{name} on {about}")


def fresh(actor: Actor) -> Actor:
    """As the next request reads him."""
    return Actor(Membership.objects.select_related("user", "graduate", "employer", "school").get(pk=actor.membership.pk))


def subject_of(actor: Actor, flow: str, step: Step, about: Any) -> Subject | None:
    """What its page would be about; None where there is no such page."""
    try:
        kind = KINDS[type(about)]
        found = starting(actor, flow, step.name, kind, about.pk) if step.starts else on_case(actor, about.pk, step.name)
        found.refusal()
        return found
    except Http404:
        return None


def address(flow: str, step: Step, about: Any) -> dict[str, object]:
    start = {"flow": flow, "kind": KINDS[type(about)]} if step.starts else {}
    return {"pk": about.pk, "step": step.name, **start}


def prepared(cast: Cast, subject: Subject, given: dict[str, str] | None) -> None:
    if given is None:
        return
    if subject.case.version:
        for _need, one in slots(subject.asks(given)):
            cast.hand_in(subject.case, one.name, subject.actor)
    Draft.objects.update_or_create(
        owner=subject.actor.user, subject=subject.draft_key, defaults={"data": given, "saved_at": now()}
    )
