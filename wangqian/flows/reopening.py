"""重新开放登记 (law L5): after the cohort's closing the school reopens one graduate until a date."""

from __future__ import annotations

from datetime import date

from wangqian.cases.act import Act
from wangqian.cases.forms import complain
from wangqian.chart.words import DONE, START, VOID, Flow, State, Step
from wangqian.flows.needs import REOPENING, WITHDRAW_RELEASE
from wangqian.flows.parties import GRADUATE, SCHOOL
from wangqian.people.clock import end_of
from wangqian.people.models import Graduate


def open_until(act: Act) -> None:
    until = end_of(date.fromisoformat(act.given["until"]))
    if until <= act.now:
        raise complain(REOPENING, act.raw, "until", "请选择今天或以后的日期")
    Graduate.objects.filter(pk=act.graduate.pk).update(reopened_until=until)


def close(act: Act) -> None:
    Graduate.objects.filter(pk=act.graduate.pk).update(reopened_until=None)


class Reopening(Flow):
    title = "重新开放登记"
    slug = "reopening"
    source = "flows.md L5"

    granted = State("已重新开放", DONE)
    withdrawn = State("已收回", VOID)

    reopen = Step(
        START, granted, SCHOOL, "重新开放登记", needs=(REOPENING,), then=(open_until,), tell=(GRADUATE,),
        explain="本届截止后，仅对这一名毕业生重新开放签约和登记，到所选日期为止。",
    )
    close_again = Step(
        granted, withdrawn, SCHOOL, "收回开放", needs=(WITHDRAW_RELEASE,), then=(close,), tell=(GRADUATE,),
        tone="quiet",
    )
