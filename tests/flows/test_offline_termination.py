"""Flow 4 through the door: agreements of flows 3 and 5, and of flow 1 after a lapse."""

from __future__ import annotations

import pytest

from tests.answers import TERMINATION, VERIFIED
from tests.cast import Cast
from tests.flows.laws import RELEASE, current, folded
from tests.papers import FAULT, REFUSAL, acted, again
from wangqian.cases.forms import Invalid
from wangqian.cases.models import Case, broken_link
from wangqian.cases.queries import openings
from wangqian.cases.tick import tick
from wangqian.chart.words import Refused
from wangqian.flows import release
from wangqian.people.models import Employer, Membership, SchoolProfile

ONLINE_FIRST = "这份协议请用“线上解约”办理"


@pytest.mark.parametrize("made", ["signed_on_paper", "paper_registered"])
def test_ended_by_the_school(cast: Cast, made: str) -> None:
    agreement = getattr(cast, made)()
    ending = cast.ending(agreement)
    assert (ending.state, ending.turn, ending.exclusive) == ("review", "school", "termination")
    assert again(agreement).holds and current(agreement.graduate) is not None
    with pytest.raises(Invalid) as caught:
        cast.act(ending, "approve", cast.school_reviewer)
    assert {name for form in caught.value.forms for name in form.errors} == {"by", "whom", "on"}
    ending = acted(cast, ending, "approve", cast.school_reviewer, VERIFIED)
    agreement = again(agreement)
    assert (ending.state, agreement.state, agreement.holds, agreement.word.verify) == ("terminated", "terminated", False, "已解约")
    assert current(agreement.graduate) is folded(agreement.graduate) is None  # type: ignore[arg-type]
    last = agreement.events.order_by("number").last()
    assert last and last.cause and last.cause.case_id == ending.pk
    assert broken_link(ending) is None and cast.in_review().holds


def test_verified_at_the_last_level_alone(cast: Cast) -> None:
    _ = cast.school
    SchoolProfile.objects.update(termination_chain="college,school")
    agreement = cast.paper_registered()
    ending = acted(cast, cast.ending(agreement), "approve", cast.college_reviewer)
    assert (ending.state, ending.turn) == ("review", "school")
    with pytest.raises(Refused, match="学校已经开始审核"):
        cast.act(ending, "withdraw", cast.graduate)
    with pytest.raises(Invalid):
        cast.act(ending, "approve", cast.school_reviewer)
    assert acted(cast, ending, "approve", cast.school_reviewer, VERIFIED).state == "terminated"


def test_the_letter_and_the_reason_are_asked(cast: Cast) -> None:
    draft = cast.start("offline_termination", "apply", cast.graduate, {}, parent=cast.paper_registered())
    assert (draft.state, draft.exclusive) == ("draft", "draft")
    with pytest.raises(Invalid) as caught:
        cast.act(draft, "submit", cast.graduate, {})
    assert {name for form in caught.value.forms for name in form.errors} == {"reason", "explanation"}
    with pytest.raises(Invalid, match="请上传解约函"):
        cast.act(draft, "submit", cast.graduate, TERMINATION)
    assert acted(cast, draft, "cancel", cast.graduate).state == "cancelled"


def test_returned_taken_back_refused_and_asked_again(cast: Cast) -> None:
    agreement = cast.paper_registered()
    ending = acted(cast, cast.ending(agreement), "withdraw", cast.graduate)
    assert ending.state == "draft"
    ending = acted(cast, ending, "submit", cast.graduate, TERMINATION)
    ending = acted(cast, ending, "send_back", cast.school_reviewer, FAULT)
    assert (ending.state, ending.turn, ending.exclusive) == ("returned", "graduate", "termination")
    ending = acted(cast, ending, "resubmit", cast.graduate, TERMINATION)
    ending = acted(cast, ending, "refuse", cast.school_reviewer, REFUSAL)
    assert (ending.state, ending.word.label, again(agreement).state) == ("refused", "解约失败", "registered")
    ending = acted(cast, cast.ending(agreement), "send_back", cast.school_reviewer, FAULT)
    assert acted(cast, ending, "cancel", cast.graduate).state == "cancelled"
    assert cast.ending(agreement).state == "review"


