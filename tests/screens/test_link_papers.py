"""What the employer's contact does behind the code: the paper, the files, the act (security.md §2.4)."""

from __future__ import annotations

import re

import pytest

from tests.cast import Cast, edit
from tests.screens.link_stage import (
    Sent,
    inside,
    is_dead,
    photo,
    submit,
    text,
    upload,
    with_paper,
)
from tests.screens.pages import PageClient
from tests.screens.pages import enter as logged_in
from wangqian.cases.models import Event, Evidence
from wangqian.documents import uploads
from wangqian.documents.uploads.objects import names
from wangqian.flows.link_codes import SESSION
from wangqian.flows.models import Link, LinkCode
from wangqian.notices.models import Notice
from wangqian.people.clock import now

# --- the paper ---------------------------------------------------------------------------------------


def test_the_paper_is_behind_the_code(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "协议书还在生成" in text(inside(sent).get(sent.url))
    with_paper(monkeypatch, sent.case)
    stranger, who = PageClient(), inside(sent)
    for tail in ("paper/", "paper/agreement.pdf", "paper/1.png"):
        assert stranger.get(f"{sent.url}{tail}")["Location"] == sent.url
    assert "下载协议书 PDF" in text(who.get(sent.url))
    page = text(who.get(f"{sent.url}paper/"))
    assert f"{sent.url}paper/2.png" in page and f"{sent.url}paper/agreement.pdf" in page
    pdf = who.get(f"{sent.url}paper/agreement.pdf")
    assert pdf.content == b"%PDF" and pdf["Content-Disposition"].startswith("attachment")
    assert who.get(f"{sent.url}paper/2.png").content.endswith(b"2")
    assert who.get(f"{sent.url}paper/3.png").status_code == 404


# --- the files ---------------------------------------------------------------------------------------


def test_files_are_taken_turned_taken_again_and_dropped(sent: Sent) -> None:
    who = inside(sent)
    upload(who, sent.url, photo("甲.jpg"), photo("乙.jpg", 1))
    one, two = uploads.usable(sent.case, "scan", sent.link.pk)
    assert (one.owner, one.link) == (None, sent.link.pk)
    assert who.get(f"{sent.url}files/{one.pk}/1/")["Content-Type"] == "image/jpeg"
    who.post(f"{sent.url}files/{one.pk}/turn/")
    upload(who, sent.url, photo("丙.jpg", 2), replaces=str(one.pk))
    who.post(f"{sent.url}files/{two.pk}/drop/")
    assert [row.name for row in uploads.usable(sent.case, "scan", sent.link.pk)] == ["丙.jpg"]
    box = who.post(f"{sent.url}files/", {"files": [photo("a.gif")]}, headers={"HX-Request": "true"})
    assert "<h1" not in text(box) and "gif" in text(box) and "丙.jpg" in text(box)
    assert "丙.jpg" in text(who.get(f"{sent.url}confirm/"))


def heard(sent: Sent) -> list[tuple[str, str, str, str]]:
    rows = Notice.objects.filter(template="direct.paper_uploaded").order_by("created_at", "id")
    return [(row.recipient.name, row.channel, row.path, row.body) for row in rows if row.channel != "email"]


def test_the_graduate_hears_of_the_first_upload_at_once_and_once(sent: Sent) -> None:
    who, graduate, page = inside(sent), logged_in(sent.by), f"/cases/{sent.case.pk}/"
    waiting = "已上传，待对方确认提交"
    upload(who, sent.url, photo("a.gif"))
    assert (heard(sent), waiting in text(graduate.get(page))) == ([], False)
    upload(who, sent.url, photo("甲.jpg"), photo("乙.jpg", 1))
    body = (
        "收到链接的单位联系人（139****2222）上传了盖章的协议书，还没有确认提交，提交以前可以删除、重拍。\n"
        "现在不用您办理：对方确认提交以后由学校审核，您会再收到通知。迟迟没有提交的，请提醒对方打开短信里的链接完成提交。"
    )
    once = [("曹文公", "inbox", page, body)]
    assert (heard(sent), waiting in text(graduate.get(page))) == (once, True)
    assert not Notice.objects.filter(template="direct.paper_uploaded", channel="sms").exists()
    for row in Evidence.objects.filter(link=sent.link.pk):
        who.post(f"{sent.url}files/{row.pk}/drop/")
    assert waiting not in text(graduate.get(page))
    upload(who, sent.url, photo("丙.jpg", 2))
    assert (heard(sent), waiting in text(graduate.get(page))) == (once, True)
    submit(who, sent.url)
    assert (heard(sent), waiting in text(graduate.get(page))) == (once, False)


def test_each_link_is_told_of_by_itself(sent: Sent) -> None:
    upload(inside(sent), sent.url)
    sent.again("13900003333")
    upload(inside(sent), sent.url)
    assert [body.partition("）")[0] for *_rest, body in heard(sent)] == [
        "收到链接的单位联系人（139****2222",
        "收到链接的单位联系人（139****3333",
    ]


def test_other_files_do_not_exist_here(cast: Cast) -> None:
    one, two = Sent(cast), Sent(cast, cast.graduate_named("李清照"))
    mine, others = inside(one), inside(two)
    upload(others, two.url, photo("别人的.jpg", 3))
    theirs = Evidence.objects.get(link=two.link.pk)
    own = cast.hand_in(one.case, "scan", name="毕业生的.jpg")
    for row in (theirs, own):
        assert mine.get(f"{one.url}files/{row.pk}/1/").status_code == 404
        assert mine.post(f"{one.url}files/{row.pk}/drop/").status_code == 404
        assert mine.post(f"{one.url}files/{row.pk}/turn/").status_code == 404
        upload(mine, one.url, photo("新.jpg", 4), replaces=str(row.pk))
    assert not Evidence.objects.filter(pk__in=[theirs.pk, own.pk]).exclude(dropped_at=None, turned=0).exists()
    page = text(mine.get(one.url))
    assert "新.jpg" in page and "毕业生的" not in page and "别人的" not in page


def test_an_act_takes_the_files_of_its_own_way(sent: Sent) -> None:
    who, cast = inside(sent), sent.cast
    assert "至少 1 份" in text(who.get(f"{sent.url}confirm/"))
    own = cast.hand_in(sent.case, "scan")
    assert submit(who, sent.url).status_code == 422 and sent.received() == 0
    upload(who, sent.url)
    graduate = logged_in(sent.by)
    foreign = Evidence.objects.get(link=sent.link.pk)
    assert graduate.post(f"/files/{foreign.pk}/drop/").status_code == 404
    assert graduate.post(f"/files/{foreign.pk}/turn/").status_code == 404
    assert graduate.get(f"/files/{foreign.pk}/1/").status_code == 404
    assert str(foreign.pk) not in text(graduate.get(f"/cases/{sent.case.pk}/"))
    assert submit(who, sent.url).status_code == 302
    event = Event.objects.get(case=sent.case, step="receive")
    assert event.data["files"] == {"scan": [foreign.sha256]} and event.capacity == "contact" and event.user is None
    assert graduate.get(f"/files/{foreign.pk}/1/").status_code == 200
    assert graduate.post(f"/files/{foreign.pk}/drop/").status_code == 404
    assert str(foreign.pk) in text(graduate.get(f"/cases/{sent.case.pk}/"))
    assert Evidence.objects.get(pk=own.pk).bound_at is None and Evidence.objects.get(pk=foreign.pk).bound_at


def test_the_graduate_s_act_leaves_the_contact_s_files(sent: Sent) -> None:
    upload(inside(sent), sent.url)
    own = sent.cast.hand_in(sent.case, "scan")
    event = sent.cast.act(sent.case, "hand_in", sent.by)
    assert event.data["files"] == {"scan": [own.sha256]}


def test_the_same_picture_from_both_is_two(sent: Sent) -> None:
    data = photo().read()
    mine = uploads.receive(sent.case, "scan", "a.jpg", data, owner=sent.by.user)
    upload(inside(sent), sent.url, photo("b.jpg"))
    (row,) = uploads.usable(sent.case, "scan", sent.link.pk)
    assert row.pk != mine.pk and row.sha256 == mine.sha256 and not set(names(row)) & set(names(mine))


# --- the act -----------------------------------------------------------------------------------------


def test_submitted_once_however_often_it_is_posted(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    with_paper(monkeypatch, sent.case)
    who, colleague = inside(sent), inside(sent)
    upload(who, sent.url)
    assert "确认提交" in text(who.get(f"{sent.url}confirm/"))
    answers = [submit(who, sent.url) for _time in range(3)]
    assert {(one.status_code, one["Location"]) for one in answers} == {(302, sent.url)}
    assert sent.received() == 1 and sent.fresh().used_at
    page = text(who.get(sent.url))
    assert "已提交，学校审核中" in page and "2027-10001" in page
    assert "曹文公" not in page and "上传盖章" not in page
    assert who.get(f"{sent.url}confirm/")["Location"] == sent.url
    for tail in ("paper/", "paper/agreement.pdf", "paper/1.png", f"files/{Evidence.objects.get().pk}/1/"):
        assert is_dead(who.get(f"{sent.url}{tail}")), tail
    assert is_dead(upload(who, sent.url)) and is_dead(colleague.get(sent.url)) and is_dead(PageClient().get(sent.url))
    assert is_dead(submit(colleague, sent.url))
    LinkCode.objects.filter(done_at__isnull=False).update(proven_at=now() - SESSION)
    assert is_dead(who.get(sent.url)) and sent.received() == 1


def test_who_looked_before_another_handed_in_is_told_nothing(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    """The link ends between the look and the act: as it would in a race."""
    who = inside(sent)
    upload(who, sent.url)
    monkeypatch.setattr("wangqian.web.link_door.living", lambda visit: True)
    Link.objects.filter(pk=sent.link.pk).update(used_at=now())
    assert is_dead(submit(who, sent.url)) and sent.received() == 0


def test_what_is_wrong_is_said_and_nothing_is_lost(sent: Sent) -> None:
    who = inside(sent)
    upload(who, sent.url)
    row = Evidence.objects.get()
    edit(row, codes=[["https://x.example/verify/0000000000000000?v=1&p=1&n=1"]])
    answer = submit(who, sent.url)
    assert answer.status_code == 409 and "第 1 页（第1页.jpg）是另一份协议书" in text(answer)
    edit(row, codes=[[]])
    graduate = sent.case.graduate
    assert graduate
    edit(graduate, major="法学")
    assert "重新确认本人信息" in text(who.get(sent.url)) and submit(who, sent.url).status_code == 409
    edit(graduate, major="计算机科学与技术")
    assert submit(who, sent.url).status_code == 302 and sent.received() == 1


@pytest.mark.parametrize("reader", ["graduate", "college_reviewer", "school_reviewer"])
def test_who_handed_in_is_said_to_be_the_contact_whom_nobody_has_identified(sent: Sent, reader: str) -> None:
    who = inside(sent)
    upload(who, sent.url)
    submit(who, sent.url)
    page = text(logged_in(getattr(sent.cast, reader)).get(f"/cases/{sent.case.pk}/"))
    acts = dict(re.findall(r'<p class="timeline-what">(.*?)</p>\s*<p class="small muted">(.*?) · <time', page))
    assert acts["确认提交"] == "用人单位联系人（短信链接，未核验身份）"
