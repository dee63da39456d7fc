"""What a graduate does with every form of his that the school reviews (flows.md §0, Reviewing): keep it, hand it in, take it back.

Each flow says which form and which text, when it may be, and the words that are its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_noop

from wangqian.cases.effects import mark_confirmed
from wangqian.chart.fields import Need, Varying
from wangqian.chart.words import SILENT, STAY, Role, Rule, State, Step
from wangqian.flows import texts
from wangqian.flows.columns import keep_columns
from wangqian.flows.contacts import keep_contact
from wangqian.flows.parties import GRADUATE, REVIEWER
from wangqian.flows.reviewing import skip_empty_levels
from wangqian.flows.rules import facts_changed, unreviewed

# 四不准 (codes.md §6), where a destination is stated and where a paper is handed in.
FREELY = gettext_noop(
    "请如实登记。任何人不得强迫您签约，不得把发放毕业证书、学位证书与签约挂钩，不得要求您提交虚假的协议或证明；"
    "遇到这种情况，请不要提交，并向学校就业部门反映。"
)

Text = Callable[[Any], dict[str, Any]]


TAKEN_BACK = dict.fromkeys(("counsellor", "college", "school", "employer"), gettext_noop("毕业生已撤回，修改后会再提交"))


def drafting(otherwise: str = gettext_noop("填写的内容会自动保存，提交以后学校才能看到。")) -> State:
    """草稿: nobody else's to read; others see only one that was handed in before, as it was then."""
    return State("草稿", turn=GRADUATE, mine="还未提交", exclusive="draft", otherwise=otherwise, words=TAKEN_BACK)


def saving(state: State, step: str) -> Step:
    """保存: what `step` asks, as typed so far."""
    return Step(state, STAY, GRADUATE, "保存", keeps=step, tell=SILENT)


def cancelling(states: tuple[State, ...], cancelled: State, explain: str) -> Step:
    return Step(states, cancelled, GRADUATE, "取消", tell=SILENT, tone="quiet", explain=explain)


def submission(source: State, review: State, label: str, need: Need | Varying, text: Text, **more: Any) -> Step:
    """提交, 重新提交: the school reviews exactly the text that was on the screen, from the first level on."""
    columns = need.base if isinstance(need, Varying) else need
    return Step(
        source, review, GRADUATE, label,
        needs=(need,), writes=text, shows=True, proof=True,
        then=(keep_columns(columns), keep_contact, mark_confirmed, skip_empty_levels), tell=(REVIEWER,), **more,
    )  # fmt: skip


def withdrawing(
    review: State, back: State, label: str = gettext_noop("撤回修改"), also: tuple[Rule, ...] = (),
    explain: str = gettext_noop("学校还没有审核时可以撤回，修改后再提交。"),
) -> Step:  # fmt: skip
    """While nobody has reviewed it."""
    return Step(review, back, GRADUATE, label, only_if=(unreviewed, *also), tell=SILENT, tone="quiet", explain=explain)


def reconfirmation(
    state: State, need: Need, text: Text = texts.refreshed_text, tell: tuple[Role, ...] = (REVIEWER,),
    explain: str = gettext_noop("学校更正了您的基本信息。请核对下面的全文，确认后学校继续审核。"),
) -> Step:  # fmt: skip
    """重新确认本人信息: a new version with the graduate's data as they are now; the review goes on from where it is."""
    return Step(
        state, STAY, GRADUATE, "重新确认本人信息",
        only_if=(facts_changed,), writes=text, shows=True, proof=True, then=(keep_columns(need),), tell=tell, explain=explain,
    )  # fmt: skip
