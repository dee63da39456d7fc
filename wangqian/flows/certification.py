"""用人单位认证: the operator certifies an employer with a note of what was checked (M004 §3)."""

from __future__ import annotations

from wangqian.cases.act import Act
from wangqian.chart.words import DONE, START, Flow, State, Step, rule
from wangqian.flows.needs import CERTIFICATION
from wangqian.flows.parties import EMPLOYER, OPERATOR
from wangqian.people.models import Employer


@rule("该单位已经认证。")
def not_certified(act: Act) -> bool:
    return Employer.objects.select_for_update().get(pk=act.employer.pk).certified_at is None


def write_certified(act: Act) -> None:
    Employer.objects.filter(pk=act.employer.pk).update(certified_at=act.now, suspended_at=None)


class Certification(Flow):
    title = "用人单位认证"
    slug = "certification"
    source = "M004 §3"

    certified = State("已认证", DONE)

    certify = Step(
        START, certified, OPERATOR, "认证通过", only_if=(not_certified,), needs=(CERTIFICATION,),
        then=(write_certified,), tell=(EMPLOYER,),
        explain="认证后该单位可以向毕业生发起签约邀请。请写明核对了哪些材料。",
    )
