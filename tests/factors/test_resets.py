"""重置两步验证: by two administrators, face to face; everything gone, everybody told, a day without binding acts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from tests.cast import Cast
from tests.devices import app, enrol
from tests.factors.stage import HOME, SECOND, log_in, with_password
from tests.screens.pages import PageClient, enter, read
from wangqian.cases.models import Case
from wangqian.chart.words import Refused
from wangqian.notices.deliver import inbox
from wangqian.notices.models import Notice
from wangqian.people import factors, limits, resets
from wangqian.people.clock import now
from wangqian.people.models import Actor, FactorReset, Membership, User

FIND = {"account": ""}


@pytest.fixture
def second_admin(cast: Cast) -> Actor:
    return cast.actor("钱主任", "school", school=cast.school, admin=True)


def asked(who: PageClient, target: Actor, reason: str = "手机遗失，已核对身份证") -> FactorReset:
    answer = who.post(f"/resets/new/{target.membership.pk}/", {"reason": reason})
    assert answer["Location"] == "/resets/", answer.content.decode()
    return FactorReset.objects.get(membership=target.membership, confirmed_at=None, withdrawn_at=None)


def test_two_administrators_give_the_account_back(cast: Cast, second_admin: Actor) -> None:
    teacher = with_password(cast.college_reviewer)
    enrol(teacher)
    app(teacher)
    open_session = enter(teacher)
    found = asked(enter(cast.school_reviewer), teacher)
    assert [one.subject for one in inbox(teacher.user)] == ["有人为您申请重置两步验证"]
    assert [one.subject for one in inbox(second_admin.user)] == ["有一项重置两步验证等待确认"]
    assert not inbox(cast.school_reviewer.user)
    assert log_in(teacher)[1]["Location"] == SECOND
    page = enter(second_admin).get("/resets/").content.decode()
    assert "王老师" in page and "李主任" in page
    assert enter(second_admin).post(f"/resets/{found.pk}/confirm/")["Location"] == "/resets/"
    user = User.objects.get(pk=teacher.user.pk)
    assert not Authenticator.objects.filter(user=user).exists()
    assert user.binding_from and timedelta(hours=23) < user.binding_from - now() <= timedelta(hours=24)
    assert log_in(teacher)[1]["Location"] == HOME
    assert open_session.get(HOME).status_code == 302
    found.refresh_from_db()
    assert found.requested_by and found.confirmed_by and found.reason == "手机遗失，已核对身份证"
    channels = set(Notice.objects.filter(recipient=user, template="direct.reset_done").values_list("channel", flat=True))
    assert channels >= {"inbox", "email"}


def test_for_a_day_he_binds_nobody(cast: Cast, second_admin: Actor) -> None:
    app(cast.second_school_user)
    case = cast.in_review()
    cast.act(case, "approve", cast.college_reviewer)
    found = asked(enter(cast.school_reviewer), cast.second_school_user)
    enter(second_admin).post(f"/resets/{found.pk}/confirm/")
    cast.second_school_user.user.refresh_from_db()
    with pytest.raises(Refused, match="之前不能办理有约束力的事项"):
        cast.act(case, "approve", cast.second_school_user)
    page = enter(cast.second_school_user).get(f"/cases/{case.pk}/").content.decode()
    assert "您的账号刚刚重新验证过身份" in page
    assert Case.objects.get(pk=case.pk).state == "review"


def test_one_alone_cannot(cast: Cast) -> None:
    enrol(cast.college_reviewer)
    who = enter(cast.school_reviewer)
    found = asked(who, cast.college_reviewer)
    assert "申请人不能自己确认" in who.get(f"/resets/{found.pk}/confirm/").content.decode()
    who.post(f"/resets/{found.pk}/confirm/")
    assert factors.enrolled(cast.college_reviewer.user) == {"webauthn"}
    with pytest.raises(IntegrityError), transaction.atomic():
        FactorReset.objects.filter(pk=found.pk).update(confirmed_by=found.requested_by, confirmed_at=now())


def test_the_same_person_in_two_capacities_is_one(cast: Cast) -> None:
    """An operator who is also the school's administrator does not confirm what he asked."""
    enrol(cast.college_reviewer)
    both = cast.actor("同一人", "operator", user=cast.school_reviewer.user)
    found = asked(enter(cast.school_reviewer), cast.college_reviewer)
    enter(both).post(f"/resets/{found.pk}/confirm/")
    assert factors.enrolled(cast.college_reviewer.user) == {"webauthn"}


