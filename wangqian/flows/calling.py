"""电话核实: who approves an employer that the platform sees for the first time may say that he called it. Advisory; never required."""

from __future__ import annotations

from wangqian.cases.act import Act
from wangqian.chart.fields import Field, Input, Need, Varying
from wangqian.flows.warnings import first_seen

CALLED = Need(
    "called",
    "电话核实",
    (
        Field("called", "已电话核实", Input.YESNO, help="平台第一次见到这家单位。建议打单位公开的电话核实；没有打的可不填"),
        Field("call_note", "核实情况", Input.LINES, most=300, help="例如：打了哪个电话、谁接的；毕业生可以看到", personal=True),
    ),
)


def of_a_stranger(act: Act) -> Need | None:
    """Looked up once for a page, which asks several times; the door reads the case anew."""
    known = act.case.__dict__
    if "of_a_stranger" not in known:
        known["of_a_stranger"] = first_seen(act.case, act.content())
    return CALLED if known["of_a_stranger"] else None


CALLING = Varying(CALLED, of_a_stranger)
