"""更正: the school changes what is registered of a destination in force; the graduate confirms or disputes it (flows.md §5–6)."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_noop

from wangqian.cases.act import Act
from wangqian.cases.effects import keep_topic, mark_confirmed, mark_unconfirmed, put_in_force
from wangqian.chart.check import reviewing
from wangqian.chart.fields import Field, Input, Keep, Need, Varying
from wangqian.chart.words import STAY, State, Step
from wangqian.flows import texts
from wangqian.flows.agreement_needs import REGISTRATION
from wangqian.flows.columns import keep_columns
from wangqian.flows.destinations import ANY, HEADS, Destination, destinations
from wangqian.flows.parties import GRADUATE, SCHOOL
from wangqian.flows.rules import entrusted, no_release_requested, unconfirmed
from wangqian.people.models import Graduate

BECAUSE = Need(
    "because",
    "更正的原因和依据",
    (
        Field("because", "更正原因", Input.LINES, True, most=300, help="毕业生会收到更正前后的内容和这里写的原因"),
        Field("basis", "依据材料", Input.FILES, True, least=1, most=6, help="例如：单位出具的说明、调档函", anew=True),
    ),
)
TOPIC = Field("topic", "去向类型", Input.CHOICE, True, help="换一种类型后，请按新的类型填写下面的内容")
TO_THE_HEADS = gettext_noop(
    "换一种类型后，请按新的类型填写下面的内容。须由院系和学校负责人分别审批的类型不能在这里改选："
    "审核中的请退回修改，由毕业生更换类型；已登记的由毕业生作废后重新登记"
)


def stated(act: Act) -> Need:
    """What is corrected: the registration of an agreement; type and data of another destination."""
    return REGISTRATION if not act.case.topic else retyped(act)


def retyped(act: Act) -> Need:
    """The form of the type that was chosen, with the choice of the type on top."""
    chosen = str(act.raw.get("topic") or act.case.topic)
    known, offered = destinations(), offered_to(act.graduate)
    kind = known.get(chosen) or known[act.case.topic]
    may = [one for one in offered if one.slug == act.case.topic or not one.both_heads or heads_to_come(act)]
    said = TOPIC.help if may == offered else TO_THE_HEADS
    choice = replace(TOPIC, choices=tuple((one.slug, one.label) for one in may), initial=kind.slug, help=said)
    return Need(f"{kind.need.name}_again", "去向信息", (choice, *kind.need.fields), Keep.TERMS)


def heads_to_come(act: Act) -> bool:
    """Whether college and school both still have to approve what the school changes: else a type that needs both could slip by one."""
    case = act.case
    return reviewing(act.flow, case.word) and set(HEADS) <= set(case.levels[case.level :])


def offered_to(graduate: Graduate) -> list[Destination]:
    """The types this graduate may state (M003 §9.1)."""
    theirs = entrusted(graduate)
    return [one for one in destinations().values() if (one.slug == "entrusted") == theirs]


def enter_stated(act: Act) -> None:
    """The destination the version states, in force: another destination's type, or an agreement."""
    kind = act.content().get("type")
    if kind:
        put_in_force(act, kind["code"], kind["subclass"])
    else:
        put_in_force(act, "10", "" if act.case.flow == "online" else "10-01")


def keep_stated(act: Act) -> None:
    """The typed columns of what was corrected."""
    keep_columns(ANY if act.case.topic else REGISTRATION)(act)


def correcting(registered: State) -> Step:
    return Step(
        registered, STAY, SCHOOL, "更正",
        only_if=(no_release_requested,), needs=(Varying(REGISTRATION, stated), BECAUSE),
        writes=texts.corrected_text, shows=True,
        then=(keep_topic, mark_unconfirmed, keep_stated, enter_stated), tell=(GRADUATE,), tone="quiet",
        explain="更正立即写入就业方案库，并标明“待本人确认”；毕业生会收到更正前后的内容，可以确认或提出异议。协议书本身不变。",
    )  # fmt: skip


def confirming(registered: State) -> Step:
    return Step(
        registered, STAY, GRADUATE, "确认更正", only_if=(unconfirmed,), shows=True, then=(mark_confirmed,), tell=(SCHOOL,),
        explain="请核对更正后的内容。与事实不符的，请不要确认，改为提出异议。", ask="更正后的内容属实",
    )  # fmt: skip