def test_the_operator_may_be_the_second(cast: Cast) -> None:
    """A school with one administrator."""
    enrol(cast.college_reviewer)
    found = asked(enter(cast.school_reviewer), cast.college_reviewer)
    enter(cast.operator).post(f"/resets/{found.pk}/confirm/")
    assert not factors.enrolled(cast.college_reviewer.user)


def test_whose_the_school_may_reset(cast: Cast, second_admin: Actor) -> None:
    admin = cast.school_reviewer
    own = [cast.college_reviewer, cast.second_school_user, cast.graduate]
    others = [admin, second_admin, cast.employer, cast.operator, cast.outsider, cast.outsider_reviewer]
    assert [resets.may_reset(admin, one.membership) for one in own] == [True] * 3
    assert [resets.may_reset(admin, one.membership) for one in others] == [False] * 6
    assert [resets.may_reset(cast.operator, one.membership) for one in (*own, *others) if one is not cast.operator] == [True] * 8
    plain = (cast.second_school_user, cast.graduate, cast.employer)
    assert not any(resets.may_reset(one, cast.college_reviewer.membership) for one in plain)


def test_who_is_more_elsewhere_is_the_operators(cast: Cast) -> None:
    """A teacher who is also an employer's administrator: one school's word does not open the other."""
    cast.actor("同一人", "employer", user=cast.college_reviewer.user, employer=cast.employer.membership.employer)
    assert not resets.may_reset(cast.school_reviewer, cast.college_reviewer.membership)
    assert resets.may_reset(cast.operator, cast.college_reviewer.membership)


def test_finding_somebody_tells_nothing_about_others(cast: Cast) -> None:
    with_password(cast.college_reviewer)
    who = enter(cast.school_reviewer)
    found = who.post("/resets/", {"account": cast.college_reviewer.user.phone})
    assert found["Location"] == f"/resets/new/{cast.college_reviewer.membership.pk}/"
    for typed in (cast.employer.user.username, cast.outsider_reviewer.user.username, "nobody", cast.school_reviewer.user.username):
        answer = who.post("/resets/", {"account": typed})
        assert "没有找到由您管理的这个账号" in answer.content.decode(), typed


def test_looking_has_an_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "reset-look", replace(limits.LIMITS["reset-look"], count=2))
    who = enter(cast.school_reviewer)
    answers = [who.post("/resets/", {"account": "x"}).content.decode() for _try in range(3)]
    assert ["次数过多" in one for one in answers] == [False, False, True]


def test_nothing_to_reset_is_said(cast: Cast) -> None:
    answer = enter(cast.school_reviewer).post(f"/resets/new/{cast.college_reviewer.membership.pk}/", {"reason": "x"})
    assert (answer.status_code, "不用重置" in answer.content.decode()) == (422, True)


def test_one_open_request_at_a_time(cast: Cast, second_admin: Actor) -> None:
    enrol(cast.college_reviewer)
    asked(enter(cast.school_reviewer), cast.college_reviewer)
    again = enter(second_admin).post(f"/resets/new/{cast.college_reviewer.membership.pk}/", {"reason": "y"})
    assert "已有人为此人申请重置" in again.content.decode()


def test_withdrawn_changes_nothing_and_is_over(cast: Cast, second_admin: Actor) -> None:
    enrol(cast.college_reviewer)
    found = asked(enter(cast.school_reviewer), cast.college_reviewer)
    enter(second_admin).post(f"/resets/{found.pk}/withdraw/")
    assert enter(second_admin).post(f"/resets/{found.pk}/confirm/").status_code == 404
    assert factors.enrolled(cast.college_reviewer.user) == {"webauthn"}
    with pytest.raises(Refused, match="已经处理过"):
        resets.confirm(second_admin, found)
    asked(enter(cast.school_reviewer), cast.college_reviewer)


