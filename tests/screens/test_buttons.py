"""Every flow × state × party: exactly the buttons of `tests/official/buttons.csv`, on the page and from `moves`."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cast import Cast
from tests.screens.pages import enter, read
from tests.screens.paper_states import PAPER_REACH
from wangqian.cases.models import Case
from wangqian.cases.queries import moves
from wangqian.cases.tick import tick
from wangqian.chart.words import FLOWS
from wangqian.flows import activating
from wangqian.flows.models import Slip
from wangqian.people.clock import now
from wangqian.people.models import Actor, Graduate

TABLE = Path(__file__).parents[1] / "official" / "buttons.csv"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))


def acted(cast: Cast, case: Case, step: str, by: Actor, given: dict[str, str] | None = None) -> Case:
    cast.act(case, step, by, given)
    return Case.objects.get(pk=case.pk)


def ended(cast: Cast) -> Case:
    cast.reviewers()
    case = cast.termination(cast.signed())
    case = acted(cast, case, "accept", cast.employer)
    return acted(cast, case, "approve", cast.school_reviewer)


def released(cast: Cast, case: Case) -> Case:
    given = {"reason": "court", "basis": "裁决书 1 号"}
    cast.ask_release(case, cast.school_reviewer, given)
    return acted(cast, case, "confirm_release", cast.second_school_user)


def late(cast: Cast, case: Case) -> Case:
    cast.overdue(case)
    tick()
    return Case.objects.get(pk=case.pk)


def voided(cast: Cast) -> Case:
    other = cast.invited()
    cast.signed(cast.other_employer)
    return Case.objects.get(pk=other.pk)


def terminating(cast: Cast) -> Case:
    return acted(cast, cast.termination(cast.signed()), "accept", cast.employer)


def agreement_of(ending: Case) -> Case:
    return Case.objects.get(pk=ending.parent_id)


def child_released(cast: Cast) -> Case:
    case = cast.termination(cast.signed())
    released(cast, agreement_of(case))
    return Case.objects.get(pk=case.pk)


def reopened(cast: Cast) -> Case:
    given = {"until": (now() + timedelta(days=3)).date().isoformat(), "reason": "补录"}
    return cast.start("reopening", "reopen", cast.school_reviewer, given, graduate=cast.graduate.membership.graduate)


def certified(cast: Cast) -> Case:
    fresh = cast.employer_named("新单位", certified=False).membership.employer
    return cast.start("certification", "certify", cast.operator, {"note": "营业执照已核"}, employer=fresh)


def asked_to_correct(cast: Cast, about: str, value: str) -> Case:
    """A correction request; fields of the college's class once the college has confirmed."""
    cast.reviewers()
    graduate = cast.graduate.membership.graduate
    assert graduate is not None
    Graduate.objects.filter(pk=graduate.pk).update(college_confirmed_at=now())
    return cast.ask_correction(about, value)


pytestmark = pytest.mark.once
SLIP = {"reason": "手机号已停用", "papers": "居民身份证"}


def slip_asked(cast: Cast) -> Case:
    graduate = cast.graduate.membership.graduate
    return cast.start("activation_slip", "request", cast.college_reviewer, SLIP, graduate=graduate)


def slip_used(cast: Cast) -> Case:
    case = acted(cast, slip_asked(cast), "confirm", cast.school_reviewer)
    graduate = case.graduate
    assert graduate
    activating.accept_slip(graduate, Slip.objects.get(case=case).code, "13700001111")
    return Case.objects.get(pk=case.pk)


