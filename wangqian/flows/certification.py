"""用人单位认证 (M004 §3; flows.md §9): certified by the operator, suspended by two of them, restored."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from wangqian.cases.act import Act
from wangqian.cases.models import Case, Event
from wangqian.chart.words import DONE, START, STAY, VOID, Flow, State, Step, rule
from wangqian.flows.needs import CERTIFICATION, RESTORING, SUSPENSION, WITHDRAW_SUSPENSION
from wangqian.flows.parties import EMPLOYER, OPERATOR, SCHOOLS
from wangqian.people.models import Employer

ASKING = ("request_suspension", "withdraw_suspension", "confirm_suspension")


@rule("该单位已经认证。")
def not_certified(act: Act) -> bool:
    return Employer.objects.select_for_update().get(pk=act.employer.pk).certified_at is None


@rule("已有人提请暂停，请由另一位平台人员确认，或先撤回提请。", hides=True)
def no_suspension_requested(act: Act) -> bool:
    return pending_suspension(act.case) is None


@rule("还没有人提请暂停，不能确认。", hides=True)
def suspension_requested(act: Act) -> bool:
    return pending_suspension(act.case) is not None


@rule("暂停或撤销认证须由另一位平台人员确认，提请人不能自己确认。")
def another_operator(act: Act) -> bool:
    request = pending_suspension(act.case)
    return request is not None and act.membership is not None and request.user_id != act.membership.user_id


def pending_suspension(case: Case) -> Event | None:
    """The event that asked for the suspension, None when it was withdrawn, confirmed or never asked."""
    last = case.events.filter(step__in=ASKING).order_by("-number").first()
    return last if last and last.step == "request_suspension" else None


def suspensions_asked() -> QuerySet[Any, Any]:
    """Where the second operator is waited for, with `asked_by`; the rare events that ask have an index of their own."""
    asking = Event.objects.filter(step="request_suspension").values("case")
    last = Event.objects.filter(case=OuterRef("pk"), step__in=ASKING).order_by("-number")
    found = Case.objects.filter(flow=Certification.slug, pk__in=asking)
    found = found.annotate(last_asking=Subquery(last.values("step")[:1]), asked_by=Subquery(last.values("user")[:1]))
    return found.filter(last_asking="request_suspension")


def suspension_reason(case: Case) -> str:
    """Why the employer was last asked to be suspended, as the first operator wrote it; "" once erased."""
    request = case.events.filter(step="request_suspension").select_related("note").order_by("-number").first()
    return str(request.said.get("reason", "")) if request else ""


def write_certified(act: Act) -> None:
    Employer.objects.filter(pk=act.employer.pk).update(certified_at=act.now, suspended_at=None)


def write_suspended(act: Act) -> None:
    """From here on the rules refuse; the worker ends the open invitations (`suspension.py`)."""
    Employer.objects.filter(pk=act.employer.pk).update(suspended_at=act.now)


def write_restored(act: Act) -> None:
    Employer.objects.filter(pk=act.employer.pk).update(suspended_at=None)


def certification_of(employer: UUID) -> Case | None:
    """The employer's matter in this flow; None before it is certified."""
    return Case.objects.filter(employer=employer, flow=Certification.slug).order_by("-opened_at").first()


class Certification(Flow):
    title = "用人单位认证"
    slug = "certification"
    source = "M004 §3"

    certified = State("已认证", DONE)
    suspended = State("已暂停", VOID)

    certify = Step(
        START, certified, OPERATOR, "认证通过", only_if=(not_certified,), needs=(CERTIFICATION,),
        then=(write_certified,), tell=(EMPLOYER,),
        explain="认证后该单位可以向毕业生发起签约邀请。请写明核对了哪些材料。",
    )
    request_suspension = Step(
        certified, STAY, OPERATOR, "提请暂停／撤销认证",
        only_if=(no_suspension_requested,), needs=(SUSPENSION,), tell=(OPERATOR,), tone="danger",
        done="已提请，等待另一位平台人员确认；确认之前该单位的认证照常有效。",
        explain="须由另一位平台人员确认后才生效。生效后该单位不能发起邀请，未答复的邀请失效，"
        "毕业生不能接受、学校不能通过与它的签约；已签约的不受影响，仍可答复解约。",
    )
    withdraw_suspension = Step(
        certified, STAY, OPERATOR, "撤回提请",
        only_if=(suspension_requested,), needs=(WITHDRAW_SUSPENSION,), tell=(OPERATOR,), tone="quiet",
    )
    confirm_suspension = Step(
        certified, suspended, OPERATOR, "确认暂停／撤销认证",
        only_if=(suspension_requested, another_operator), cites=pending_suspension,
        then=(write_suspended,), tell=(EMPLOYER, OPERATOR, SCHOOLS), tone="danger",
        explain="确认后立即生效：该单位不能发起邀请，未答复的邀请逐一失效，审核中的签约不能通过。单位和有关学校会收到通知。",
        ask="已核对提请的原因和依据，同意暂停该单位的认证",
    )
    restore = Step(
        suspended, certified, OPERATOR, "恢复认证",
        needs=(RESTORING,), then=(write_restored,), tell=(EMPLOYER, OPERATOR, SCHOOLS),
        explain="恢复后该单位可以重新发起邀请；已经失效的邀请不会自动恢复。",
    )