def test_an_administrator_no_more_confirms_nothing(cast: Cast, second_admin: Actor) -> None:
    enrol(cast.college_reviewer)
    found = asked(enter(cast.school_reviewer), cast.college_reviewer)
    Membership.objects.filter(pk=second_admin.membership.pk).update(admin=False)
    assert enter(second_admin).post(f"/resets/{found.pk}/confirm/").status_code == 404


def test_the_reason_is_sealed(cast: Cast) -> None:
    from django.db import connection

    enrol(cast.college_reviewer)
    asked(enter(cast.school_reviewer), cast.college_reviewer, "张三的手机丢在食堂")
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM people_factorreset")
        (kept,) = cursor.fetchone()
    assert "张三".encode() not in bytes(kept)


def test_the_command_for_a_lonely_operator(cast: Cast) -> None:
    enrol(cast.operator)
    call_command("reset_second_factors", cast.operator.user.username)
    user = User.objects.get(pk=cast.operator.user.pk)
    assert not factors.enrolled(user) and user.binding_from and user.generation == 1
    assert [one.subject for one in inbox(user)] == ["您的两步验证已重置"]
    with pytest.raises(CommandError, match="no such account"):
        call_command("reset_second_factors", "nobody")


# --- where it is found ---------------------------------------------------------------------------------


def way(who: Actor, page: str, target: Actor) -> bool:
    """Whether the page leads to asking for him."""
    return ("重置两步验证", f"/resets/new/{target.membership.pk}/") in read(enter(who).get(page)).links


def test_the_pages_of_people_lead_to_it(cast: Cast, second_admin: Actor) -> None:
    """Once there is something to reset, for whoever may, and for nobody else."""
    cast.reviewers()
    graduate, teacher = cast.graduate.membership.graduate, cast.college_reviewer
    assert graduate
    pages = {f"/graduates/{graduate.pk}/": cast.graduate, f"/school/staff/{teacher.membership.pk}/": teacher}
    firms = f"/operator/employers/{cast.employer.membership.employer_id}/"
    schools = f"/operator/schools/{cast.school.pk}/"
    for page, target in pages.items():
        assert not way(second_admin, page, target)
        enrol(target)
        assert way(second_admin, page, target)
    assert not way(teacher, f"/graduates/{graduate.pk}/", cast.graduate)
    assert not way(cast.second_school_user, f"/graduates/{graduate.pk}/", cast.graduate)
    for page, target in ((firms, cast.employer), (schools, second_admin)):
        assert not way(cast.operator, page, target)
        enrol(target)
        assert way(cast.operator, page, target)
    assert not way(cast.school_reviewer, f"/school/staff/{second_admin.membership.pk}/", second_admin)


def test_who_comes_there_when_it_is_asked_already_may_confirm(cast: Cast, second_admin: Actor) -> None:
    enrol(cast.college_reviewer)
    found = asked(enter(cast.school_reviewer), cast.college_reviewer)
    answer = enter(second_admin).get(f"/resets/new/{cast.college_reviewer.membership.pk}/")
    assert answer["Location"] == f"/resets/{found.pk}/confirm/"


WAITS = "1 项重置两步验证等待另一位管理员确认"


def test_the_home_of_the_second_says_what_waits_for_him(cast: Cast, second_admin: Actor) -> None:
    cast.reviewers()
    enrol(cast.college_reviewer)
    people = (cast.school_reviewer, second_admin, cast.operator, cast.second_school_user, cast.outsider_reviewer)

    def told() -> list[bool]:
        return [WAITS in enter(who).get(HOME).content.decode() for who in people]

    assert told() == [False] * 5
    found = asked(enter(cast.school_reviewer), cast.college_reviewer)
    assert told() == [False, True, True, False, False]
    page = read(enter(second_admin).get(f"{HOME}?tab=offline_termination"))
    assert ("查看并确认", "/resets/") in page.links
    assert resets.to_confirm(cast.school_reviewer) == []
    enter(second_admin).post(f"/resets/{found.pk}/confirm/")
    assert told() == [False] * 5
