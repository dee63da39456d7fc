"""学校解除 (law L3): on every flow that binds, the last way out. One school user asks, another confirms."""

from __future__ import annotations

from wangqian.cases.act import Act
from wangqian.cases.effects import leave_ledger
from wangqian.cases.engine import system
from wangqian.cases.models import Case, Event
from wangqian.chart.words import HOLDING, STAY, VOID, Flow, State, Step
from wangqian.flows.needs import RELEASE, WITHDRAW_RELEASE
from wangqian.flows.parties import EMPLOYER, GRADUATE, SCHOOL
from wangqian.flows.rules import another_person, no_release_requested, pending_release, release_requested


def overtake(agreement: Case, cause: Event | None) -> None:
    """What asks to end an agreement, handed in or still a draft, ends when the agreement does."""
    for child in Case.objects.filter(parent=agreement, exclusive__in=("termination", "draft")).order_by("pk"):
        if "overtaken" in child.chart.steps:
            system(child, "overtaken", cause)


def release_children(act: Act) -> None:
    overtake(act.case, act.event)


class Releasable(Flow, abstract=True):
    """Steps every binding flow inherits."""

    released = State("已解除", VOID, verify="已解除")

    request_release = Step(
        HOLDING,
        STAY,
        SCHOOL,
        "提请学校解除",
        only_if=(no_release_requested,),
        needs=(RELEASE,),
        proof=True,
        shows=True,
        tell=(SCHOOL,),
        tone="danger",
        done="已提请，等待另一位学校老师确认；确认之前签约照常有效。",
        explain="仅用于法定情形。须由另一位学校老师确认后才生效；生效后毕业生不再受此约束，编号作废。",
    )
    withdraw_release = Step(
        HOLDING,
        STAY,
        SCHOOL,
        "撤回解除提请",
        only_if=(release_requested,),
        needs=(WITHDRAW_RELEASE,),
        tell=(SCHOOL,),
        tone="quiet",
    )
    confirm_release = Step(
        HOLDING,
        released,
        SCHOOL,
        "确认学校解除",
        only_if=(release_requested, another_person),
        cites=pending_release,
        proof=True,
        shows=True,
        then=(leave_ledger, release_children),
        tell=(GRADUATE, EMPLOYER, SCHOOL),
        tone="danger",
        explain="确认后立即生效：毕业生不再受此约束，去向退出就业方案库，协议编号作废。各方都会收到通知。",
    )
