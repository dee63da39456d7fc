"""Every message of every flow, by its key: flow, step, where a fork led, and who reads it."""

from __future__ import annotations

from collections.abc import Iterator

from wangqian.chart.words import FLOWS, Flow, Fork, Role, Step
from wangqian.notices.words import (
    activation_slip,
    certification,
    correction_request,
    destination,
    direct,
    dispute,
    offline,
    offline_termination,
    online,
    online_termination,
    paper,
    reopening,
)
from wangqian.notices.words.text import Text

FILES = {
    "activation_slip": activation_slip,
    "online": online,
    "online_termination": online_termination,
    "offline": offline,
    "offline_termination": offline_termination,
    "paper": paper,
    "destination": destination,
    "dispute": dispute,
    "reopening": reopening,
    "certification": certification,
    "correction_request": correction_request,
}
TEXTS: dict[str, Text] = {
    f"{slug}.{name}": text for slug, file in FILES.items() for name, text in file.TEXTS.items()
}
DIRECT: dict[str, Text] = {f"direct.{name}": text for name, text in direct.TEXTS.items()}


def key(flow: type[Flow], step: Step, target: str, role: Role) -> str:
    """`online.invite.graduate`; with the state a fork led to: `online.approve.signed.employer`."""
    fork = f".{target}" if isinstance(step.target, Fork) else ""
    return f"{flow.slug}.{step.name}{fork}.{role.name}"


def demanded() -> Iterator[str]:
    """The keys the charts ask for: one per flow, step, way and told party."""
    for flow in FLOWS.values():
        for step in flow.steps.values():
            for way in step.ways(step.sources[0] if step.sources else None):
                yield from (key(flow, step, way.state.name, role) for role in way.tell)


__all__ = ["DIRECT", "FILES", "TEXTS", "Text", "demanded", "key"]
