"""What waits on a reviewer's desk, by kind: which flow in which state, what it is called, whether many may be approved at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from wangqian.chart.words import FLOWS, Flow
from wangqian.people.models import Capacity, Membership

SIGNED = gettext_lazy("最后一级，通过后签约完成")


@dataclass(frozen=True)
class Kind:
    """One tab. `batch` is the step that may be taken for many at once: not where files must be looked at one by one."""

    flow: str
    state: str
    label: Any
    sentence: Any
    batch: str = ""
    about: Any = ""
    last: Any = SIGNED  # what the last level's approval brings about


POST = gettext_lazy("岗位")
REVIEWED: dict[str, Kind] = {
    "online": Kind(
        "online", "review", gettext_lazy("签约审核"), gettext_lazy("毕业生已接受、等您这一级审核的签约，先提交的在前。"), "approve", POST
    ),
    "agreement": Kind(
        "offline",
        "review",
        gettext_lazy("线下协议审核"),
        gettext_lazy("毕业生填写、等您这一级审核的线下就业协议；通过后生成协议书请单位盖章。"),
        "approve",
        POST,
        gettext_lazy("最后一级，通过后生成协议书"),
    ),
    "stamped": Kind(
        "offline",
        "stamped_review",
        gettext_lazy("盖章协议书审核"),
        gettext_lazy("已回传盖章协议书、等您这一级审核的线下签约，请逐份查看图像。"),
        about=POST,
    ),
    "paper": Kind(
        "paper", "review", gettext_lazy("已签协议登记"), gettext_lazy("毕业生登记的纸质就业协议书，请对照图像逐份审核。"), about=POST
    ),
    "destination": Kind(
        "destination",
        "review",
        gettext_lazy("去向登记审核"),
        gettext_lazy("不需要就业协议的去向，请对照证明材料逐份审核。"),
        about=gettext_lazy("去向类型"),
    ),
    "void": Kind(
        "destination",
        "voiding",
        gettext_lazy("作废审核"),
        gettext_lazy("毕业生申请作废的去向登记；通过后退出就业方案库。"),
        "approve_void",
        gettext_lazy("去向类型"),
        gettext_lazy("最后一级，通过后去向作废"),
    ),
    "online_termination": Kind(
        "online_termination",
        "review",
        gettext_lazy("解约审核"),
        gettext_lazy("双方已同意、等您这一级审核的解约，先提交的在前。"),
        "approve",
        gettext_lazy("解约原因"),
        gettext_lazy("最后一级，通过后协议解除"),
    ),
    "offline_termination": Kind(
        "offline_termination",
        "review",
        gettext_lazy("线下解约审核"),
        gettext_lazy("毕业生上传解约函、等您这一级审核的解约，请先与单位核实。"),
        about=gettext_lazy("解约原因"),
    ),
}
# What is asked of an office rather than reviewed level by level; nothing of it is approved in a batch.
ASKED: dict[str, Any] = {"correction_request": gettext_lazy("更正申请"), "dispute": gettext_lazy("登记异议")}
BATCHED = {name: kind for name, kind in REVIEWED.items() if kind.batch}


def asked_of(membership: Membership) -> list[str]:
    """Counsellors are asked for no corrections; objections are the school's to answer."""
    kinds = {Capacity.COLLEGE: ["correction_request"], Capacity.SCHOOL: list(ASKED)}
    return kinds.get(Capacity(membership.kind), [])


def reviewed_flows() -> list[type[Flow]]:
    """The charts in which the school reviews."""
    return [flow for flow in FLOWS.values() if flow.chain or any(state.chain for state in flow.states.values())]
