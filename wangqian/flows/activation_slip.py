"""现场发放激活码 (flows.md §11; security.md A2): who has no usable phone on the roster is known face to face, by two people."""

from __future__ import annotations

from datetime import datetime, timedelta

from wangqian.cases.act import Act
from wangqian.cases.models import Case, Event
from wangqian.chart.words import CLOCK, DONE, FAILED, SILENT, START, SYSTEM, VOID, Flow, State, Step, rule
from wangqian.codes import serial
from wangqian.flows.needs import SLIP, WITHDRAW_SLIP
from wangqian.flows.parties import GRADUATE, OFFICE, SCHOOL
from wangqian.people.models import Status
from wangqian.people.vault import index_of

LIVES = timedelta(hours=72)


@rule("该毕业生已转出或退学，不能发放激活码。")
def still_here(act: Act) -> bool:
    return act.graduate.status not in (Status.MOVED, Status.WITHDRAWN)


@rule("该毕业生已有一张激活码正在办理或等待使用，请先撤回。")
def no_open_slip(act: Act) -> bool:
    """Read under the graduate's lock, so that two requests make one."""
    waiting = (ActivationSlip.requested.name, ActivationSlip.issued.name)
    return not Case.objects.filter(graduate=act.graduate, flow=ActivationSlip.slug, state__in=waiting).exists()


@rule("须由另一位老师核对本人后确认，申请人不能自己确认。", hides=True)
def second_person(act: Act) -> bool:
    asked = asking(act.case)
    return asked is not None and act.membership is not None and asked.user_id != act.membership.user_id


def asking(case: Case) -> Event | None:
    """The event that asked for the code: its words are read before confirming."""
    return case.events.filter(step="request").order_by("-number").first()


def three_days(act: Act) -> datetime:
    return act.now + LIVES


def make_code(act: Act) -> None:
    """The code exists from this moment; it is read once, when the slip is printed."""
    from wangqian.flows.models import Slip

    code = serial.meeting_code()
    Slip.objects.create(case=act.case, code=code, code_index=index_of("slip", code))


class ActivationSlip(Flow):
    title = "现场发放激活码"
    slug = "activation_slip"
    source = "flows.md §11; security.md A2"

    requested = State("等待另一位老师确认", turn=OFFICE, otherwise="没有期限；另一位老师当面核对本人和证件后才发放。")
    issued = State(
        "已发放，等待本人激活",
        turn=GRADUATE,
        due="respond_by",
        otherwise="72 小时内没有使用，激活码作废，可以重新发放。",
    )
    used = State("已激活", DONE)
    lapsed = State("已过期", FAILED)
    withdrawn = State("已撤回", VOID)

    request = Step(
        START, requested, OFFICE, "发放激活码",
        only_if=(still_here, no_open_slip), needs=(SLIP,), tell=(GRADUATE, SCHOOL),
        explain="用于学校登记的手机不能使用的毕业生。须当面核对本人和证件，并由另一位老师确认；激活后 24 小时内不能办理有约束力的事项。",
    )
    confirm = Step(
        requested, issued, OFFICE, "确认发放",
        only_if=(still_here, second_person), cites=asking, due=three_days, then=(make_code,), tell=(GRADUATE, SCHOOL),
        explain="请再次当面核对本人和证件。确认后生成激活码，打印密封后交给本人，72 小时内有效，只能使用一次。",
    )
    withdraw = Step(
        (requested, issued), withdrawn, OFFICE, "撤回激活码",
        needs=(WITHDRAW_SLIP,), tell=(GRADUATE, SCHOOL), tone="quiet",
    )
    lapse = Step(issued, lapsed, CLOCK, tell=(SCHOOL,))
    # Typed in by its bearer together with the facts that name him; what it opened is told by the account itself.
    use = Step(issued, used, SYSTEM, "使用激活码", tell=SILENT)

    path = (requested, issued, used)
    path_labels = ("申请发放", "另一位老师确认", "本人激活")
