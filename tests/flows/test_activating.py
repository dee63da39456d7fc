"""Accounts of graduates: facts identify, a code or a slip of two people proves (flows.md §11; security.md A1, A2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from wangqian.cases.act import NotYours
from wangqian.cases.models import Case
from wangqian.cases.rehearse import move_deadline
from wangqian.cases.tick import tick
from wangqian.chart.words import Refused
from wangqian.flows import activating
from wangqian.flows.models import Slip
from wangqian.people import accounts
from wangqian.people.clock import now
from wangqian.people.models import Graduate, GraduateChange, Membership, User

SLIP = {"reason": "登记的手机号已停用", "papers": "居民身份证"}
PHONE = "13711112222"


def newcomer(cast: Cast, name: str = "陆游", **where: Any) -> Graduate:
    """As an import leaves him: a row of the roster, and no account."""
    actor = cast.graduate_named(name, confirmed_at=None, **where)
    graduate = actor.membership.graduate
    actor.membership.delete()
    actor.user.delete()
    assert graduate
    return graduate


def elsewhere(cast: Cast, graduate: Graduate) -> Graduate:
    """The same person on the roster of another school, with a number of its own."""
    row = newcomer(cast, graduate.name, college=cast.outsider_college, cohort=cast.cohort_of(cast.outsider_school))
    row.set_identity("resident", graduate.identity_number())
    row.save()
    return row


def facts(graduate: Graduate, **other: object) -> Graduate | None:
    known = {"name": graduate.name, "kind": "resident", "number": graduate.identity_number(), "school_id": graduate.school_id}
    return activating.identified(**{**known, **other})  # type: ignore[arg-type]


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return str(caught.value)


def issued(cast: Cast, graduate: Graduate) -> tuple[Case, str]:
    """Two people have seen him; the code as printed."""
    case = cast.start("activation_slip", "request", cast.college_reviewer, SLIP, graduate=graduate)
    cast.act(case, "confirm", cast.school_reviewer)
    return case, Slip.objects.get(case=case).code


def test_an_import_makes_no_account(cast: Cast) -> None:
    graduate = newcomer(cast)
    assert not User.objects.filter(identity_index=bytes(graduate.identity_index)).exists()


def test_all_facts_or_nobody(cast: Cast) -> None:
    graduate, other = newcomer(cast), newcomer(cast, "李白")
    assert facts(graduate) == graduate
    for wrong in ({"name": "陆"}, {"number": other.identity_number()}, {"school_id": cast.outsider_school.pk}, {"kind": "passport"}):
        assert facts(graduate, **wrong) is None
    Graduate.objects.filter(pk=graduate.pk).update(status="moved")
    assert facts(graduate) is None


def test_the_inert_account_opens_nothing(cast: Cast) -> None:
    graduate = newcomer(cast)
    user = activating.account_of(graduate)
    assert (user.phone, user.has_usable_password(), user.phone_proven_at, user.activated_at) == (graduate.phone, False, None, None)
    assert not user.memberships.exists() and not activating.active(graduate)
    assert activating.account_of(graduate) == user
    graduate.phone = PHONE
    graduate.save()
    assert activating.account_of(graduate).phone == PHONE


def test_activated_once(cast: Cast) -> None:
    graduate = newcomer(cast)
    membership = activating.activate(activating.account_of(graduate), graduate, "绿蚁新醅酒 red clay 7")
    user = User.objects.get(pk=membership.user_id)
    assert user.check_password("绿蚁新醅酒 red clay 7") and user.activated_at and user.phone_proven_at and not user.binding_from
    assert activating.active(graduate) and membership.graduate == graduate
    assert activating.activate(user, graduate, None) == membership
    assert User.objects.get(pk=user.pk).check_password("绿蚁新醅酒 red clay 7")


def test_a_second_cohort_is_a_second_capacity_of_the_same_account(cast: Cast) -> None:
    graduate = newcomer(cast)
    user = activating.activate(activating.account_of(graduate), graduate, "a good long password").user
    again = Graduate.objects.get(pk=graduate.pk)
    row = elsewhere(cast, again)
    assert activating.account_of(row) == user
    activating.activate(user, row, None)
    assert Membership.objects.filter(user=user, active=True).count() == 2
    assert User.objects.get(pk=user.pk).check_password("a good long password")


def test_a_proven_number_is_one_persons(cast: Cast) -> None:
    graduate = newcomer(cast)
    User.objects.filter(pk=cast.employer.user.pk).update(phone_proven_at=now())
    graduate.phone = cast.employer.user.phone
    graduate.save()
    assert "另一个账号" in refused(lambda: activating.activate(activating.account_of(graduate), graduate, "x" * 12))
    assert not activating.active(graduate)


def test_a_slip_takes_two_people(cast: Cast) -> None:
    graduate = newcomer(cast)
    case = cast.start("activation_slip", "request", cast.college_reviewer, SLIP, graduate=graduate)
    assert "不能自己确认" in refused(lambda: cast.act(case, "confirm", cast.college_reviewer))
    assert not Slip.objects.exists()
    with pytest.raises(NotYours):
        cast.act(case, "confirm", cast.outsider_reviewer)
    cast.act(case, "confirm", cast.second_school_user)
    assert Slip.objects.get().case == case
    assert "已有一张" in refused(lambda: cast.start("activation_slip", "request", cast.school_reviewer, SLIP, graduate=graduate))


def test_who_may_ask(cast: Cast) -> None:
    graduate = newcomer(cast)
    counsellor = cast.actor("辅导员", "counsellor", school=cast.school, college=cast.college)
    for who in (counsellor, cast.outsider_reviewer, cast.operator, cast.employer, cast.graduate):
        with pytest.raises(NotYours):
            cast.start("activation_slip", "request", who, SLIP, graduate=graduate)


def test_a_slip_and_then_a_code_to_the_new_phone(cast: Cast) -> None:
    graduate = newcomer(cast)
    case, code = issued(cast, graduate)
    user = activating.accept_slip(graduate, code.lower(), PHONE).user
    assert (user.phone, user.phone_proven_at, user.activated_at) == (PHONE, None, None)
    assert not activating.active(graduate) and not user.memberships.exists()
    assert user.binding_from and timedelta(hours=23) < user.binding_from - now() <= timedelta(hours=24)
    assert Graduate.objects.get(pk=graduate.pk).phone == PHONE and Case.objects.get(pk=case.pk).state == "used"
    assert activating.NO_SLIP in refused(lambda: activating.accept_slip(graduate, code, PHONE))
    activating.activate(user, graduate, "a good long password")
    assert activating.active(graduate) and User.objects.get(pk=user.pk).binding_from == user.binding_from


def test_a_slip_ends_the_old_account(cast: Cast) -> None:
    graduate = newcomer(cast)
    old = activating.activate(activating.account_of(graduate), graduate, "a good long password").user
    User.objects.filter(pk=old.pk).update(email_proven_at=now())
    assert accounts.by_address("email", old.email) == old
    _case, code = issued(cast, graduate)
    new = activating.accept_slip(graduate, code, PHONE).user
    assert new == old and new.generation == old.generation + 1
    assert not User.objects.get(pk=old.pk).has_usable_password() and not activating.active(graduate)
    activating.activate(new, graduate, "another long password")
    assert accounts.by_address("email", old.email) is None and accounts.by_login_name(old.phone) is None
    assert accounts.by_login_name(PHONE) == old


def test_a_slip_moves_every_row_of_the_person_and_each_says_so(cast: Cast) -> None:
    """Otherwise a code to the old phone would open the account by the row of another school."""
    graduate, stranger = newcomer(cast), newcomer(cast, "李白")
    row = elsewhere(cast, graduate)
    olds = {graduate.pk: graduate.phone, row.pk: row.phone}
    case, code = issued(cast, graduate)
    user, before = activating.accept_slip(graduate, code, PHONE)
    assert [one.phone for one in before] == [graduate.phone, row.phone] and {one.pk for one in before} == {user.pk}
    for each in (graduate, row):
        assert Graduate.objects.get(pk=each.pk).phone == activating.account_of(Graduate.objects.get(pk=each.pk)).phone == PHONE
    noted = {one.graduate_id: one for one in GraduateChange.objects.all()}
    assert {pk: one.words for pk, one in noted.items()} == {pk: (old, PHONE, "") for pk, old in olds.items()}
    assert {(one.field, one.source, one.case, one.capacity, one.user_id) for one in noted.values()} == {
        ("phone", "slip", case.pk, "graduate", None)
    }
    assert Graduate.objects.get(pk=stranger.pk).phone == stranger.phone


def test_others_used_withdrawn_and_overdue_slips_open_nothing(cast: Cast) -> None:
    graduate, other = newcomer(cast), newcomer(cast, "李白")
    case, code = issued(cast, graduate)
    assert activating.NO_SLIP in refused(lambda: activating.accept_slip(other, code, PHONE))
    move_deadline(case, now() - timedelta(seconds=1))
    assert activating.NO_SLIP in refused(lambda: activating.accept_slip(graduate, code, PHONE))
    tick()
    assert Case.objects.get(pk=case.pk).state == "lapsed"
    second, fresh = issued(cast, graduate)
    cast.act(second, "withdraw", cast.college_reviewer, {"reason": "本人没有来"})
    assert activating.NO_SLIP in refused(lambda: activating.accept_slip(graduate, fresh, PHONE))
    assert not User.objects.filter(binding_from__isnull=False).exists()


def test_a_half_accepted_slip_is_not_spent(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    graduate = newcomer(cast)
    case, code = issued(cast, graduate)

    def broken(_user: User) -> None:
        raise RuntimeError

    monkeypatch.setattr(activating, "end_sessions", broken)
    with pytest.raises(RuntimeError):
        activating.accept_slip(graduate, code, PHONE)
    assert Case.objects.get(pk=case.pk).state == "issued" and Graduate.objects.get(pk=graduate.pk).phone != PHONE


def test_a_new_phone_of_somebody_else_spends_nothing(cast: Cast) -> None:
    graduate = newcomer(cast)
    case, code = issued(cast, graduate)
    User.objects.filter(pk=cast.employer.user.pk).update(phone_proven_at=now())
    assert "还没有用掉" in refused(lambda: activating.accept_slip(graduate, code, cast.employer.user.phone))
    assert Case.objects.get(pk=case.pk).state == "issued"


def test_a_slip_does_not_open_an_account_that_is_more_than_a_graduates(cast: Cast) -> None:
    graduate = newcomer(cast)
    user = activating.activate(activating.account_of(graduate), graduate, "a good long password").user
    Membership.objects.create(user=user, kind="college", school=cast.school, college=cast.college)
    case, code = issued(cast, graduate)
    assert "其他身份" in refused(lambda: activating.accept_slip(graduate, code, PHONE))
    assert Case.objects.get(pk=case.pk).state == "issued" and User.objects.get(pk=user.pk).has_usable_password()


def test_staff_who_graduate_stay_one_account(cast: Cast) -> None:
    graduate = newcomer(cast)
    teacher = cast.college_reviewer.user
    User.objects.filter(pk=teacher.pk).update(phone_proven_at=now(), activated_at=now())
    teacher.refresh_from_db()
    inert = activating.account_of(graduate)
    graduate.phone = teacher.phone
    graduate.save()
    assert activating.account_of(graduate) == inert
    assert activating.account_of(graduate, teacher) == teacher
    activating.activate(teacher, graduate, None)
    kinds = set(Membership.objects.filter(user=teacher, active=True).values_list("kind", flat=True))
    assert kinds == {"college", "graduate"} and activating.account_of(graduate) == teacher
    assert not cast.employer.user.memberships.filter(kind="graduate").exists()


def test_a_teachers_session_is_no_proof_for_anothers_row(cast: Cast) -> None:
    graduate, teacher = newcomer(cast), cast.college_reviewer.user
    User.objects.filter(pk=teacher.pk).update(phone_proven_at=now(), activated_at=now())
    teacher.refresh_from_db()
    assert activating.account_of(graduate, teacher) != teacher
