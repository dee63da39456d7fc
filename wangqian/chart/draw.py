"""A chart as other people read it: a page of Markdown with a Mermaid diagram, and plain data for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from wangqian.chart.words import STAY, Flow, Fork, State, Step, Way

KINDS = {"open": "open", "done": "achieved", "failed": "failed", "void": "out of force"}
PROOF = "†"
T = TypeVar("T")


def data(flow: type[Flow]) -> dict[str, Any]:
    """One flow as JSON-ready data.

    Of a step: `from` and `to` are lists of state names (an empty `from` starts a case; a step that stays
    leads to where it came from; a fork has two), `rules` and `needs` are lists of names, `told` is every role
    told on any way, `proof` is true, false, or the name of the condition that asks for it ("last_level").
    """
    return {
        "title": flow.title,
        "slug": flow.slug,
        "source": flow.source,
        "states": [state_data(state) for state in flow.states.values()],
        "steps": [step_data(step) for step in flow.steps.values()],
    }


def state_data(state: State) -> dict[str, Any]:
    return {
        "name": state.name,
        "label": state.label,
        "kind": state.kind.value,
        "holds": state.holds,
        "due": state.due or None,
    }


def step_data(step: Step) -> dict[str, Any]:
    return {
        "name": step.name,
        "label": step.label,
        "from": [state.name for state in step.sources],
        "to": [state.name for state in ends(step)],
        "role": step.who.name,
        "rules": [rule.name for rule in step.only_if],
        "needs": [need.name for need in step.needs],
        "proof": proof(step),
        "told": [role.name for role in once(role for _, way in arrows(step) for role in way.tell)],
    }


def proof(step: Step) -> bool | str:
    """True, False, or the name of the condition."""
    return step.proof if isinstance(step.proof, bool) else step.proof.__name__


def arrows(step: Step) -> Iterator[tuple[State | None, Way]]:
    """Every arrow of a step: from where (None starts a case), and the way it goes."""
    for source in step.sources or (None,):
        for way in step.ways(source):
            yield source, way


def ends(step: Step) -> list[State]:
    return once(way.state for _, way in arrows(step))


def once(things: Iterable[T]) -> list[T]:
    """Without repetitions, in the order of first mention."""
    return list(dict.fromkeys(things))


def page(flow: type[Flow]) -> str:
    """`docs/flows/<slug>.md`."""
    parts = head(flow), mermaid(flow), states_table(flow), steps_table(flow), rules_table(flow)
    return "\n".join(line for part in parts for line in part)


def head(flow: type[Flow]) -> list[str]:
    lines = [f"# {flow.title}", "", "Generated from the chart by `manage charts`; do not edit.", ""]
    lines += [f"Source: {flow.source}. Name in code: `{flow.slug}`."]
    kinds = once(kind for kind in (flow.chain, *(s.chain for s in flow.states.values())) if kind and isinstance(kind, str))
    if kinds:
        lines.append(f"Reviewed by the school's chain {', '.join(f'`{kind}_chain`' for kind in kinds)}.")
    for rule in once(state.chain for state in flow.states.values() if callable(state.chain)):
        lines.append(f"Reviewed (`{rule.__name__}`): {(rule.__doc__ or '').strip()}")
    if flow.opens_on:
        may = "only" if flow.needs_parent else "also"
        lines.append(f"Starts {may} on: {'、'.join(state.label for state in flow.opens_on)}.")
    if flow.path_labels:
        lines.append(f"Progress bar: {' → '.join(flow.path_labels)}.")
    return [*lines, ""]


def mermaid(flow: type[Flow]) -> list[str]:
    """The diagram: bold borders hold the graduate; † asks for the second proof."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{state.label}" as {state.name}' for state in flow.states.values()]
    for step in flow.steps.values():
        for source, way in arrows(step):
            lines.append(f"    {origin(source)} --> {way.state.name} : {arrow(step, way)}")
    lines += [f"    {name} --> [*]" for name, s in flow.states.items() if not any(flow.steps_from(s))]
    holding = [name for name, state in flow.states.items() if state.holds]
    if holding:
        lines.append("    classDef holds stroke-width:4px,font-weight:bold")
        lines.append(f"    class {','.join(holding)} holds")
    return [*lines, "```", ""]


