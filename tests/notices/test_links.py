"""The SMS with a capability link: to the contact's number, once, and its secret nowhere afterwards."""

from __future__ import annotations

import re

import pytest
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.notices.conftest import Vendors
from tests.papers import CONTACT, again, holder, linked, received
from wangqian.cases.models import Case, Evidence
from wangqian.flows import links
from wangqian.flows.models import Link
from wangqian.notices.links import progress, send, sentence
from wangqian.notices.models import Notice
from wangqian.notices.trouble import retry
from wangqian.people.clock import now

ADDRESS = re.compile(r" http://localhost:\d+/l/([\w-]{27})/ ")


@pytest.fixture
def asked(cast: Cast) -> Case:
    case = cast.stamping()
    cast.act(case, "ask_employer", cast.graduate, {"mobile": CONTACT})
    return again(case)


def only() -> Link:
    (link,) = links.case_links(Case.objects.get(flow="offline").pk)
    return link


def test_where_messages_are_shown_the_address_works(asked: Case) -> None:
    assert progress(only()) == "等待发送"
    assert (send(), send()) == (1, 0)
    notice = Notice.objects.get(template="direct.link")
    found = ADDRESS.search(notice.body)
    assert found and links.of_secret(found[1]) == only()
    assert (notice.channel, notice.address, notice.variables) == ("sms", "139****2222", None)
    assert "曹**" in notice.body and "曹文公" not in notice.body
    assert progress(only()) == "已发送" and sentence(only()) == ""


def test_by_a_provider_it_goes_to_the_contact_and_is_not_kept(asked: Case, vendors: Vendors) -> None:
    assert send() == 1
    (sent,) = vendors.aliyun.taken
    assert str(sent).count(CONTACT) == 1
    notice = Notice.objects.get(template="direct.link")
    assert "/l/" not in notice.body and notice.variables is None
    assert notice.state == "submitted" and progress(only()) == "已发送"


def test_without_a_provider_the_row_says_so(asked: Case, settings: Settings) -> None:
    settings.TESTING = settings.DEMO = False  # type: ignore[attr-defined]
    assert (send(), send()) == (1, 0)
    assert progress(only()) == "发送失败"
    assert "短信服务尚未接通" in sentence(only()) and "自己回传" in sentence(only())
    assert not retry(Notice.objects.get(template="direct.link"))


def test_what_died_before_it_was_sent_is_not_sent(cast: Cast, asked: Case) -> None:
    cast.act(asked, "give_up", cast.graduate, {"reason": "单位不要了"})
    assert (send(), send()) == (1, 0)
    assert not Notice.objects.filter(template="direct.link").exists()
    assert progress(only()) == "已失效"


def test_opened_and_handed_in(cast: Cast, asked: Case) -> None:
    send()
    link = only()
    link.opened_at = now()
    link.save()
    assert progress(only()) == "已打开"
    received(cast, asked, link)
    assert progress(only()) == "已回传"


def test_uploaded_and_not_handed_in_yet(cast: Cast, asked: Case) -> None:
    """Files of this very link alone, as long as one is there; what was refused is none."""
    send()
    link, now_said = only(), lambda: progress(only())
    cast.hand_in(asked, "scan")
    cast.hand_in(asked, "scan", owner=None, link=asked.pk)
    Link.objects.update(opened_at=now())
    said = [now_said()]
    row = cast.hand_in(asked, "scan", owner=None, link=link.pk)
    said.append(now_said())
    for columns in ({"state": "quarantine"}, {"state": "refused"}, {"state": "accepted", "dropped_at": now()}, {"dropped_at": None}):
        Evidence.objects.filter(pk=row.pk).update(**columns)
        said.append(now_said())
    waiting = "已上传，待对方确认提交"
    assert said == ["已打开", waiting, waiting, "已打开", "已打开", waiting]
    received(cast, asked, link)
    assert now_said() == "已回传"


def test_what_was_uploaded_by_a_link_that_ended_waits_for_nobody(cast: Cast, asked: Case) -> None:
    cast.hand_in(asked, "scan", owner=None, link=only().pk)
    linked(cast, asked, "13900003333")
    assert [progress(link) for link in links.case_links(asked.pk)] == ["等待发送", "已失效"]


def test_a_new_one_ends_the_one_before(cast: Cast, asked: Case) -> None:
    first = only()
    second, _secret = linked(cast, asked, "13900003333")
    assert [(link.pk, progress(link)) for link in links.case_links(asked.pk)] == [(second.pk, "等待发送"), (first.pk, "已失效")]
    assert holder(second).link == second.pk
