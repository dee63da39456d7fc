"""Staff of a school: who may change whose rights, what is written down, and what ends with it."""

from __future__ import annotations

import itertools

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cast import Cast
from wangqian.cases.act import NotYours
from wangqian.cases.models import Case
from wangqian.chart.words import Refused
from wangqian.flows import colleges, staff
from wangqian.flows.parties import cases_for
from wangqian.flows.staff import Person
from wangqian.people.clock import now
from wangqian.people.models import (
    Actor,
    Capacity,
    College,
    CounsellorClass,
    Membership,
    SchoolChange,
    SchoolProfile,
    User,
)

pytestmark = pytest.mark.django_db
NEW = Person("周老师", "13911112222", "zhou@example.com")


def college_manages(cast: Cast, on: bool = True) -> None:
    SchoolProfile.objects.filter(school=cast.school).update(college_manages_counsellors=on)


def generation(actor: Actor) -> int:
    return User.objects.get(pk=actor.user.pk).generation


def fresh(actor: Actor) -> Membership:
    return Membership.objects.get(pk=actor.membership.pk)


# --- add ----------------------------------------------------------------------------------------------


def test_a_new_person_has_no_usable_password_and_no_proven_phone(cast: Cast) -> None:
    change = staff.add(cast.school_reviewer, NEW, Capacity.COLLEGE, cast.college.pk)
    made = change.membership
    assert made is not None
    user = made.user
    assert Person(user.name, user.phone, user.email) == NEW
    assert not user.has_usable_password()
    assert (user.phone_proven_at, user.activated_at) == (None, None)
    assert (made.kind, made.college, made.admin, made.active, made.called) == ("college", cast.college, False, True, "周老师")
    assert (change.what, change.by, change.before) == ("staff_added", cast.school_reviewer.membership, {})
    assert change.after == {"kind": "college", "college": "信息学院", "admin": False, "active": True, "classes": []}


def test_a_proven_phone_gets_a_further_membership(cast: Cast) -> None:
    known, _ = cast.user("周某", phone_proven_at=now()), (cast.school_reviewer, cast.college)
    before = User.objects.count()
    change = staff.add(cast.school_reviewer, Person("周老师", known.phone), Capacity.COLLEGE, cast.college.pk)
    assert change.membership is not None
    assert (change.membership.user, User.objects.count()) == (known, before)
    assert (change.membership.called, User.objects.get(pk=known.pk).name) == ("周老师", "周某")
    assert User.objects.get(pk=known.pk).generation == 1


def test_one_who_waits_for_the_first_login_is_not_made_twice(cast: Cast) -> None:
    first = staff.add(cast.school_reviewer, NEW, Capacity.COLLEGE, cast.college.pk)
    second = staff.add(cast.school_reviewer, NEW, Capacity.SCHOOL)
    assert first.membership and second.membership and first.membership.user == second.membership.user


def test_an_account_somebody_could_enter_without_the_phone_is_passed_over(cast: Cast) -> None:
    """Its phone is only said, not proven: whoever knows its password is not the person meant."""
    said = User.objects.create_user("liar", "a long enough password", name="某人", phone=NEW.phone)
    change = staff.add(cast.school_reviewer, NEW, Capacity.COLLEGE, cast.college.pk)
    assert change.membership is not None and change.membership.user != said
    graduate = cast.graduate.user
    other = staff.add(cast.school_reviewer, Person("曹", graduate.phone), Capacity.COLLEGE, cast.college.pk)
    assert other.membership is not None and other.membership.user != graduate


def test_the_same_capacity_twice_is_refused(cast: Cast) -> None:
    staff.add(cast.school_reviewer, NEW, Capacity.COLLEGE, cast.college.pk)
    with pytest.raises(Refused, match="已经有此身份"):
        staff.add(cast.school_reviewer, NEW, Capacity.COLLEGE, cast.college.pk)


def test_only_a_college_in_use_of_ones_own(cast: Cast) -> None:
    closed = College.objects.create(school=cast.school, name="旧学院", active=False)
    for pk in (closed.pk, cast.outsider_college.pk, None):
        with pytest.raises(Refused, match="请选择在用的院系"):
            staff.add(cast.school_reviewer, NEW, Capacity.COLLEGE, pk)
    assert not SchoolChange.objects.exists()


