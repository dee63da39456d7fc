"""The capability link at the door (security.md §2.4), and what the marks on a scan say."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast, edit
from tests.papers import CONTACT, FAULT, REFUSAL, acted, again, holder, linked, other_major, page, received
from wangqian.cases.act import Bearer, NotYours
from wangqian.cases.engine import perform
from wangqian.cases.forms import Invalid
from wangqian.cases.models import Case, Evidence
from wangqian.chart.words import FLOWS, SYSTEM, Refused
from wangqian.flows import links
from wangqian.flows.models import Link
from wangqian.people.clock import now
from wangqian.people.identity import keyed

DEAD = "这个链接已经失效"


def test_handed_in_by_the_employer(cast: Cast) -> None:
    case = cast.stamping()
    link, secret = linked(cast, case)
    assert links.of_secret(secret) == link and link.secret != secret and len(secret) == 27
    event = received(cast, case, link)
    assert (event.capacity, event.user_id, event.ip, event.target) == ("contact", None, "127.0.0.1", "stamped_review")
    link.refresh_from_db()
    assert link.used_at is not None and not links.alive(link, now())
    assert acted(cast, case, "withdraw_paper", cast.graduate).state == "stamping"  # also after the employer's upload
    with pytest.raises(Refused, match=DEAD):
        received(cast, case, link)


def test_it_stands_for_one_case(cast: Cast) -> None:
    case, other = cast.stamping(), cast.stamping(cast.graduate_named("吴用"))
    link, _secret = linked(cast, case)
    with pytest.raises(NotYours):
        perform(other, "receive", by=holder(link))
    stolen = Bearer(links.CONTACT, other.pk, link.pk)
    cast.hand_in(other, "scan", owner=None, link=link.pk)
    with pytest.raises(Refused, match=DEAD):
        perform(other, "receive", by=stolen)


def test_it_stands_for_one_act(cast: Cast) -> None:
    case = cast.stamping()
    link, _secret = linked(cast, case)
    for step in FLOWS["offline"].steps:
        if step != "receive":
            with pytest.raises(NotYours):
                perform(again(case), step, by=holder(link))
    with pytest.raises(NotYours):
        perform(again(case), "receive", by=cast.graduate)


def test_he_hands_in_what_came_by_the_link_alone(cast: Cast) -> None:
    case = cast.stamping()
    link, _secret = linked(cast, case)
    cast.hand_in(case, "scan")  # the graduate's own, not handed in
    with pytest.raises(Invalid, match="请上传盖章的就业协议书"):
        perform(again(case), "receive", by=holder(link))
    event = received(cast, case, link)
    assert len(event.data["files"]["scan"]) == 1
    case = acted(cast, case, "send_paper_back", cast.college_reviewer, FAULT)
    event = cast.act(case, "hand_in", cast.graduate)
    assert len(event.data["files"]["scan"]) == 1


@pytest.mark.parametrize("way", ["handed in", "given up", "issued anew", "expired", "another round", "refused", "paper issued anew"])
def test_it_dies(cast: Cast, way: str) -> None:
    case = cast.stamping()
    link, _secret = linked(cast, case)
    assert links.alive(link, now())
    if way in ("handed in", "another round", "refused"):
        cast.hand_in(case, "scan")
        cast.act(case, "hand_in", cast.graduate)
    if way == "another round":
        cast.act(case, "withdraw_paper", cast.graduate)
    if way == "refused":
        cast.act(case, "refuse_paper", cast.college_reviewer, REFUSAL)
    if way == "paper issued anew":
        other_major(case)
        cast.act(case, "reconfirm_paper", cast.graduate)
    if way == "given up":
        cast.act(case, "give_up", cast.graduate, {"reason": "单位不再录用"})
    if way == "issued anew":
        linked(cast, case, "13900003333")
    if way == "expired":
        Link.objects.update(expires_at=now())
    link.refresh_from_db()
    link.case = again(case)
    assert not links.alive(link, now())
    said = "不能再办理“确认提交”" if way in ("handed in", "refused", "given up") else DEAD
    with pytest.raises(Refused, match=said):
        received(cast, case, link)


def test_it_lives_three_days(cast: Cast) -> None:
    link, _secret = linked(cast, cast.stamping())
    assert links.alive(link, link.made_at + timedelta(hours=72, seconds=-1))
    assert not links.alive(link, link.made_at + timedelta(hours=72))


def test_never_to_his_own_number_and_three_times_a_day(cast: Cast) -> None:
    case = cast.stamping()
    for own in (case.graduate.phone, cast.graduate.user.phone):  # type: ignore[union-attr]
        with pytest.raises(Invalid, match="这是您自己的手机号"):
            cast.act(case, "ask_employer", cast.graduate, {"mobile": own})
    for _ in range(3):
        linked(cast, case)
    with pytest.raises(Refused, match="今天已经请单位协助回传 3 次"):
        linked(cast, case)
    Link.objects.update(made_at=now() - timedelta(hours=25))
    assert linked(cast, case, CONTACT)[0].mobile == CONTACT


def test_no_guess_hits(cast: Cast) -> None:
    """10⁵ random secrets, looked up by their hashes in bulk; the real one is found the same way."""
    _link, secret = linked(cast, cast.stamping())
    guesses = [keyed("link", secrets.token_urlsafe(20)) for _ in range(100_000)]

    def hits(hashes: list[str]) -> int:
        return sum(Link.objects.filter(secret__in=hashes[at : at + 500]).count() for at in range(0, len(hashes), 500))

    assert hits(guesses) == 0
    assert hits([*guesses[:10], keyed("link", secret)]) == 1
    assert links.of_secret("") is None and links.of_secret(secret[:-1]) is None


# --- scans ------------------------------------------------------------------------------------------


def handed_in(cast: Cast, case: Case) -> dict[str, object]:
    return dict(cast.act(case, "hand_in", cast.graduate).data)


def test_every_page_once_is_taken(cast: Cast) -> None:
    case = cast.stamping()
    for number in (2, 1):
        cast.hand_in(case, "scan", **page(case, number, 2))
    assert "unread" not in handed_in(cast, case)


def together(*sheets: dict[str, Any]) -> dict[str, Any]:
    """Photographed in one picture."""
    return {"codes": [[text for sheet in sheets for text in sheet["codes"][0]]]}


def test_sheets_in_one_picture_are_read_each(cast: Cast) -> None:
    case = cast.stamping()
    cast.hand_in(case, "scan", **together(page(case, 2, 3), page(case, 1, 3)))
    with pytest.raises(Refused, match="缺少协议书的第 3 页"):
        handed_in(cast, case)
    other = cast.hand_in(case, "scan", **together(page(case, 3, 3), page(case, 2, 3)))
    with pytest.raises(Refused, match="第 2 页上传了两次"):
        handed_in(cast, case)
    edit(other, codes=together(page(case, 3, 3), page(case, 4, 4, code="AAAA1111BBBB2222"))["codes"])
    with pytest.raises(Refused, match=r"第 2 页（扫描件\.jpg）是另一份协议书"):
        handed_in(cast, case)
    edit(other, codes=together(page(case, 3, 3), {"codes": [["https://example.com/", ""]]})["codes"])
    assert "unread" not in handed_in(cast, case)


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ([{"number": 1, "pages": 2}], "缺少协议书的第 2 页"),
        ([{"number": 1, "pages": 2}, {"number": 1, "pages": 2}], "第 1 页上传了两次"),
        ([{"number": 1, "pages": 1, "version": 9}], "第 1 页（扫描件.jpg）是旧的一版协议书"),
        ([{"number": 1, "pages": 2}, {"number": 2, "pages": 2, "code": "AAAA1111BBBB2222"}], "第 2 页（扫描件.jpg）是另一份协议书"),
    ],
)
def test_what_does_not_belong_is_refused(cast: Cast, marks: list[dict[str, object]], said: str) -> None:
    case = cast.stamping()
    for one in marks:
        cast.hand_in(case, "scan", **page(case, **one))  # type: ignore[arg-type]
    with pytest.raises(Refused, match=said):
        handed_in(cast, case)
    assert again(case).state == "stamping"


def test_the_paper_that_met_no_stamp_is_refused(cast: Cast) -> None:
    """Byte for byte what was made here: the likeliest mistake, and every code on it is right."""
    case = cast.stamping()
    perform(case, "filed", by=SYSTEM, facts={"artefact_sha256": "a" * 64, "pages": "1"})
    copy = cast.hand_in(case, "scan", **page(case, 1, 1), sha256="a" * 64)
    with pytest.raises(Refused, match="这是没有盖章的电子版协议书。请打印后由双方签字、单位盖章，再拍照或扫描上传。"):
        handed_in(cast, case)
    Evidence.objects.filter(pk=copy.pk).update(sha256="b" * 64)
    assert "unread" not in handed_in(cast, case)


def test_the_version_before_is_refused_after_a_new_one(cast: Cast) -> None:
    case = cast.stamping()
    old = page(case, 1, 1)
    graduate = case.graduate
    assert graduate
    type(graduate).objects.filter(pk=graduate.pk).update(major="软件工程")
    cast.act(case, "reconfirm_paper", cast.graduate)
    cast.hand_in(case, "scan", **old)
    with pytest.raises(Refused, match="请用新的一版盖章后再上传"):
        handed_in(cast, case)


def test_what_cannot_be_read_is_said_to_the_reviewer(cast: Cast) -> None:
    case = cast.stamping()
    cast.hand_in(case, "scan", position=0, **page(case, 1, 3))
    cast.hand_in(case, "scan", position=1, pages=2, codes=[[], ["https://example.com/"]])
    assert handed_in(cast, case)["unread"] == [2, 3]
