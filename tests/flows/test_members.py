"""Who no longer acts for an employer or the platform: what ends, what is written down, what is given back."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from tests.cast import Cast
from tests.screens.pages import enter
from wangqian.cases.act import NotYours
from wangqian.chart.words import Refused
from wangqian.notices.models import Notice
from wangqian.people import accounts, members
from wangqian.people.models import Actor, Membership, MembershipChange, User

pytestmark = pytest.mark.django_db


def generation(actor: Actor) -> int:
    return User.objects.get(pk=actor.user.pk).generation


def written() -> list[tuple[str, object, object, str]]:
    return [(one.what, one.membership_id, one.by_id, one.why) for one in MembershipChange.objects.order_by("id")]


def test_a_clerk_who_left_can_do_nothing_until_it_is_given_back(cast: Cast) -> None:
    clerk, case = cast.employer, cast.invited()
    pk, by = clerk.membership.pk, cast.operator.membership.pk
    seen = generation(clerk)
    members.stop(cast.operator, pk, "已离职")
    assert (Membership.objects.get(pk=pk).active, generation(clerk)) == (False, seen + 1)
    with pytest.raises(NotYours):
        cast.act(case, "retract", clerk)
    members.restore(cast.operator, pk, "误停")
    assert (Membership.objects.get(pk=pk).active, generation(clerk)) == (True, seen + 2)
    cast.act(case, "retract", clerk)
    assert written() == [("stopped", pk, by, "已离职"), ("back", pk, by, "误停")]


def test_twice_is_once(cast: Cast) -> None:
    pk = cast.employer.membership.pk
    for act, sentence in ((members.stop, "已经停用"), (members.restore, "正在使用")):
        act(cast.operator, pk, "原因")
        with pytest.raises(Refused, match=sentence):
            act(cast.operator, pk, "原因")
    assert [what for what, *_rest in written()] == ["stopped", "back"]


def test_who_was_added_anew_is_not_given_back_besides(cast: Cast) -> None:
    left = cast.employer.membership
    members.stop(cast.operator, left.pk, "已离职")
    accounts.give(left.user, "employer", employer=left.employer)
    with pytest.raises(Refused, match="另有一个在用的身份"):
        members.restore(cast.operator, left.pk, "回来了")
    assert [what for what, *_rest in written()] == ["stopped"]


def test_nobody_ends_himself(cast: Cast) -> None:
    mine = cast.actor("平台值班", "employer", employer=cast.employer.membership.employer, user=cast.operator.user)
    for act in (members.stop, members.restore):
        with pytest.raises(Refused, match="不能更改自己的身份"):
            act(cast.operator, mine.membership.pk, "原因")
    assert written() == []


@pytest.mark.parametrize("who", ["graduate", "college_reviewer", "school_reviewer"])
def test_graduates_and_staff_of_schools_are_not_the_operators(cast: Cast, who: str) -> None:
    with pytest.raises(Membership.DoesNotExist):
        members.stop(cast.operator, getattr(cast, who).membership.pk, "原因")


def test_the_record_stays_and_says_no_reason_in_a_dump(cast: Cast) -> None:
    members.stop(cast.operator, cast.employer.membership.pk, "张三与单位有争议")
    with connection.cursor() as cursor:
        cursor.execute("SELECT why FROM people_membershipchange")
        assert "张三".encode() not in bytes(cursor.fetchone()[0])
    for statement in ("UPDATE people_membershipchange SET what = 'x'", "DELETE FROM people_membershipchange"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# --- an operator, on the server ----------------------------------------------------------------------


def end(login: str) -> str:
    said = io.StringIO()
    call_command("end_operator", login, why="已离职", stdout=said)
    return said.getvalue()


def test_an_operator_is_ended_by_command(cast: Cast) -> None:
    left, stays = enter(cast.second_operator), enter(cast.operator)
    assert [one.get("/operator/employers/").status_code for one in (left, stays)] == [200, 200]
    assert end(cast.second_operator.user.username) == "done\n"
    assert [one.get("/operator/employers/").status_code for one in (left, stays)] == [302, 200]
    assert written() == [("stopped", cast.second_operator.membership.pk, None, "已离职")]
    told = Notice.objects.get(template="direct.member_stopped", channel="inbox")
    assert (told.recipient, "您的“平台”身份" in told.body, "原因：已离职" in told.body) == (cast.second_operator.user, True, True)
    assert end(cast.operator.user.username) == "done; nobody is left: manage create_operator\n"


def test_nobody_else_is_an_operator(cast: Cast) -> None:
    end(cast.operator.user.username)
    for login in (cast.operator.user.username, cast.employer.user.username, "nobody"):
        with pytest.raises(CommandError, match="no such operator"):
            end(login)