# --- who may ------------------------------------------------------------------------------------------


def acts(by: Actor, target: Membership, college: College) -> dict[str, object]:
    return {
        "add": lambda: staff.add(by, NEW, Capacity.COUNSELLOR, college.pk),
        "stop": lambda: staff.stop(by, target.pk),
        "move": lambda: staff.move(by, target.pk, Capacity.COUNSELLOR, college.pk),
        "name": lambda: staff.name_administrator(by, target.pk, True),
        "assign": lambda: staff.assign(by, target.pk, [(cohort_pk(college), "1班")]),
    }


def cohort_pk(college: College) -> object:
    return college.school.cohorts.get().pk


def allowed(act: object) -> str:
    """What became of a try, which is then undone."""
    with transaction.atomic():
        try:
            act()  # type: ignore[operator]
            return "yes"
        except NotYours:
            return "404"
        except Refused:
            return "refused"
        finally:
            transaction.set_rollback(True)


def test_the_matrix_of_managers(cast: Cast) -> None:
    """Manager × whom × act: typed by hand."""
    _ = cast.cohort
    cast.graduate_named("一班生", klass="1班")
    other = College.objects.create(school=cast.school, name="文学院")
    own, theirs = cast.counsellor("本院辅导员"), cast.counsellor("外院辅导员", college=other)
    dean = cast.actor("院系管理员", "college", school=cast.school, college=cast.college, admin=True)
    managers = {
        "school admin": cast.school_reviewer,
        "school": cast.second_school_user,
        "college admin": dean,
        "college": cast.college_reviewer,
        "counsellor": cast.counsellor("另一辅导员"),
        "other school": cast.outsider_reviewer,
    }

    def table() -> dict[tuple[str, str], dict[str, str]]:
        return {
            (who, whose): {name: allowed(act) for name, act in acts(by, member.membership, college).items()}
            for who, by in managers.items()
            for whose, member, college in (("own", own, cast.college), ("other", theirs, other))
        }

    nothing = dict.fromkeys(("add", "stop", "move", "name", "assign"), "404")
    everything = {"add": "yes", "stop": "yes", "move": "refused", "name": "refused", "assign": "yes"}
    shut = {(who, whose): nothing for who in managers for whose in ("own", "other")}
    shut[("other school", "own")] = shut[("other school", "other")] = {**nothing, "add": "refused"}
    shut[("school admin", "own")] = everything
    shut[("school admin", "other")] = {**everything, "assign": "refused"}  # no such class in that college's roster
    assert table() == shut
    college_manages(cast)
    shut[("college admin", "own")] = {**everything}
    shut[("college admin", "other")] = {**nothing, "add": "refused"}
    assert table() == shut


def test_nobody_changes_his_own_rights(cast: Cast) -> None:
    _ = cast.second_school_user
    mine = cast.school_reviewer.membership
    also = cast.actor("李主任", "college", school=cast.school, college=cast.college, user=cast.school_reviewer.user)
    for member in (mine, also.membership):
        for act in (staff.stop, lambda by, pk: staff.name_administrator(by, pk, False)):
            with pytest.raises(Refused, match="不能更改自己的权限"):
                act(cast.school_reviewer, member.pk)


def test_the_last_administrator_stays(cast: Cast) -> None:
    """Nobody takes his own rights, and whoever manages is one himself: so one always stays."""
    second = cast.actor("副主任", "school", school=cast.school, admin=True)
    staff.stop(cast.school_reviewer, second.membership.pk)
    with pytest.raises(NotYours):
        staff.stop(second, cast.school_reviewer.membership.pk)
    assert fresh(cast.school_reviewer).active
    User.objects.filter(pk=second.user.pk).update(is_active=False)
    with pytest.raises(Refused, match="至少要保留一位学校管理员"):
        staff.keep_one_administrator(fresh(cast.school_reviewer))


