"""What every reviewed flow does (flows.md §0, Reviewing): approve up the chain, send back, refuse, pass over a level where nobody
reviews."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_noop

from wangqian.cases.act import Act
from wangqian.cases.engine import system
from wangqian.cases.models import Case, Event
from wangqian.cases.record import levels
from wangqian.chart.check import reviewing
from wangqian.chart.fields import Need, Varying
from wangqian.chart.words import FLOWS, SYSTEM, Fork, Role, State, Step, Way
from wangqian.flows.parties import GRADUATE, REVIEWER, SCHOOL
from wangqian.flows.rules import fresh_eyes, head_missing, last_level, nobody_at_this_level


def skip_empty_levels(act: Act) -> None:
    """A level without an active reviewer is passed over with an event of its own; the last one never is, nor one whose head must
    approve: that one waits, with an event of its own."""
    if not reviewing(act.flow, act.case.word):
        return
    if nobody_at_this_level.refusal(act) is None:
        system(act.case, passing(act.case), act.event)
    elif head_missing.refusal(act) is None:
        system(act.case, "await_head", act.event)


def passing(case: Case) -> str:
    """The step by which this review passes over a level."""
    return next(name for name, step in case.chart.steps.items() if step.onward and case.word in step.sources)


def levels_at(event: Event) -> tuple[str, ...]:
    """The levels of the review this event led to; the case may be in another review by now, with another chain."""
    case, state = event.case, FLOWS[event.flow].states[event.target]
    if case.state == state.name or not reviewing(case.chart, state):
        return case.levels
    return levels(Act(case, case.chart.steps[event.step], SYSTEM, event.at), state)


def arriving(state: str, *effects: Callable[[Act], None]) -> Callable[[Act], None]:
    """Run the effects only if the step ended in this state."""

    def effect(act: Act) -> None:
        if act.case.state == state:
            for each in effects:
                each(act)

    return effect


def approval(review: State, approved: State, label: str, tell: tuple[Role, ...], **more: Any) -> Step:
    """通过: to the next level, or from the last one on; `then` are effects, before an empty next level is passed over."""
    ways = Way("最后一级", approved, tell), Way("还有下一级", review, (REVIEWER,))
    effects = more.pop("then", ())
    return Step(review, Fork(last_level, *ways), REVIEWER, label, shows=True, then=(*effects, skip_empty_levels), **more)


def sending_back(
    review: State, returned: State, need: Need | Varying, tell: tuple[Role, ...] = (GRADUATE,),
    explain: str = gettext_noop("毕业生按您的意见修改后重新提交，从第一级重新审核。"),
) -> Step:  # fmt: skip
    """退回修改: `need` asks what is to be put right, and what is wrong with it."""
    return Step(
        review, returned, REVIEWER, "退回修改",
        only_if=(fresh_eyes,), needs=(need,), tell=tell, tone="calm", explain=explain,
    )  # fmt: skip


def rejection(review: State, refused: State, label: str, need: Need, tell: tuple[Role, ...], explain: str) -> Step:
    """不通过, at any level; `need` asks why."""
    return Step(
        review, refused, REVIEWER, label, only_if=(fresh_eyes,), needs=(need,), tell=tell, tone="danger", explain=explain,
    )  # fmt: skip


def passing_over(review: State) -> Step:
    """A level where nobody reviews."""
    return Step(
        review, review, SYSTEM,
        only_if=(nobody_at_this_level,), onward=True, then=(skip_empty_levels,), tell=(SCHOOL, REVIEWER),
    )  # fmt: skip
