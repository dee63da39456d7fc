"""Facts that stand in what a case states: with whom, which destination, what was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from wangqian.cases.queries import content_of
from wangqian.flows.changes import changes_of

if TYPE_CHECKING:
    from wangqian.notices.facts import Facts

MOST = 12  # changes named in a message


def employer(facts: Facts) -> str:
    """The employer with an account, or whom the graduate named: employer, school, project; of a wait its type."""
    if facts.case.employer:
        return str(facts.case.employer)
    named = content(facts).get("employer", "")
    return str(named["name"] if isinstance(named, dict) else named) or kind(facts)


def content(facts: Facts) -> dict[str, Any]:
    """What the event is about: its own version, or that of the registration it was started on."""
    if facts.event.text:
        return facts.event.text.content
    return content_of(facts.case.parent) if facts.case.parent else {}


def kind(facts: Facts) -> str:
    """The type of destination; of an agreement that it is one."""
    chosen = content(facts).get("type")
    return _(chosen["label"]) if chosen else _("就业协议")


def changed(facts: Facts) -> str:
    """What this version says differently from the one before, a line each; the page shows all of it."""
    found = changes_of(facts.case, facts.event.text)
    empty = _("（空）")
    lines = [f"{label}：{before or empty} → {after or empty}" for label, before, after in found[:MOST]]
    if len(found) > MOST:
        lines.append(_("另有 %(many)d 项，请在事项页面查看。") % {"many": len(found) - MOST})
    return "\n".join(lines) or _("（没有改动）")


def unconfirmed(facts: Facts) -> str:
    """That the school had a hand in it, and what to do about that; empty otherwise."""
    return _("学校审核时修改过您填写的内容，请在事项页面确认，或提出异议。") if facts.case.unconfirmed_at else ""
