"""Flow 1 through the door."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.answers import TERMS
from tests.cast import Cast
from wangqian.cases.act import NeedsProof, NotYours, Stale
from wangqian.cases.engine import open_case, perform
from wangqian.cases.forms import Invalid
from wangqian.cases.models import Case, CurrentDestination, broken_link, digest
from wangqian.chart.words import CLOCK, Refused
from wangqian.people.clock import now


def state(case: Case) -> str:
    return Case.objects.get(pk=case.pk).state


def test_the_main_job(cast: Cast) -> None:
    case = cast.signed()
    assert case.state == "signed" and case.holds
    assert case.number and case.number.startswith("20271000131000001")
    assert [e.step for e in case.events.order_by("number")] == ["invite", "accept", "approve", "approve"]
    assert broken_link(case) is None
    entry = CurrentDestination.objects.get(graduate=case.graduate).entry
    assert (entry.destination, entry.destination_name, entry.in_force) == ("10", "签就业协议形式就业", True)


def test_terms_must_be_complete(cast: Cast) -> None:
    with pytest.raises(Invalid) as caught:
        cast.invited(job_title="", contact_mobile="12", valid_days="31", hukou="yes")
    fields = {name for form in caught.value.forms for name in form.errors}
    assert fields == {"job_title", "contact_mobile", "valid_days", "hukou_address"}
    assert Case.objects.count() == 0


def test_uncertified_employer_may_not_invite(cast: Cast) -> None:
    with pytest.raises(Refused, match="尚未通过认证"):
        cast.invited(cast.employer_named("无证单位", certified=False))


def test_late_acceptance_is_refused_though_the_clock_has_not_run(cast: Cast) -> None:
    case = cast.overdue(cast.invited())
    with pytest.raises(Refused, match="应约有效期已过"):
        cast.act(case, "accept", cast.graduate)
    assert state(case) == "invited"


def test_second_acceptance_is_refused_and_the_invitation_stays(cast: Cast) -> None:
    first, second = cast.invited(), cast.invited(cast.other_employer)
    cast.reviewers()
    cast.act(first, "accept", cast.graduate)
    for step in ("accept", "decline"):
        with pytest.raises(Refused, match="只能查看"):
            cast.act(second, step, cast.graduate)
    assert (state(first), state(second)) == ("review", "invited")


def test_other_invitations_are_void_once_signed(cast: Cast) -> None:
    other = cast.invited(cast.other_employer)
    cast.signed()
    assert state(other) == "void"


def test_what_you_see_is_what_you_sign(cast: Cast) -> None:
    case = cast.invited()
    cast.reviewers()
    with pytest.raises(Stale):
        perform(case, "accept", by=cast.graduate, seen=digest({"other": "text"}))
    with pytest.raises(NeedsProof):
        text, _ = cast.prepare(case, "accept", cast.graduate, {})
        perform(case, "accept", by=cast.graduate, seen=text)


def test_a_proof_serves_one_text_one_step_one_person_two_minutes(cast: Cast) -> None:
    case = cast.invited()
    text, proof = cast.prepare(case, "accept", cast.graduate, {})
    assert proof
    stranger = cast.graduate_named("别人")
    for spoil in (
        {"verified_at": now() - timedelta(seconds=121)},
        {"verified_at": None},
        {"user": stranger.user},
        {"step": "online.decline"},
        {"items": [f"{case.pk}:{digest({})}"]},
        {"used_at": now()},
    ):
        fresh = cast.prepare(case, "accept", cast.graduate, {})[1]
        assert fresh
        type(fresh).objects.filter(pk=fresh.pk).update(**spoil)
        with pytest.raises(NeedsProof):
            perform(case, "accept", by=cast.graduate, seen=text, proof=fresh)
    perform(case, "accept", by=cast.graduate, seen=text, proof=proof)


def test_outsiders_find_nothing(cast: Cast) -> None:
    case = cast.in_review()
    for who in (cast.outsider, cast.outsider_reviewer, cast.other_employer, cast.graduate_named("同学")):
        for step in ("accept", "approve", "retract"):
            with pytest.raises(NotYours):
                perform(case, step, by=who)


def test_an_overdue_invitation_of_the_pair_lapses_first(cast: Cast) -> None:
    old = cast.overdue(cast.invited())
    new = cast.invited()
    assert (state(old), state(new)) == ("lapsed", "invited")


def test_one_open_invitation_per_pair_and_three_a_week(cast: Cast) -> None:
    for _ in range(3):
        case = cast.invited()
        with pytest.raises(Refused, match="应约有效期内不能再次邀请"):
            cast.invited()
        cast.act(case, "retract", cast.employer)
    with pytest.raises(Refused, match="7 天内"):
        cast.invited()


def test_extension_is_later_and_at_most_thirty_days(cast: Cast) -> None:
    case = cast.invited()
    for until in ((now() + timedelta(days=2)).date(), (now() + timedelta(days=40)).date()):
        with pytest.raises(Invalid):
            cast.act(case, "extend", cast.employer, {"until": until.isoformat()})
    cast.act(case, "extend", cast.employer, {"until": (now() + timedelta(days=20)).date().isoformat()})
    later = Case.objects.get(pk=case.pk).respond_by
    assert later and case.respond_by and later > case.respond_by


def test_one_reviewer_one_level(cast: Cast) -> None:
    case = cast.in_review()
    cast.act(case, "approve", cast.college_reviewer)
    both = cast.actor("", "school", school=cast.school, user=cast.college_reviewer.user)
    with pytest.raises(Refused, match="另一位老师"):
        cast.act(case, "approve", both)


def test_an_empty_level_is_skipped_with_an_event(cast: Cast) -> None:
    case = cast.invited()
    _ = cast.school_reviewer
    cast.act(case, "accept", cast.graduate)
    case = Case.objects.get(pk=case.pk)
    assert (case.turn, case.level) == ("school", 1)
    assert [e.step for e in case.events.order_by("number")] == ["invite", "accept", "skip"]


def test_the_clock_does_not_lapse_early(cast: Cast) -> None:
    with pytest.raises(Refused, match="期限还没有到"):
        perform(cast.invited(), "lapse", by=CLOCK)


def test_edited_facts_wait_for_the_graduate(cast: Cast) -> None:
    case = cast.in_review()
    graduate = cast.graduate.membership.graduate
    assert graduate
    type(graduate).objects.filter(pk=graduate.pk).update(major="软件工程")
    with pytest.raises(Refused, match="重新确认"):
        cast.act(case, "approve", cast.college_reviewer)
    cast.act(case, "reconfirm", cast.graduate)
    cast.act(case, "approve", cast.college_reviewer)
    assert Case.objects.get(pk=case.pk).versions.last().content["graduate"]["major"] == "软件工程"  # type: ignore[union-attr]


def test_training_mode_decides_who_may_sign(cast: Cast) -> None:
    for mode, allowed in (("1", True), ("2", False), ("3", True), ("4", False), ("5", True)):
        graduate = cast.graduate_named(f"培养{mode}", training_mode=mode)
        if allowed:
            assert cast.invited(graduate=graduate).state == "invited"
            continue
        with pytest.raises(Refused, match="不符合网上签约条件"):
            cast.invited(graduate=graduate)


def test_nobody_acts_for_two_parties(cast: Cast) -> None:
    graduate = cast.graduate
    inside = cast.actor("", "employer", employer=cast.employer.membership.employer, user=graduate.user)
    cast.favour(cast.employer, graduate)
    with pytest.raises(Refused, match="不能代表两方"):
        open_case(
            "online",
            "invite",
            by=inside,
            graduate=graduate.membership.graduate,
            employer=cast.employer.membership.employer,
            given=TERMS,
        )