def test_one_open_termination_per_agreement(cast: Cast) -> None:
    agreement = cast.paper_registered()
    draft = cast.start("offline_termination", "apply", cast.graduate, {}, parent=agreement)
    with pytest.raises(Refused, match="您已有一份没有提交的草稿"):
        cast.ending(agreement)
    cast.act(draft, "cancel", cast.graduate)
    cast.ending(agreement)
    with pytest.raises(Refused, match="您已申请解约"):
        cast.ending(agreement)


def lapsed(cast: Cast, agreement: Case) -> None:
    cast.overdue(cast.termination(agreement))
    tick()


def suspended(cast: Cast, agreement: Case) -> None:
    Employer.objects.filter(pk=agreement.employer_id).update(certified_at=None)


def gone(cast: Cast, agreement: Case) -> None:
    Membership.objects.filter(employer=agreement.employer_id).update(active=False)


@pytest.mark.parametrize("happened", [lapsed, suspended, gone], ids=lambda way: way.__name__)
def test_signed_online_it_ends_on_paper_only_where_nobody_answers(cast: Cast, happened: object) -> None:
    agreement = cast.signed()
    labels = [move.flow.slug for move in openings(agreement, cast.graduate)]
    assert "offline_termination" not in labels
    with pytest.raises(Refused, match=ONLINE_FIRST):
        cast.ending(agreement)
    happened(cast, agreement)  # type: ignore[operator]
    ending = acted(cast, cast.ending(agreement), "approve", cast.school_reviewer, VERIFIED)
    assert (ending.state, again(agreement).state, again(agreement).holds) == ("terminated", "terminated", False)


def test_while_one_is_asked_online_none_is_submitted_on_paper(cast: Cast) -> None:
    agreement = cast.signed()
    lapsed(cast, agreement)
    draft = cast.start("offline_termination", "apply", cast.graduate, {}, parent=agreement)
    cast.hand_in(draft, "letter")
    cast.termination(agreement, cast.employer)
    with pytest.raises(Refused, match="对方已申请解约，请先回应"):
        cast.act(draft, "submit", cast.graduate, TERMINATION)


def test_a_release_goes_before_and_takes_it_along(cast: Cast) -> None:
    agreement = cast.signed_on_paper()
    ending = cast.ending(agreement)
    cast.ask_release(agreement, cast.school_reviewer, RELEASE)
    with pytest.raises(Refused, match="学校已提请解除"):
        cast.act(ending, "approve", cast.school_reviewer, VERIFIED)
    cast.act(agreement, "confirm_release", cast.second_school_user)
    assert (again(agreement).state, again(ending).state) == ("released", "released")


@pytest.mark.parametrize("way", ["released", "terminated"])
def test_a_draft_ends_with_the_agreement_however_it_ends(cast: Cast, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    agreement = cast.signed()
    lapsed(cast, agreement)
    draft = cast.start("offline_termination", "apply", cast.graduate, {}, parent=agreement)
    if way == "released":
        cast.ask_release(agreement, cast.school_reviewer, RELEASE)
        cast.act(agreement, "confirm_release", cast.second_school_user)
    else:
        asked = cast.termination(agreement, cast.employer)
        cast.act(asked, "accept", cast.graduate)
        cast.act(asked, "approve", cast.school_reviewer)
    assert (again(agreement).state, again(draft).state, again(draft).exclusive) == (way, "released", "")
    with pytest.raises(Refused, match="不能再办理“提交”"):
        cast.act(draft, "submit", cast.graduate, TERMINATION)


def test_without_that_the_draft_is_refused_by_its_rule(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    agreement = cast.signed_on_paper()
    draft = cast.start("offline_termination", "apply", cast.graduate, {}, parent=agreement)
    cast.hand_in(draft, "letter")
    monkeypatch.setattr(release, "overtake", lambda *_: None)
    cast.ask_release(agreement, cast.school_reviewer, RELEASE)
    cast.act(agreement, "confirm_release", cast.second_school_user)
    with pytest.raises(Refused, match="已经不在生效中"):
        cast.act(draft, "submit", cast.graduate, TERMINATION)


def test_a_destination_ends_by_void_not_by_this(cast: Cast) -> None:
    with pytest.raises(Refused, match="不能办理“申请解约”"):
        cast.ending(cast.registered())
