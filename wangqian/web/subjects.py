"""What a step's page is about: a case, or what a new case would start from. Out of scope is a 404."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from wangqian.cases.act import Act
from wangqian.cases.engine import new_case, open_case, perform
from wangqian.cases.models import Case, Draft, Event, Proof
from wangqian.cases.queries import admits, drawn
from wangqian.chart.fields import Need
from wangqian.chart.words import FLOWS, Refused, Step, differing
from wangqian.flows.correction_request import CorrectionRequest
from wangqian.flows.parties import case_for, cases_for, own_place, where
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity, Employer, Favourite, Graduate

RELATED = ("employer", "parent", "profile")


@dataclass(frozen=True)
class Subject:
    """One step, about one case or about to start one. `key` names it in URLs and drafts."""

    actor: Actor
    case: Case
    step: Step
    key: str
    url: str
    back: str
    at: datetime | None = None

    @property
    def confirm_url(self) -> str:
        return f"{self.url}confirm/"

    @property
    def draft_key(self) -> str:
        return f"{self.case.flow}.{self.step.name}:{self.key}"

    @cached_property
    def moment(self) -> datetime:
        """One "now" for the whole page; the door asks again, after the lock."""
        return self.at or now()

    @cached_property
    def draft(self) -> Draft | None:
        """Read once: what a page shows and what it says of its age are the same row."""
        return Draft.objects.filter(owner=self.actor.user, subject=self.draft_key).first()

    def act(self, raw: dict[str, str] | None = None) -> Act:
        source = self.case.word if self.case.version else None
        return Act(self.case, self.step, self.actor, self.moment, raw or {}, source=source)

    def asks(self, raw: dict[str, str] | None = None) -> tuple[Need, ...]:
        """What the step asks, given what was answered so far."""
        return self.step.asks(self.act(raw))

    def refusal(self) -> Refused | None:
        """Why the step cannot be taken now; a step that is not offered at all is a 404."""
        if not self.step.starts and self.case.word not in self.step.sources:
            return Refused("此事项现在是“{state}”，不能再办理“{step}”。", state=self.case.word.label, step=self.step.label)
        parent = self.case.parent
        if self.step.starts and parent and parent.word not in self.case.chart.opens_on:
            return Refused("对应的签约现在是“{state}”，不能办理“{step}”。", state=parent.word.label, step=self.step.label)
        move = drawn(self.act())
        if not move:
            raise Http404
        return move[0].refusal

    def take(self, raw: dict[str, str], seen: str, proof: Proof | None) -> Event:
        """Through the door."""
        if self.case.version:
            return perform(self.case, self.step.name, by=self.actor, given=raw, seen=seen, proof=proof)
        return open_case(
            self.case.flow,
            self.step.name,
            by=self.actor,
            graduate=self.case.graduate,
            employer=self.case.employer,
            parent=self.case.parent,
            given=raw,
            seen=seen,
            proof=proof,
        )


def on_case(actor: Actor, pk: UUID, name: str, related: tuple[str, ...] = RELATED) -> Subject:
    """A step of an existing case; `related` is read with it."""
    case = visible_case(actor, pk, related)
    step = case.chart.steps.get(name)
    if step is None or step.starts or not offered(step, actor, case):
        raise Http404
    url = reverse("step", args=[case.pk, name])
    operator = actor.membership.kind == Capacity.OPERATOR
    back = reverse("employer", args=[case.employer_id]) if operator else reverse("case", args=[case.pk])
    return Subject(actor, case, step, str(case.pk), url, back)


def offered(step: Step, actor: Actor, case: Case) -> bool:
    """Whether this party ever takes the step; whose turn it is comes later, with a sentence."""
    columns = step.who.scope(actor.membership)
    return columns is not None and not differing(case, columns) - {"turn"}


def visible_case(actor: Actor, pk: UUID, related: tuple[str, ...] = RELATED) -> Case:
    mine = actor.membership.graduate
    if mine is None and related:
        related += ("graduate__school", "graduate__college", "graduate__cohort")
    if related:
        case = next(iter(cases_for(actor.membership).select_related(*related).filter(pk=pk)), None)
    else:
        case = case_for(actor.membership, pk)
    if case is None:
        raise Http404
    if mine is not None:
        case.graduate = mine  # in scope, so it is he
    return case


def starting(actor: Actor, flow: str, name: str, kind: str, pk: UUID) -> Subject:
    """A step that starts a case: on a graduate, an employer, or another case."""
    chart = FLOWS.get(flow)
    step = chart.steps.get(name) if chart else None
    if chart is None or step is None or not step.starts or kind not in STARTS:
        raise Http404
    case, back = STARTS[kind](actor, flow, pk)
    if not admits(step, actor, case):
        raise Http404
    url = reverse("start-step", args=[flow, name, kind, pk])
    return Subject(actor, case, step, f"{kind}:{pk}", url, back)


def from_case(actor: Actor, flow: str, pk: UUID) -> tuple[Case, str]:
    parent = visible_case(actor, pk)
    if not FLOWS[flow].opens_on:
        raise Http404
    return new_case(flow, parent=parent), reverse("case", args=[pk])


def from_graduate(actor: Actor, flow: str, pk: UUID) -> tuple[Case, str]:
    """The employer's favourites; the school's own graduates; himself."""
    membership, graduates = actor.membership, Graduate.objects.select_related("school", "college", "cohort")
    if membership.kind == Capacity.EMPLOYER:
        mine = Favourite.objects.filter(employer=membership.employer_id, graduate=pk)
        graduate = graduates.filter(pk=pk).first() if mine.exists() else None
        back = f"{reverse('home')}?tab=favourites"
    elif membership.kind == Capacity.GRADUATE:
        graduate = graduates.filter(pk=pk).first() if pk == membership.graduate_id else None
        back = reverse("my-corrections") if flow == CorrectionRequest.slug else reverse("home")
    else:
        place = own_place(membership)
        graduate = graduates.filter(where(place), pk=pk).first() if place else None
        back = reverse("graduate", args=[pk])
    if graduate is None or FLOWS[flow].needs_parent:
        raise Http404
    employer = membership.employer if membership.kind == Capacity.EMPLOYER else None
    return new_case(flow, graduate, employer), back


def from_employer(actor: Actor, flow: str, pk: UUID) -> tuple[Case, str]:
    employer = Employer.objects.filter(pk=pk).first()
    if employer is None or actor.membership.kind != Capacity.OPERATOR:
        raise Http404
    return new_case(flow, employer=employer), reverse("employer", args=[pk])


def about_correction(actor: Actor, words: dict[str, Any]) -> bool:
    """Whether an address is about a correction request: what is wrong is asked for before 核对信息."""
    if "flow" in words:
        return bool(words["flow"] == CorrectionRequest.slug)
    return cases_for(actor.membership).filter(pk=words["pk"], flow=CorrectionRequest.slug).exists()


STARTS = {"case": from_case, "graduate": from_graduate, "employer": from_employer}
