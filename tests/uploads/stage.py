"""A small flow whose step asks for files, and a case of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.cast import Cast
from wangqian.cases.models import Case
from wangqian.chart.fields import Field, Input, Need
from wangqian.chart.words import DONE, FLOWS, START, Flow, State, Step
from wangqian.flows.parties import GRADUATE, SCHOOL

PAPERS = Need(
    "papers",
    "材料",
    (
        Field("scan", "盖章后的协议书", Input.FILES, required=True, least=1, most=3, help="请拍全四角，字迹和印章清楚。"),
        Field("letter", "其他材料", Input.FILES, most=2),
    ),
)


@contextmanager
def handing_in() -> Iterator[type[Flow]]:
    """The flow, for as long as the test runs."""
    sent = State("待上传", turn=GRADUATE)
    review = State("审核中", turn=SCHOOL)
    done = State("已办结", DONE)
    chart = {
        "title": "上传材料",
        "slug": "handing_in",
        "source": "nowhere",
        "sent": sent,
        "review": review,
        "done": done,
        "begin": Step(START, sent, SCHOOL, "发起", tell=(GRADUATE,)),
        "send": Step(sent, review, GRADUATE, "提交材料", needs=(PAPERS,), tell=(SCHOOL,)),
        "take": Step(sent, review, SCHOOL, "直接审核", tell=(GRADUATE,)),
        "finish": Step(review, done, SCHOOL, "办结", tell=(GRADUATE,)),
        "path": (sent, review, done),
        "path_labels": ("发起", "上传", "审核", "办结"),
    }
    try:
        yield type("HandingIn", (Flow,), chart)
    finally:
        FLOWS.pop("handing_in", None)


def a_case(cast: Cast, state: str = "sent") -> Case:
    """Begun by the school, through the door; in review when the school did not wait."""
    case = cast.start("handing_in", "begin", cast.school_reviewer, graduate=cast.graduate.membership.graduate)
    return case if state == "sent" else taken(cast, case)


def taken(cast: Cast, case: Case) -> Case:
    cast.act(case, "take", cast.school_reviewer)
    return Case.objects.get(pk=case.pk)