def test_each_change_ends_sessions_and_is_written_down(cast: Cast) -> None:
    target = cast.actor("赵老师", "college", school=cast.school, college=cast.college)
    by, pk = cast.school_reviewer, target.membership.pk
    seen = [generation(target)]
    for act in (
        lambda: staff.name_administrator(by, pk, True),
        lambda: staff.name_administrator(by, pk, False),
        lambda: staff.stop(by, pk),
        lambda: staff.restore(by, pk),
        lambda: staff.move(by, pk, Capacity.SCHOOL),
    ):
        act()
        seen.append(generation(target))
    assert all(later > earlier for earlier, later in itertools.pairwise(seen))
    rows = SchoolChange.objects.filter(school=cast.school).order_by("id")
    assert [(row.what, row.before, row.after) for row in rows] == [
        ("staff_named", {"admin": False}, {"admin": True}),
        ("staff_named", {"admin": True}, {"admin": False}),
        ("staff_stopped", {"active": True}, {"active": False}),
        ("staff_back", {"active": False}, {"active": True}),
        ("staff_moved", {"kind": "college", "college": "信息学院"}, {"kind": "school", "college": ""}),
    ]
    for statement in ("UPDATE people_schoolchange SET what = 'x'", "DELETE FROM people_schoolchange"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_another_capacity_leaves_what_was_done_where_it_was(cast: Cast) -> None:
    case = cast.in_review()
    cast.act(case, "approve", cast.college_reviewer)
    change = staff.move(cast.school_reviewer, cast.college_reviewer.membership.pk, Capacity.COUNSELLOR, cast.college.pk)
    event = case.events.get(step="approve")
    assert event.membership == cast.college_reviewer.membership != change.membership
    assert (fresh(cast.college_reviewer).active, event.membership.kind) == (False, "college")


def test_one_who_is_stopped_can_do_nothing_at_the_next_step(cast: Cast) -> None:
    case = cast.in_review()
    staff.stop(cast.school_reviewer, cast.college_reviewer.membership.pk)
    with pytest.raises(NotYours):
        cast.act(case, "approve", cast.college_reviewer)


# --- classes ------------------------------------------------------------------------------------------


def reviewed_by_counsellors(cast: Cast) -> None:
    SchoolProfile.objects.filter(school=cast.school).update(signing_chain="counsellor,college,school")


def test_a_counsellor_has_several_classes_of_several_cohorts(cast: Cast) -> None:
    reviewed_by_counsellors(cast)
    cast.reviewers()
    later = cast.school.cohorts.create(year=2028, opens_at=cast.cohort.opens_at, closes_at=cast.cohort.closes_at)
    people = {
        "甲": cast.graduate_named("甲", klass="1班"),
        "乙": cast.graduate_named("乙", klass="2班"),
        "丙": cast.graduate_named("丙", klass="3班"),
        "丁": cast.graduate_named("丁", klass="1班", cohort=later),
    }
    by, other = cast.counsellor("辅一"), cast.counsellor("辅二", "3班")
    staff.assign(cast.school_reviewer, by.membership.pk, [(cast.cohort.pk, "1班"), (cast.cohort.pk, "2班")])
    by = Actor(fresh(by))
    cases = {name: cast.in_review(graduate=one) for name, one in people.items()}
    assert {case.graduate.name for case in cases_for(by.membership) if case.graduate} == {"甲", "乙"}
    assert {case.graduate.name for case in cases_for(other.membership) if case.graduate} == {"丙"}
    assert {name: case.turn for name, case in cases.items()} == {
        "甲": "counsellor",
        "乙": "counsellor",
        "丙": "counsellor",
        "丁": "college",  # the class of the same name a year later has nobody: the level is passed over
    }
    cast.act(cases["乙"], "approve", by)
    for actor in (other, by):
        with pytest.raises(NotYours):
            cast.act(cases["丙" if actor is by else "甲"], "approve", actor)


def test_a_class_taken_away_is_gone_at_once(cast: Cast) -> None:
    reviewed_by_counsellors(cast)
    cast.reviewers()
    by = cast.counsellor("辅一", "1班")
    case = cast.in_review(graduate=cast.graduate_named("甲", klass="1班"))
    change = staff.assign(cast.school_reviewer, by.membership.pk, [])
    assert (change.before, change.after) == ({"classes": ["2027 1班"]}, {"classes": []})
    with pytest.raises(NotYours):
        cast.act(case, "approve", by)


def test_only_classes_of_the_roster_of_his_college(cast: Cast) -> None:
    other = College.objects.create(school=cast.school, name="文学院")
    cast.graduate_named("他院生", other, klass="文1班")
    by = cast.counsellor("辅一", "旧班")
    for name in ("文1班", "没有的班", ""):
        with pytest.raises(Refused, match="已不在该院系的名单中"):
            staff.assign(cast.school_reviewer, by.membership.pk, [(cast.cohort.pk, name)])
    assert CounsellorClass.objects.get().name == "旧班"
    with pytest.raises(Refused, match="没有改动"):
        staff.assign(cast.school_reviewer, by.membership.pk, [(cast.cohort.pk, "旧班")])


def test_two_counsellors_may_share_a_class(cast: Cast) -> None:
    reviewed_by_counsellors(cast)
    cast.reviewers()
    first, second = cast.counsellor("辅一", "1班"), cast.counsellor("辅二", "1班")
    case = cast.in_review(graduate=cast.graduate_named("甲", klass="1班"))
    assert [cases_for(one.membership).count() for one in (first, second)] == [1, 1]
    cast.act(case, "approve", second)


# --- colleges -----------------------------------------------------------------------------------------


def test_colleges_are_added_renamed_and_put_out_of_use(cast: Cast) -> None:
    by = cast.school_reviewer
    made = colleges.add(by, "新学院").college
    assert made is not None
    for act in (lambda: colleges.add(by, "新学院"), lambda: colleges.rename(by, made.pk, cast.college.name)):
        with pytest.raises(Refused, match="学校已有这个名称的院系"):
            act()
    colleges.rename(by, made.pk, "未来学院")
    colleges.stop(by, made.pk)
    colleges.restore(by, made.pk)
    rows = SchoolChange.objects.filter(college=made).order_by("id")
    assert [(row.what, row.before, row.after) for row in rows] == [
        ("college_added", {}, {"name": "新学院"}),
        ("college_renamed", {"name": "新学院"}, {"name": "未来学院"}),
        ("college_stopped", {"active": True}, {"active": False}),
        ("college_back", {"active": False}, {"active": True}),
    ]


def test_a_college_that_is_needed_stays(cast: Cast) -> None:
    from tests.flows.laws import close_cohort

    by, pk = cast.school_reviewer, cast.college.pk
    SchoolProfile.objects.filter(school=cast.school).update(termination_chain="college")

    def why() -> str:
        with pytest.raises(Refused) as refused:
            colleges.stop(by, pk)
        return str(refused.value)

    case = cast.in_review()
    assert "还有 1 项事项在等待审核" in why()
    cast.act(case, "approve", cast.college_reviewer)
    cast.act(case, "approve", cast.school_reviewer)
    assert "还有 1 名登记未截止的毕业生" in why()
    close_cohort(cast)
    assert "解约只由院系审核" in why()
    SchoolProfile.objects.filter(school=cast.school).update(termination_chain="college,school")
    assert "还有 1 位在岗老师" in why()
    staff.stop(by, cast.college_reviewer.membership.pk)
    colleges.stop(by, pk)
    assert not College.objects.get(pk=pk).active
    assert Case.objects.get(pk=case.pk).state == "signed"


@pytest.mark.parametrize("who", ["second_school_user", "college_reviewer", "outsider_reviewer"])
def test_only_the_schools_administrators_manage_colleges(cast: Cast, who: str) -> None:
    college_manages(cast)
    by = getattr(cast, who)
    pk = cast.college.pk
    acts: list[object] = [lambda: colleges.rename(by, pk, "x"), lambda: colleges.stop(by, pk)]
    if who != "outsider_reviewer":
        acts.append(lambda: colleges.add(by, "新学院"))
    for act in acts:
        with pytest.raises(NotYours):
            act()  # type: ignore[operator]