def origin(source: State | None) -> str:
    return source.name if source else "[*]"


def arrow(step: Step, way: Way) -> str:
    said = f"{step.who.label}：{step.label or step.name}"
    said += f"（{way.label}）" if way.label else ""
    return f"{said} {PROOF}" if proven(step, way) else said


def proven(step: Step, way: Way) -> bool:
    """Whether this way asks for the second proof; the fork's own condition asks on one way only."""
    if isinstance(step.target, Fork) and step.proof is step.target.when:
        return way is step.target.yes
    return bool(step.proof)


def states_table(flow: type[Flow]) -> list[str]:
    heads = ("name", "label", "kind", "holds", "due", "read by the parties")
    return table("States", heads, [state_row(state) for state in flow.states.values()])


def state_row(state: State) -> tuple[str, ...]:
    hours = ", ".join(f"{hours} h" for hours in state.remind)
    reminders = f" (reminders {hours} before)" if hours else ""
    words = [f"{role}：{said}" for role, said in state.words.items()]
    words += [f"whose turn it is：{state.mine}"] if state.mine else []
    words += [f"verification：{state.verify}"] if state.verify else []
    due = f"`{state.due}`{reminders}" if state.due else ""
    holds = "yes" if state.holds else ""
    return f"`{state.name}`", state.label, KINDS[state.kind], holds, due, "<br>".join(words)


def steps_table(flow: type[Flow]) -> list[str]:
    heads = ("step", "button", "from", "to", "who", "rules", "needs (* required)", PROOF, "told")
    return table("Who may do what", heads, [step_row(step) for step in flow.steps.values()])


def step_row(step: Step) -> tuple[str, ...]:
    return (
        f"`{step.name}`",
        step.label,
        "<br>".join(state.label for state in step.sources) or "–",
        "<br>".join(targets(step)),
        step.who.label,
        "<br>".join(f"`{rule.name}`" for rule in step.only_if),
        "<br>".join(f"{need.title}：{fields(need.fields)}" for need in step.needs),
        marks(proof(step)),
        "<br>".join(once(hears(way) for _, way in arrows(step))),
    )


def marks(proof: bool | str) -> str:
    """† with its condition."""
    return f"{PROOF} when `{proof}`" if isinstance(proof, str) else PROOF if proof else ""


def targets(step: Step) -> list[str]:
    if step.target is STAY:
        return ["(stays)"]
    ways = [way for _, way in arrows(step)]
    return once(f"{way.label}：{way.state.label}" if way.label else way.state.label for way in ways)


def hears(way: Way) -> str:
    names = "、".join(role.label for role in way.tell) or "nobody"
    return f"{way.label}：{names}" if way.label else names


def fields(asked: Iterable[Any]) -> str:
    return "、".join(f"{field.label}*" if field.required else field.label for field in asked)


def rules_table(flow: type[Flow]) -> list[str]:
    rules = once(rule for step in flow.steps.values() for rule in step.only_if)
    if not rules:
        return []
    rows = [(f"`{rule.name}`", rule.sentence, "no button" if rule.hides else "") for rule in rules]
    return table("Rules, with the sentence that refuses", ("rule", "sentence", "otherwise"), rows)


def table(title: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [f"## {title}", "", row(heads), row(tuple("---" for _ in heads))]
    return [*lines, *(row(cells) for cells in rows), ""]


def row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def index(flows: Iterable[type[Flow]]) -> str:
    """`docs/flows/README.md`."""
    lines = ["# Flow charts", "", "Generated by `manage charts`; do not edit.", ""]
    heads = ("flow", "in code", "source", "states", "steps")
    lines += [row(heads), row(tuple("---" for _ in heads))]
    for flow in flows:
        linked = f"[{flow.title}]({flow.slug}.md)"
        counts = str(len(flow.states)), str(len(flow.steps))
        lines.append(row((linked, f"`{flow.slug}`", flow.source, *counts)))
    return "\n".join([*lines, ""])


def pages(flows: Iterable[type[Flow]]) -> dict[str, str]:
    """File name → text of everything generated."""
    drawn = sorted(flows, key=lambda flow: flow.slug)
    return {"README.md": index(drawn), **{f"{flow.slug}.md": page(flow) for flow in drawn}}
