"""异议 (flows.md §5–6): the graduate objects to what is registered about him; the school answers within five working days."""

from __future__ import annotations

from datetime import datetime

from wangqian.cases.act import Act
from wangqian.cases.models import Case, Event
from wangqian.chart.fields import Field, Input, Need
from wangqian.chart.words import CLOCK, DONE, FAILED, START, STAY, VOID, Flow, Refused, State, Step, rule
from wangqian.flows.destination import DestinationRegistration
from wangqian.flows.offline import OfflineSigning
from wangqian.flows.online import OnlineSigning
from wangqian.flows.paper import PaperRegistration
from wangqian.flows.parties import GRADUATE, SCHOOL
from wangqian.flows.rules import overdue
from wangqian.people.workdays import workdays_after

WORKING_DAYS = 5
DISPUTING = Need(
    "disputing",
    "提出异议",
    (
        Field("about", "哪一项", required=True, most=60, help="例如：单位名称、去向类型、档案转寄地址"),
        Field("reason", "哪里不对、应当是什么", Input.LINES, True, most=500, personal=True),
    ),
)
ADDING = Need(
    "adding",
    "补充证明材料",
    (
        Field("proof", "证明材料", Input.FILES, True, least=1, most=6, help="例如：录用材料、录取通知书、缴费记录"),
        Field("note", "说明", Input.LINES, most=300, help="学校会看到", personal=True),
    ),
)
ANSWERING = Need("answering", "答复", (Field("answer", "答复", Input.LINES, True, most=500, help="毕业生会看到；写明核实的情况"),))


def due_day(act: Act) -> datetime:
    return workdays_after(act.now, WORKING_DAYS)


@rule("您对这条登记的异议正在处理，请等学校答复。")
def no_open_dispute(act: Act) -> bool:
    return not Case.objects.filter(parent_id=act.case.parent_id, exclusive="dispute").exclude(pk=act.case.pk).exists()


@rule("请先在原登记上办理“更正”，再答复异议成立；不需要更正的，请答复“异议不成立”并写明情况。")
def put_right(act: Act) -> bool:
    """Nothing is called corrected that is not: since he objected the registration was corrected, or ended."""
    corrected = Event.objects.filter(case=act.case.parent_id, step="correct", at__gte=act.case.opened_at)
    return not act.parent.holds or corrected.exists()


def something_new(act: Act) -> None:
    """A file that no earlier act brought."""
    if all(one.bound_at for found in act.files.values() for one in found):
        raise Refused("请先上传新的证明材料，再提交。")


def answer_by(case: Case) -> datetime:
    """When the school should have answered by; a late one has no deadline of its own any more."""
    return case.respond_by or workdays_after(case.opened_at, WORKING_DAYS)


def open_dispute(case: Case) -> Case | None:
    """The one on this registration that waits for the school."""
    return Case.objects.filter(parent=case, exclusive="dispute").first()


class Dispute(Flow):
    title = "登记异议"
    slug = "dispute"
    source = "flows.md §5–6（异议）"
    opens_on = (OnlineSigning.signed, OfflineSigning.signed, PaperRegistration.registered, DestinationRegistration.registered)
    needs_parent = True

    open = State(
        "待学校答复", turn=SCHOOL, mine="待您答复", due="respond_by", remind=(24,), exclusive="dispute",
        otherwise="学校应在 5 个工作日内答复；到期没有答复的，会提醒学校负责人，异议继续有效。",
    )
    late = State("待学校答复（已超过 5 个工作日）", turn=SCHOOL, mine="待您答复（已逾期）", exclusive="dispute",
                 otherwise="已超过答复期限，请尽快答复。")
    upheld = State("异议成立，已更正", DONE)
    rejected = State("异议不成立", FAILED)
    withdrawn = State("已撤回", VOID)

    waiting = (open, late)

    dispute = Step(
        START, open, GRADUATE, "提出异议",
        only_if=(no_open_dispute,), needs=(DISPUTING,), due=due_day, tell=(SCHOOL,), tone="quiet",
        explain="对学校登记、更正的内容有异议的，请写明。处理期间这条登记会标注“有异议”。提出以后可以补充证明材料。",
    )
    add = Step(
        waiting, STAY, GRADUATE, "补充证明材料", needs=(ADDING,), weighs=(something_new,), tell=(SCHOOL,), tone="calm",
        explain="有证明材料的，可以在学校答复之前补充；没有也不影响学校核实。",
    )
    remind = Step(open, STAY, CLOCK, tell=(SCHOOL,))
    lapse = Step(open, late, CLOCK, only_if=(overdue,), tell=(SCHOOL, GRADUATE))
    uphold = Step(
        waiting, upheld, SCHOOL, "异议成立", only_if=(put_right,), needs=(ANSWERING,), tell=(GRADUATE,),
        explain="请先在原登记上办理“更正”，再在这里答复毕业生。",
    )
    reject = Step(
        waiting, rejected, SCHOOL, "异议不成立", needs=(ANSWERING,), tell=(GRADUATE,), tone="danger",
        explain="登记的内容不变。请写明核实的情况；毕业生可以再次提出。",
    )
    withdraw = Step(waiting, withdrawn, GRADUATE, "撤回异议", tell=(SCHOOL,), tone="quiet", explain="撤回后登记的内容不变。")

    path = (open, upheld)
    path_labels = ("提出异议", "学校核实", "处理完成")
