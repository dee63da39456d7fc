"""After an act: what happened, and whose turn it is (ux.md 4, 5)."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.papers import RELEASE, linked
from wangqian.people.models import Actor
from wangqian.web.words import done_sentence

DRAFT = "已建立草稿，还未提交。填写的内容会自动保存，换一台设备也可以继续。"


@pytest.mark.parametrize("flow", ["offline", "paper", "destination"])
def test_a_draft_is_no_submission(cast: Cast, flow: str) -> None:
    case = cast.begun(flow, **({"topic": "postgraduate"} if flow == "destination" else {}))
    assert done_sentence(cast.graduate, case.events.get()) == DRAFT


def said(actor: Actor, case: object) -> str:
    return done_sentence(actor, case.events.order_by("number").last())  # type: ignore[attr-defined]


def test_his_own_turn_is_called_his(cast: Cast) -> None:
    review = cast.offline_review()
    assert said(cast.graduate, review) == "“提交”已完成。现在的状态：协议审核中。下一步由信息学院办理，办好后会通知您。"
    cast.act(review, "withdraw", cast.graduate)
    review.refresh_from_db()
    assert said(cast.graduate, review) == "“撤回修改”已完成。现在的状态：还未提交。下一步由您办理。"


def test_of_several_reviewers_it_may_be_another_one(cast: Cast) -> None:
    case = cast.destination_review()
    assert "下一步由您办理" not in said(cast.college_reviewer, case)


def test_what_waits_for_somebody_else_does_not_sound_done(cast: Cast) -> None:
    signed = cast.signed()
    cast.ask_release(signed, cast.school_reviewer, RELEASE)
    assert said(cast.school_reviewer, signed) == "已提请，等待另一位学校老师确认；确认之前签约照常有效。"
    by = cast.graduate_named("别人")
    stamping = cast.stamping(by)
    linked(cast, stamping, by=by)
    assert said(by, stamping).startswith("短信正在发给单位联系人。")
