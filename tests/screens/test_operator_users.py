"""An employer's users on the operator's page: ended with a reason, told, given back."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.screens.pages import PageClient, enter, read
from wangqian.notices.models import Notice
from wangqian.people.models import Actor, Membership, MembershipChange

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(cast: Cast) -> PageClient:
    return enter(cast.operator)


def address(actor: Actor, what: str) -> str:
    return f"/operator/employers/users/{actor.membership.pk}/{what}/"


def sheet(actor: Actor) -> str:
    return f"/operator/employers/{actor.membership.employer_id}/"


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def told(actor: Actor) -> list[str]:
    found = Notice.objects.filter(recipient=actor.user, channel="inbox", template__startswith="direct.member_")
    return list(found.order_by("id").values_list("template", flat=True))


def colleague(cast: Cast, name: str = "单位同事", **more: object) -> Actor:
    return cast.actor(name, "employer", employer=cast.employer.membership.employer, **more)


def test_a_clerk_who_left_is_stopped_on_the_page(cast: Cast, operator: PageClient) -> None:
    clerk = colleague(cast)
    his, url = enter(clerk), address(clerk, "stop")
    assert his.get("/home/").status_code == 200
    assert ("停用", url) in read(operator.get(sheet(clerk))).links
    assert "停用后本人不能再为该单位登录和办理" in words(operator.get(url))
    page = operator.post(url, {"why": "单位来函：已离职"}, follow=True)
    assert [each in words(page) for each in ("已停用单位同事，并已通知本人。", "停用：单位同事", "单位来函：已离职")] == [True] * 3
    assert ("恢复", address(clerk, "restore")) in read(page).links
    assert his.get("/home/")["Location"].startswith("/login/")
    assert set(Notice.objects.filter(recipient=clerk.user).values_list("channel", flat=True)) == {"inbox", "sms", "email"}
    body = Notice.objects.get(recipient=clerk.user, channel="inbox").body
    assert ["您的“越综合企业”身份" in body, "原因：单位来函：已离职" in body] == [True, True]


def test_and_given_back(cast: Cast, operator: PageClient) -> None:
    clerk = colleague(cast)
    operator.post(address(clerk, "stop"), {"why": "离职"})
    page = operator.post(address(clerk, "restore"), {"why": "弄错了人"}, follow=True)
    assert "已恢复单位同事，并已通知本人。" in words(page)
    assert enter(Actor(Membership.objects.get(pk=clerk.membership.pk))).get("/home/").status_code == 200
    assert told(clerk) == ["direct.member_stopped", "direct.member_back"]


def test_no_reason_no_change(cast: Cast, operator: PageClient) -> None:
    clerk = colleague(cast)
    for given in ({}, {"why": " "}):
        assert operator.post(address(clerk, "stop"), given).status_code == 422
    assert (Membership.objects.get(pk=clerk.membership.pk).active, MembershipChange.objects.count()) == (True, 0)


def test_two_presses_are_one(cast: Cast, operator: PageClient) -> None:
    clerk = colleague(cast)
    operator.post(address(clerk, "stop"), {"why": "离职"})
    page = operator.post(address(clerk, "stop"), {"why": "离职"}, follow=True)
    assert "此用户已经停用，不用再停用。" in words(page)
    assert (MembershipChange.objects.count(), len(told(clerk))) == (1, 1)


def test_what_the_employer_is_left_without_is_said_first(cast: Cast, operator: PageClient) -> None:
    """The only user, the only administrator, one of several."""
    admin = cast.employer
    none, last, alone = "停用后没有人能为该单位登录", "这是该单位唯一在用的用户", "这是该单位唯一的管理员"

    def said(actor: Actor) -> list[bool]:
        page = words(operator.get(address(actor, "stop")))
        return [each in page for each in (none, last, alone)]

    assert said(admin) == [True, True, False]
    clerk = colleague(cast)
    assert (said(admin), said(clerk)) == ([False, False, True], [False, False, False])
    colleague(cast, "另一位管理员", admin=True)
    assert said(admin) == [False, False, False]
    operator.post(address(clerk, "stop"), {"why": "离职"})
    for one in Membership.objects.filter(employer=admin.membership.employer, active=True):
        operator.post(f"/operator/employers/users/{one.pk}/stop/", {"why": "停业"})
    assert not Membership.objects.filter(employer=admin.membership.employer, active=True).exists()


def test_only_users_of_employers_stand_here(cast: Cast, operator: PageClient) -> None:
    for actor in (cast.graduate, cast.college_reviewer, cast.second_operator):
        for what in ("stop", "restore"):
            answers = [operator.get(address(actor, what)), operator.post(address(actor, what), {"why": "原因"})]
            assert {one.status_code for one in answers} == {404}
    assert operator.get(address(cast.employer, "promote")).status_code == 404
    assert not MembershipChange.objects.exists()
