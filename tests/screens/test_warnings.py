"""What a reviewer should notice (codes.md §11), as his page says it: each sentence, and beside it what it does not say anything about."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.answers import UNIT
from tests.cast import Cast, edit
from tests.papers import CONTACT, REFUSAL, acted, again, linked, page, received
from tests.screens.pages import enter
from wangqian.cases.engine import perform
from wangqian.cases.models import Case, Event
from wangqian.cases.queries import content_of
from wangqian.chart.words import SYSTEM
from wangqian.codes import uscc
from wangqian.flows.warnings import warnings
from wangqian.people.clock import now
from wangqian.people.models import Graduate, User

pytestmark = pytest.mark.django_db
Way = Callable[[Cast], Case]
HANDS = "13900009999"
FIRST = "平台第一次见到这家单位，请电话核实。"
UNREAD = "第 1 页没有读到二维码，请对照协议书编号和内容核对。"
UNREAD_2 = UNREAD.replace("1", "2")


def noticed(cast: Cast, case: Case) -> list[str]:
    """The sentences on the page of who reviews first."""
    said = enter(cast.college_reviewer).get(f"/cases/{case.pk}/").content.decode()
    found = re.search(r"请留意.*?<ul>(.*?)</ul>", said, re.DOTALL)
    return re.findall(r"<li>(.*?)</li>", found[1]) if found else []


def code(number: int, prefix: str = "91430100") -> str:
    return uscc.make(prefix, 5000 + number)


def before(cast: Cast, name: str = "学长", **more: str) -> Case:
    """What somebody else has stated."""
    return cast.offline_review(cast.graduate_named(name), **more)


def stated(cast: Cast, **more: str) -> Case:
    """An agreement with a unit that others know."""
    before(cast)
    return cast.offline_review(**more)


def own(cast: Cast) -> Graduate:
    return Graduate.objects.get(pk=cast.graduate.membership.graduate_id)


def handed_in(cast: Cast, read: bool = True, **file: Any) -> Case:
    """The stamped paper of a known unit, by the graduate."""
    before(cast)
    case = cast.stamping()
    cast.hand_in(case, "scan", **(page(case, 1, 1) if read else {}), **file)
    return acted(cast, case, "hand_in", cast.graduate)


def scanned_of(cast: Cast, pages: int, *images: list[int]) -> Case:
    """The stamped paper of so many pages, as made; of each image which sheets were read on it."""
    before(cast)
    case = cast.stamping()
    perform(case, "filed", by=SYSTEM, facts={"pages": str(pages)})
    for sheets in images:
        cast.hand_in(case, "scan", codes=[[text for sheet in sheets for text in page(case, sheet, pages)["codes"][0]]])
    return acted(cast, case, "hand_in", cast.graduate)


def by_link(cast: Cast, mobile: str) -> Case:
    """By whoever the graduate sent the link to."""
    before(cast)
    case = cast.stamping()
    link, _secret = linked(cast, case, mobile)
    received(cast, case, link, **page(case, 1, 1))
    return again(case)


def family(cast: Cast, phone: str) -> str:
    edit(own(cast), home_phone=phone)
    return phone


def units_of(cast: Cast, mobile: str, count: int, link: bool = False) -> None:
    """Agreements of others for which this phone answers."""
    for at in range(count):
        who = cast.graduate_named(f"同学{at}")
        about = {"employer_uscc": code(at), "employer_name": f"第{at}厂", "address": f"解放路 {at} 号"}
        if not link:
            cast.offline_review(who, contact_mobile=mobile, **about)
            continue
        case = cast.stamping(who, **about)
        linked(cast, case, mobile, by=who)


def door(cast: Cast, units: int, each: int = 1, certified: int = 0, address: str = UNIT["address"]) -> Case:
    """Other firms at this address, so many graduates each, the first ones certified; then his own, which one other knows."""
    before(cast)
    for at in range(units):
        about = {"employer_uscc": code(at), "employer_name": f"第{at}厂", "contact_mobile": f"1390001{at:04d}", "address": address}
        for one in range(each):
            cast.offline_review(cast.graduate_named(f"同学{at}-{one}"), **about)
        if at < certified:
            edit(cast.employer_named(f"第{at}厂").membership.employer, uscc=code(at))
    return cast.offline_review()


def scanned(cast: Cast, by: str, bound: bool = True) -> Case:
    """One file in two cases."""
    same = {"sha256": "ab" * 32}
    if by == "himself":
        first = cast.stamping()
        cast.hand_in(first, "scan", **same, **page(first, 1, 1))
        acted(cast, first, "hand_in", cast.graduate)
        acted(cast, first, "refuse_paper", cast.college_reviewer, REFUSAL)
    else:
        who = cast.graduate_named("同班")
        first = cast.stamping(who)
        cast.hand_in(first, "scan", who, **same, **page(first, 1, 1))
        if bound:
            acted(cast, first, "hand_in", who)
    return handed_in(cast, **same)


def flexible(cast: Cast, others: int, drafts: int = 0, days: int = 0) -> Case:
    """So many registered before him, and how long ago."""
    for at in range(others):
        cast.destination_review("freelance", cast.graduate_named(f"同学{at}"))
    for at in range(drafts):
        cast.begun("destination", cast.graduate_named(f"草稿{at}"), topic="freelance")
    Case.objects.update(opened_at=now() - timedelta(days=days))
    return cast.destination_review("freelance")


def phone_of(cast: Cast, name: str = "同学") -> str:
    """An account's."""
    return str(cast.graduate_named(name).user.phone)