WHY = {"about": "pay", "reason": "请改"}
REACH: dict[tuple[str, str], Callable[[Cast], Case]] = {
    ("online", "invited"): lambda c: c.invited(),
    ("online", "review"): lambda c: c.in_review(),
    ("online", "signed"): lambda c: c.signed(),
    ("online", "declined"): lambda c: acted(c, c.invited(), "decline", c.graduate),
    ("online", "lapsed"): lambda c: late(c, c.invited()),
    ("online", "retracted"): lambda c: acted(c, c.invited(), "retract", c.employer),
    ("online", "void"): voided,
    ("online", "refused"): lambda c: acted(c, c.in_review(), "refuse", c.college_reviewer, WHY),
    ("online", "terminated"): lambda c: agreement_of(ended(c)),
    ("online", "released"): lambda c: released(c, c.signed()),
    ("online_termination", "awaiting_employer"): lambda c: c.termination(c.signed()),
    ("online_termination", "awaiting_graduate"): lambda c: c.termination(c.signed(), c.employer),
    ("online_termination", "review"): terminating,
    ("online_termination", "terminated"): ended,
    ("online_termination", "declined"): lambda c: acted(c, c.termination(c.signed()), "decline", c.employer, WHY),
    ("online_termination", "lapsed"): lambda c: late(c, c.termination(c.signed())),
    ("online_termination", "refused"): lambda c: acted(c, terminating(c), "refuse", c.school_reviewer, WHY),
    ("online_termination", "withdrawn"): lambda c: acted(c, c.termination(c.signed()), "withdraw", c.graduate),
    ("online_termination", "released"): child_released,
    ("reopening", "granted"): reopened,
    ("reopening", "withdrawn"): lambda c: acted(c, reopened(c), "close_again", c.school_reviewer, WHY),
    ("certification", "certified"): certified,
    ("correction_request", "draft"): lambda c: c.begun("correction_request", topic="major"),
    ("correction_request", "cancelled"): lambda c: acted(c, c.begun("correction_request", topic="major"), "cancel", c.graduate),
    ("correction_request", "at_college"): lambda c: asked_to_correct(c, "political_status", "13"),
    ("correction_request", "at_school"): lambda c: asked_to_correct(c, "major", "软件工程"),
    ("correction_request", "corrected"): lambda c: acted(
        c, asked_to_correct(c, "major", "软件工程"), "grant", c.school_reviewer, {"basis": "学籍证明"}
    ),
    ("correction_request", "refused"): lambda c: acted(
        c, asked_to_correct(c, "major", "软件工程"), "refuse", c.school_reviewer, WHY
    ),
    ("correction_request", "withdrawn"): lambda c: acted(
        c, asked_to_correct(c, "major", "软件工程"), "withdraw", c.graduate
    ),
    ("activation_slip", "requested"): slip_asked,
    ("activation_slip", "issued"): lambda c: acted(c, slip_asked(c), "confirm", c.school_reviewer),
    ("activation_slip", "used"): slip_used,
    ("activation_slip", "lapsed"): lambda c: late(c, acted(c, slip_asked(c), "confirm", c.school_reviewer)),
    ("activation_slip", "withdrawn"): lambda c: acted(c, slip_asked(c), "withdraw", c.school_reviewer, WHY),
    ("certification", "suspended"): lambda c: c.suspended(),
    **PAPER_REACH,
}


HANDS_IN = ("提交", "提交审核", "提交申请")  # below the form; the page of the draft leads back to it


def test_every_state_has_a_row() -> None:
    states = {(slug, name) for slug, flow in FLOWS.items() for name in flow.states}
    assert {(row["flow"], row["state"]) for row in ROWS} == states == set(REACH)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['flow']}-{row['state']}")
def test_exactly_the_right_buttons(cast: Cast, row: dict[str, str]) -> None:
    case = REACH[row["flow"], row["state"]](cast)
    assert (case.flow, case.state) == (row["flow"], row["state"])
    parties = {"graduate": cast.graduate, "employer": cast.employer}
    parties |= {"college": cast.college_reviewer, "school": cast.school_reviewer}
    for party, actor in parties.items():
        expected = set(filter(None, row[party].split("；")))
        assert {move.label for move in moves(case, actor)} == expected, party
        if case.graduate_id or party == "employer":
            page = enter(actor).get(f"/cases/{case.pk}/")
            if page.status_code == 404:
                assert expected == set(), party
                continue
            sheet, here = read(page), f"/cases/{case.pk}/do/"
            if case.exclusive == "draft":
                expected = {"继续填写" if label in HANDS_IN else label for label in expected}
            links = {text for text, url in sheet.links if url.startswith((here, "/start/"))}
            posted = {form["action"] for form in sheet.forms if "/do/" in form.get("action", "")}
            assert (links | {*sheet.unfolding}, len(posted)) == (expected, len(sheet.unfolding)), party


def test_a_disabled_button_says_why(cast: Cast) -> None:
    first, second = cast.invited(), cast.invited(cast.other_employer)
    cast.reviewers()
    cast.act(first, "accept", cast.graduate)
    page = enter(cast.graduate).get(f"/cases/{second.pk}/")
    dead = {text for text, attrs in read(page).buttons if attrs.get("aria-disabled") == "true"}
    assert dead == {"接受", "拒绝"}
    assert "其他单位的邀请只能查看" in page.content.decode()
