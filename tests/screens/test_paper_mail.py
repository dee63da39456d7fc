"""发到我的邮箱: the agreement as an attachment, to one's own proven address and to no other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from tests.cast import Cast
from tests.screens.pages import enter
from wangqian.documents import make, read
from wangqian.documents.models import Artefact
from wangqian.notices.models import Notice
from wangqian.people import limits
from wangqian.people.clock import now
from wangqian.people.models import Actor, User
from wangqian.worker import Worker


def proven(actor: Actor) -> Actor:
    User.objects.filter(pk=actor.user.pk).update(email_proven_at=now())
    return actor


def letters() -> list[Notice]:
    return list(Notice.objects.filter(template="direct.paper_mailed", channel="email"))


def test_the_stored_file_goes_to_his_own_address(cast: Cast) -> None:
    case = cast.signed()
    make.work()
    who = enter(proven(cast.graduate))
    assert "发到我的邮箱" in who.get(f"/cases/{case.pk}/paper/").content.decode()
    answer = who.post(f"/cases/{case.pk}/paper/mail/", follow=True)
    assert "协议书正在发往 u" in answer.content.decode()
    mail.outbox.clear()
    assert Worker().once()
    (sent,) = [one for one in mail.outbox if one.attachments]
    assert sent.to == [cast.graduate.user.email]
    artefact = Artefact.objects.get(case=case)
    assert [tuple(one) for one in sent.attachments] == [
        (f"{read.file_name(artefact)}.pdf", read.pdf(artefact).read(), "application/pdf")
    ]
    assert cast.graduate.user.name not in str(sent.message().items())


def test_a_double_press_sends_one_and_a_later_one_another(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case, moment = cast.signed(), now()
    make.work()
    who = enter(proven(cast.graduate))
    for later, many in ((0, 1), (0, 1), (60, 2)):
        monkeypatch.setattr("wangqian.web.paper.now", lambda later=later: moment + timedelta(seconds=later))
        who.post(f"/cases/{case.pk}/paper/mail/")
        assert len(letters()) == many


@pytest.mark.parametrize("because", ["nothing proven", "too often"])
def test_why_not_is_said_and_nothing_sent(cast: Cast, monkeypatch: pytest.MonkeyPatch, because: str) -> None:
    case = cast.signed()
    make.work()
    who, words = enter(cast.graduate), "您还没有验证过的邮箱"
    if because == "too often":
        proven(cast.graduate)
        monkeypatch.setattr(limits, "allowed", lambda *_all: False)
        words = "今天发到邮箱的次数已用完"
    assert words in who.post(f"/cases/{case.pk}/paper/mail/", follow=True).content.decode()
    assert not letters()


def test_a_file_that_is_not_as_it_was_made_is_not_sent(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = cast.signed()
    make.work()
    enter(proven(cast.graduate)).post(f"/cases/{case.pk}/paper/mail/")
    monkeypatch.setattr(read.shelf, "read", lambda _key: b"%PDF-1.7 another")
    mail.outbox.clear()
    assert Worker().once()
    (notice,) = letters()
    assert (notice.state, notice.words, [one for one in mail.outbox if one.attachments]) == ("failed", "附件暂时读不出来。", [])


def test_before_it_is_made_there_is_nothing_to_send(cast: Cast) -> None:
    case = cast.signed()
    assert enter(proven(cast.graduate)).post(f"/cases/{case.pk}/paper/mail/").status_code == 404