CONTACT_IS, LINK_IS = "单位联系人的手机", "协助回传的短信发到的手机"
OWN, OTHERS = "就是毕业生本人或家庭登记的电话。", "是另一名毕业生登记的手机。"
MANY = "出现在 3 家不同单位的登记中。"
DOOR = "同一地址登记了 3 家没有在平台认证的单位，每家只有一两名毕业生，请核实单位是否真实用人。"
SCAN = "上传的文件与另外 1 个事项中的完全相同。"


def uploaded_by(phone: str) -> list[str]:
    said = f"图像由 {phone[:3]}****{phone[-4:]} 通过短信链接上传，平台没有核验上传人的身份。"
    return [said] if phone == CONTACT else [said, "这个手机不是登记的单位联系人的手机。"]


# Each row: what is noticed, when; and just beside it, when not.
SHOWN: dict[str, tuple[Way, list[str]]] = {
    "the graduate's own phone": (lambda cast: stated(cast, contact_mobile=own(cast).phone), [CONTACT_IS + OWN]),
    "his account's phone": (lambda cast: stated(cast, contact_mobile=cast.graduate.user.phone), [CONTACT_IS + OWN]),
    "his family's phone": (lambda cast: stated(cast, contact_mobile=family(cast, HANDS)), [CONTACT_IS + OWN]),
    "another graduate's phone": (lambda cast: stated(cast, contact_mobile=phone_of(cast)), [CONTACT_IS + OTHERS]),
    "one phone for many employers": (lambda cast: (units_of(cast, HANDS, 2), stated(cast, contact_mobile=HANDS))[1], [CONTACT_IS + MANY]),
    "many firms at one door": (lambda cast: door(cast, 2, each=2), [DOOR]),
    "the same door, spaced otherwise": (lambda cast: door(cast, 2, address="岳麓大道１号"), [DOOR]),
    "a unit nobody knows": (lambda cast: cast.offline_review(), [FIRST]),
    "a unit only his own earlier case knows": (
        lambda cast: (acted(cast, cast.offline_review(), "refuse", cast.college_reviewer, REFUSAL), cast.offline_review())[1],
        [FIRST],
    ),
    "another name for the code": (
        lambda cast: stated(cast, employer_name="长风集团"),
        ["这个信用代码以前登记的单位名称是：长风零部件厂。"],
    ),
    "a nature that the code contradicts": (
        lambda cast: stated(cast, nature="10"),
        ["信用代码以 91 开头的单位，性质一般是：国有企业、三资企业、其他企业。请核对"],
    ),
    "other staff": (lambda cast: stated(cast, job_category="90"), ["职位类别为“其他人员”，请核对有没有更合适的类别。"]),
    "a scan of somebody else's": (lambda cast: scanned(cast, "another"), [SCAN]),
    "a page without a code": (lambda cast: handed_in(cast, read=False), [UNREAD]),
    "a page without a code of a paper of which fewer images came": (
        lambda cast: scanned_of(cast, 3, [1], []), [UNREAD_2, "协议书共 3 页，只收到 2 页图像，请核对是否缺页。"],
    ),
    "the only image without a code, of a paper of two pages": (
        lambda cast: scanned_of(cast, 2, []), [UNREAD, "协议书共 2 页，只收到 1 页图像，请核对是否缺页。"],
    ),
    "a page without a code of a paper that came whole": (lambda cast: scanned_of(cast, 2, [1], []), [UNREAD_2]),
    "two sheets on one image, the third without a code": (lambda cast: scanned_of(cast, 3, [1, 2], []), [UNREAD_2]),
    "handed in by the link": (lambda cast: by_link(cast, CONTACT), uploaded_by(CONTACT)),
    "the link to his family": (lambda cast: by_link(cast, family(cast, HANDS)), [LINK_IS + OWN, *uploaded_by(HANDS)]),
    "the link to another graduate": (lambda cast: by_link(cast, "13800000077" if friend(cast, "13800000077") else ""),
                                     [LINK_IS + OTHERS, *uploaded_by("13800000077")]),
    "the link to a phone of many employers": (
        lambda cast: (units_of(cast, HANDS, 2), by_link(cast, HANDS))[1], [LINK_IS + MANY, *uploaded_by(HANDS)],
    ),
    "a contact whom others sent their links": (
        lambda cast: (units_of(cast, HANDS, 2, link=True), stated(cast, contact_mobile=HANDS))[1], [CONTACT_IS + MANY],
    ),
    "many flexible jobs in a week": (
        lambda cast: flexible(cast, 9), ["本院系一周内有 10 人登记灵活就业或自由职业，请重点核实。"],
    ),
}  # fmt: skip
BESIDE: dict[str, Way] = {
    "a known unit with its own phone": stated,
    "the employer's own user has the phone": lambda cast: stated(cast, contact_mobile=cast.employer.user.phone),
    "one phone for two employers": lambda cast: (units_of(cast, HANDS, 1), stated(cast, contact_mobile=HANDS))[1],
    "one phone, one employer, many graduates": lambda cast: [stated(cast), *(before(cast, name) for name in "甲乙丙")][0],
    "two firms at one door": lambda cast: door(cast, 1),
    "firms at one door, one with more graduates": lambda cast: door(cast, 2, each=3),
    "firms at one door, one certified": lambda cast: door(cast, 2, certified=1),
    "firms next door": lambda cast: door(cast, 2, address="岳麓大道 2 号"),
    "a name as the certified unit has it": lambda cast: (
        edit(cast.employer_named(UNIT["employer_name"]).membership.employer, uscc=UNIT["employer_uscc"]),
        cast.offline_review(),
    )[1],
    "a unit known from a labour contract": lambda cast: (
        cast.destination_review("contract", cast.graduate_named("学长")),
        cast.offline_review(),
    )[1],
    "a nature that fits": lambda cast: stated(cast, nature="31"),
    "engineers": lambda cast: stated(cast, job_category="13"),
    "his own scan of a refused case": lambda cast: scanned(cast, "himself"),
    "a scan somebody has not handed in": lambda cast: scanned(cast, "another", bound=False),
    "every page read": handed_in,
    "two sheets on one image, both read": lambda cast: scanned_of(cast, 2, [1, 2]),
    "nine flexible jobs in a week": lambda cast: flexible(cast, 8, drafts=3),
    "ten flexible jobs, not in a week": lambda cast: flexible(cast, 9, days=8),
}


