"""The rows of the workbench: who, how far, whose turn, what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from wangqian.cases.models import Case
from wangqian.chart.words import FAILED, OPEN, Refused
from wangqian.flows import favourites as domain
from wangqian.flows.online import OnlineSigning
from wangqian.flows.online_termination import OnlineTermination
from wangqian.flows.parties import cases_for
from wangqian.people.clock import now
from wangqian.people.models import Actor, Favourite, Graduate
from wangqian.web import employer_tabs as tabs
from wangqian.web.lists import Cell, Column, Row
from wangqian.web.panels import Button, Tag
from wangqian.web.wording import clock, left
from wangqian.web.words import level_words, state_tag, turn_of


def columns() -> list[Column]:
    """M004's columns; the running number stands with the name, which heads the card on a phone."""
    return [
        Column(_("序号 学生姓名")),
        Column(_("证件号码")),
        Column(_("毕业院校")),
        Column(_("学历层次")),
        Column(_("专业")),
        Column(_("最新状态")),
        Column(_("轮到谁")),
        Column(_("最新操作时间")),
    ]


def case_rows(actor: Actor, group: tabs.Group, found: Sequence[Case], first: int) -> list[Row]:
    """Agreements; in the tabs about terminations with the termination's state. Three queries at most."""
    endings = terminations(actor, found) if group.states == (OnlineSigning.signed,) else {}
    offered = [case for case in found if case.word in OnlineSigning.opens_on]
    graduates = [case.graduate for case in offered if case.graduate]
    refused = refusals(actor, graduates)
    rows = []
    for number, case in enumerate(found, first):
        assert case.graduate is not None
        ending = endings.get(case.pk)
        shown = ending if ending and group.ending else case
        buttons = [look(shown)]
        if shown is not case:
            buttons.append(Button(_("查看协议"), reverse("case", args=[case.pk]), quiet=True))
        if case in offered:
            buttons.append(again(case, refused.get(case.graduate.pk)))
        state = Cell(tag=state_tag(shown, actor.membership), note=note(shown, ending))
        who = facts(number, case.graduate, case.by_number)  # type: ignore[attr-defined]
        cells = [*who, state, turn(shown, actor), Cell(clock(shown.moved_at))]
        rows.append(Row(cells, reverse("case", args=[shown.pk]), buttons=buttons))
    return rows


def favourite_rows(actor: Actor, found: Sequence[Favourite], first: int) -> list[Row]:
    """The list of kept graduates, each with the last case of the pair."""
    last = cases_for(actor.membership).filter(pk__in=[one.last for one in found if one.last])  # type: ignore[attr-defined]
    cases = {case.graduate_id: case for case in last.select_related("employer", "college", "school")}
    refused = refusals(actor, [one.graduate for one in found])
    rows = []
    for number, one in enumerate(found, first):
        case = cases.get(one.graduate_id)
        state = (
            Cell(tag=state_tag(case, actor.membership), note=note(case))
            if case
            else Cell(tag=Tag(_("尚未邀请"), "off"))
        )
        at = Cell(clock(case.moved_at if case else one.added_at))
        who = facts(number, one.graduate, one.by_number)  # type: ignore[attr-defined]
        cells = [*who, state, turn(case, actor) if case else Cell(), at]
        buttons = favourite_buttons(one, case, refused.get(one.graduate_id))
        rows.append(Row(cells, reverse("case", args=[case.pk]) if case else "", buttons=buttons))
    return rows


def favourite_buttons(one: Favourite, case: Case | None, refusal: Refused | None) -> list[Button]:
    """What is under way goes on at its own page; else an invitation, or off the list. The name leads to the last case."""
    overdue = case is not None and case.word is OnlineSigning.invited and refusal is None
    found = [look(case)] if case and (case.holds or case.exclusive) else []
    if not found or overdue:
        url = reverse("start-step", args=["online", "invite", "graduate", one.graduate_id])
        reason = str(refusal) if refusal else ""
        found.append(Button(_(OnlineSigning.invite.label), url, disabled_reason=reason))
    if case is None or not (case.holds or case.exclusive):
        found.append(Button(_("移出"), reverse("remove-favourite", args=[one.pk]), "post", quiet=True))
    return found


def refusals(actor: Actor, graduates: Sequence[Graduate]) -> dict[UUID, Refused]:
    employer = actor.membership.employer
    assert employer is not None
    return domain.refusals(employer, graduates, now()) if graduates else {}


def terminations(actor: Actor, found: Sequence[Case]) -> dict[object, Case]:
    """The last termination of each agreement."""
    ends = cases_for(actor.membership).filter(flow=OnlineTermination.slug, parent__in=[case.pk for case in found])
    return {
        end.parent_id: end for end in ends.select_related("employer", "college", "school").order_by("opened_at", "pk")
    }


def facts(number: int, graduate: Graduate, by_number: bool) -> list[Cell]:
    return [
        Cell(f"{number}. {graduate.name}"),
        Cell(graduate.masked_identity()) if by_number else Cell(_("由应约码添加")),
        Cell(graduate.school.name),
        Cell(graduate.education_name),
        Cell(graduate.major),
    ]


def note(case: Case, ending: Case | None = None) -> str:
    """Under the state: the time left, the level of review, or what became of the last termination."""
    if case.word.due and case.respond_by:
        return left(case.respond_by)
    if ending and ending is not case and ending.word.kind in (OPEN, FAILED):
        label = _(ending.word.label)
        return _("解约中：%(state)s") % {"state": label} if ending.word.kind == OPEN else label
    return level_words(case)


def turn(case: Case, actor: Actor) -> Cell:
    return Cell(_("您") if case.turn == actor.membership.kind else turn_of(case))


def look(case: Case) -> Button:
    return Button(_("查看详情"), reverse("case", args=[case.pk]))


def again(case: Case, refusal: Refused | None) -> Button:
    """再次发起签约: a new case linked to the old, prefilled."""
    url = reverse("start-step", args=["online", "invite", "case", case.pk])
    return Button(_(OnlineSigning.invite.again), url, disabled_reason=str(refusal) if refusal else "")
