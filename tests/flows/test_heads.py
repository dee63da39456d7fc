"""自由职业 (76) is approved by the heads of college and school (codes.md §1): however it came to be stated, whoever is missing."""

from __future__ import annotations

import pytest

from tests.answers import DESTINATIONS
from tests.cast import Cast
from tests.papers import BECAUSE, FAULT, acted, again
from tests.screens.pages import enter
from wangqian.cases.forms import Invalid
from wangqian.cases.models import Case, LedgerEntry
from wangqian.cases.tick import sweep_all
from wangqian.chart.draw import page
from wangqian.chart.words import FLOWS, Refused
from wangqian.flows.destinations import destinations, of_both_heads
from wangqian.people.models import Actor, Membership, SchoolProfile

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("chain", ["school", "college", "counsellor,school", "counsellor,college,school"])
def test_both_heads_approve_freelancers_whatever_the_chain(cast: Cast, chain: str) -> None:
    _ = cast.school
    cast.counsellor("辅导员", "")
    SchoolProfile.objects.update(registration_chain=chain)
    case = cast.destination_review("freelance")
    assert {"college", "school"} <= set(case.levels)
    other = cast.destination_review("looking", cast.graduate_named("吴用"))
    assert case.levels == (tuple(chain.split(",")) if chain.count(",") == 2 else ("college", "school"))
    assert other.levels == tuple(chain.split(","))


def alone(cast: Cast, actor: Actor, active: bool = False) -> None:
    Membership.objects.filter(pk=actor.membership.pk).update(active=active)


def steps(case: Case) -> list[str]:
    return list(case.events.order_by("number").values_list("step", flat=True))


def test_no_head_is_passed_over(cast: Cast) -> None:
    cast.reviewers()
    alone(cast, cast.college_reviewer)
    case, other = cast.destination_review("freelance"), cast.destination_review(by=cast.graduate_named("吴用"))
    assert (case.turn, steps(case)) == ("college", ["fill", "submit", "await_head"])
    assert (other.turn, steps(other)[-1]) == ("school", "skip")
    with pytest.raises(Refused, match="现在不由您办理"):
        cast.act(case, "approve", cast.school_reviewer)
    sweep_all()
    assert (again(case).turn, steps(case)[-1]) == ("college", "await_head"), "told once"
    alone(cast, cast.college_reviewer, active=True)
    assert cast.approved(case).state == "registered"


def test_a_head_who_left_is_missed(cast: Cast) -> None:
    case, void = cast.destination_review("freelance"), cast.registered("freelance", cast.graduate_named("吴用"))
    SchoolProfile.objects.update(void_needs_review=True)
    void = acted(cast, void, "void", Actor(Membership.objects.get(graduate=void.graduate_id)))
    sweep_all()
    assert steps(case)[-1] == "submit"
    alone(cast, cast.college_reviewer)
    for _round in range(2):
        sweep_all()
    assert (again(case).turn, steps(case)) == ("college", ["fill", "submit", "await_head"])
    assert (again(void).turn, steps(void)[-1]) == ("school", "skip_void"), "to void it takes no heads"
    assert acted(cast, case, "withdraw", cast.graduate).state == "draft", "nobody is bound for ever"


def test_a_counsellor_s_level_of_it_is_passed_over_still(cast: Cast) -> None:
    _ = cast.school
    SchoolProfile.objects.update(registration_chain="counsellor,college,school")
    case = cast.destination_review("freelance")
    assert (case.turn, steps(case)[-1]) == ("college", "skip")
    alone(cast, cast.college_reviewer)
    assert steps(cast.destination_review("freelance", cast.graduate_named("吴用")))[-2:] == ["skip", "await_head"]


FREELANCE = {"topic": "freelance", **DESTINATIONS["freelance"], **BECAUSE}


def test_made_freelance_by_the_school_both_heads_approve_it(cast: Cast) -> None:
    case = acted(cast, cast.destination_review(), "revise", cast.college_reviewer, FREELANCE)
    assert (case.topic, case.levels, case.level) == ("freelance", ("college", "school"), 0)
    case = cast.approved(case)
    assert list(case.events.filter(step="approve").values_list("capacity", flat=True).order_by("number")) == ["college", "school"]


@pytest.mark.parametrize("chain", ["school", "college", "counsellor,school", "college,school"])
def test_nothing_becomes_freelance_past_a_head(cast: Cast, chain: str) -> None:
    """Where one of them has had his turn on another type, or never gets one, the type is not to be had; the page says how it is."""
    _ = cast.school
    SchoolProfile.objects.update(registration_chain=chain)
    levels = {"school": cast.school_reviewer, "college": cast.college_reviewer, "counsellor": cast.counsellor("辅导员", "")}
    case = cast.destination_review()
    if chain == "college,school":
        case = acted(cast, case, "approve", cast.college_reviewer)
    with pytest.raises(Invalid, match="请从列表中选择"):
        cast.act(case, "revise", levels[case.turn], FREELANCE)
    page = enter(levels[case.turn]).get(f"/cases/{case.pk}/do/revise/").content.decode()
    assert "须由院系和学校负责人分别审批的类型不能在这里改选" in page and "自由职业</option>" not in page
    case = acted(cast, case, "send_back", levels[case.turn], FAULT)
    case = acted(cast, case, "choose", cast.graduate, {"topic": "freelance"})
    cast.hand_in(case, "evidence")
    assert acted(cast, case, "resubmit", cast.graduate, DESTINATIONS["freelance"]).levels == ("college", "school")


def test_what_is_freelance_is_revised_and_corrected_as_such(cast: Cast) -> None:
    case = acted(cast, cast.destination_review("freelance"), "approve", cast.college_reviewer)
    _ = cast.second_school_user
    case = acted(cast, case, "revise", cast.school_reviewer, {**FREELANCE, "work": "编剧"})
    case = acted(cast, case, "approve", cast.second_school_user)
    cast.hand_in(case, "basis", cast.school_reviewer)
    assert acted(cast, case, "correct", cast.school_reviewer, {**FREELANCE, "work": "导演"}).topic == "freelance"


def test_no_correction_makes_a_freelancer(cast: Cast) -> None:
    case = cast.registered()
    cast.hand_in(case, "basis", cast.school_reviewer)
    with pytest.raises(Invalid, match="请从列表中选择"):
        cast.act(case, "correct", cast.school_reviewer, FREELANCE)
    assert LedgerEntry.objects.get().destination == "80"


def test_the_chart_names_the_types_of_both_heads() -> None:
    assert of_both_heads() == [destinations()["freelance"]]
    said = next(line for line in page(FLOWS["destination"]).splitlines() if line.startswith("Reviewed (`reviewed_by`)"))
    assert all(one.label in said for one in of_both_heads()) and "college and school" in said