def friend(cast: Cast, phone: str) -> User:
    """Another graduate, whose account has this phone."""
    user = cast.graduate_named("同学").user
    edit(user, phone=phone)
    return user


@pytest.mark.parametrize("name", SHOWN)
def test_it_is_said(cast: Cast, name: str) -> None:
    way, sentences = SHOWN[name]
    assert noticed(cast, way(cast)) == sentences


@pytest.mark.parametrize("name", BESIDE)
def test_nothing_is_said(cast: Cast, name: str) -> None:
    assert noticed(cast, BESIDE[name](cast)) == []


def test_what_is_noticed_refuses_nothing(cast: Cast) -> None:
    case = door(cast, 2, each=2)
    assert noticed(cast, case) == [DOOR] and cast.approved(case).state == "stamping"
    assert Event.objects.filter(case=case, step="approve").count() == 2


def test_only_the_school_reads_it(cast: Cast) -> None:
    case = cast.offline_review(contact_mobile=own(cast).phone)
    assert noticed(cast, case) == [CONTACT_IS + OWN, FIRST]
    assert "请留意" not in enter(cast.graduate).get(f"/cases/{case.pk}/").content.decode()


def scanned_tables(case: Case) -> list[str]:
    """What of the questions put to the database about this submission reads a table from end to end."""
    with CaptureQueriesContext(connection) as queries:
        warnings(case, content_of(case))
    found = []
    for query in [one["sql"] for one in queries]:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query}")
            found += [step for *_rest, step in cursor.fetchall() if re.match("SCAN (?!CONSTANT|qualify|subquery|.subquery)", step)]
    return found


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads small tables from end to end, index or not")
def test_every_question_has_its_index(cast: Cast) -> None:
    agreement, jobs = by_link(cast, HANDS), cast.destination_review("freelance", cast.graduate_named("同学"))
    other = cast.offline_review(cast.graduate_named("学弟"), contact_mobile="13900008888")  # SQLite keeps the plans it has made
    assert scanned_tables(agreement) == scanned_tables(jobs) == []
    with connection.cursor() as cursor:  # red control
        cursor.execute("DROP INDEX contact_by_phone")
    assert {step.split()[1] for step in scanned_tables(other)} == {"flows_contact"}
