"""添加学生: exact, limited, neutral, known to the graduate (security.md §2.1, A3)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import signing
from django.db.models import Value
from django.db.models.functions import Replace
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from tests.cast import Cast, number
from tests.screens.door import solved
from tests.screens.employer_stage import entered, rows, words
from wangqian.flows import favourites
from wangqian.notices.models import Notice
from wangqian.people import limits
from wangqian.people.clock import now, today
from wangqian.people.models import AccessLog, Actor, Cohort, Employer, Favourite, Graduate, Membership, School, Throttle
from wangqian.web import challenge
from wangqian.web.employer_search import SALT, token

URL = "/favourites/add/"
STRANGER = number(999_999)


def facts(actor: Actor, **other: str) -> dict[str, str]:
    """What a person types who knows all three facts."""
    graduate = actor.membership.graduate
    assert graduate
    known = {"name": graduate.name, "number": graduate.identity_number(), "school": str(graduate.school_id)}
    return {"kind": "resident", **known, **other}


def found(page: HttpResponse) -> bool:
    return "加入收藏夹" in words(page) and "查到的学生" in words(page)


def bare(page: HttpResponse) -> bytes:
    """The answer without the form's token and what the asker typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|data-challenge="[^"]*"', "", page.content.decode())
    text = re.sub(r'(<input[^>]*name="(?:name|number)"[^>]*) value="[^"]*"', r"\1", text)
    text = re.sub(r'(<input[^>]*)value="[^"]*"([^>]*name="(?:name|number)")', r"\1\2", text)
    return text.replace(" selected", "").encode()


def asked(client: Client, actor: Actor, **other: str) -> HttpResponse:
    """As the page's script sends it."""
    return client.post(URL, facts(actor, **other, work=solved("look-up")))


def missed(client: Client, actor: Actor, times: int) -> None:
    for serial in range(times):
        assert not found(asked(client, actor, number=number(800_000 + serial)))


def test_found_shown_kept_once(cast: Cast) -> None:
    client, graduate = entered(cast.employer), cast.graduate.membership.graduate
    assert graduate
    page = client.post(URL, facts(cast.graduate))
    for fact in ("曹文公", graduate.masked_identity(), "示范大学", "本科生毕业", "计算机科学与技术"):
        assert fact in words(page)
    assert graduate.identity_number() not in page.content.decode()
    proof = re.search(r'name="token" value="([^"]+)"', page.content.decode())
    assert proof
    kept = client.post(URL, {"token": proof.group(1)}, follow=True)
    assert kept.redirect_chain == [("/home/?tab=favourites&year=2027", 302)]
    assert "曹文公已加入收藏夹" in words(kept) and len(rows(kept)) == 1
    assert "曹文公已在收藏夹中" in words(client.post(URL, {"token": proof.group(1)}, follow=True))
    one = Favourite.objects.get()
    assert (one.employer, one.graduate, one.added_by) == (
        cast.employer.membership.employer,
        graduate,
        cast.employer.user,
    )
    assert "已在收藏夹中" in words(client.post(URL, facts(cast.graduate)))


def test_a_name_may_be_typed_in_another_width(cast: Cast) -> None:
    uighur = cast.graduate_named("买买提·艾力")
    client = entered(cast.employer)
    for name in (" 买买提·艾力 ", "买买提•艾力", "买买提．艾力"):
        assert found(client.post(URL, facts(uighur, name=name)))
    typed = facts(uighur)["number"]
    assert found(client.post(URL, facts(uighur, number=f"{typed[:6]} {typed[6:].lower()}")))
    assert not found(client.post(URL, facts(uighur, name="买买提")))


def test_misses_do_not_say_what_was_wrong(cast: Cast) -> None:
    closed_path = cast.graduate_named("路已关")
    client = entered(cast.employer)
    missed(entered(cast.other_employer), closed_path, 5)
    gone, left = cast.graduate_named("已转出", status="moved"), cast.graduate_named("已退学", status="withdrawn")
    past = Cohort.objects.create(
        school=cast.school, year=2020, opens_at=now() - timedelta(days=9), closes_at=now() - timedelta(days=1)
    )
    old = cast.graduate_named("往届生", cohort=past)
    other_school = str(cast.outsider_school.pk)
    wrong = {
        "name": facts(cast.graduate, name="曹文"),
        "number": facts(cast.graduate, number=STRANGER),
        "kind": facts(cast.graduate, kind="other"),
        "school": facts(cast.graduate, school=other_school),
        "nobody": facts(cast.graduate, name="查无此人", number=STRANGER, school=other_school),
        "path": facts(closed_path),
        "moved": facts(gone),
        "withdrawn": facts(left),
        "cohort": facts(old),
    }
    pages = {why: client.post(URL, {**given, "work": solved("look-up")}) for why, given in wrong.items()}
    assert {page.status_code for page in pages.values()} == {200}
    first = pages["name"]
    for why, page in pages.items():
        assert bare(page) == bare(first), why
        assert {**page.headers, "Content-Length": ""} == {**first.headers, "Content-Length": ""}, why
    assert "没有找到三项都相符的毕业生" in words(first)
    assert AccessLog.objects.count() == 0
    assert found(asked(client, cast.graduate))


def test_a_graduate_reopened_after_the_end_is_found(cast: Cast) -> None:
    past = cast.cohort_of(cast.outsider_school, opens=-60, closes=-1)
    reopened = cast.graduate_named("重开", cast.outsider_college, past, reopened_until=now() + timedelta(days=1))
    assert found(entered(cast.employer).post(URL, facts(reopened)))


def test_five_misses_of_all_employers_close_the_path_for_one_target(cast: Cast) -> None:
    one, two, three = (entered(who) for who in (cast.employer, cast.other_employer, cast.employer_named("第三家")))
    missed(one, cast.graduate, 3)
    assert found(two.post(URL, facts(cast.graduate)))  # a hit uses nothing up
    missed(two, cast.graduate, 1)
    assert not found(asked(one, cast.graduate, name=" 曹文公", number=STRANGER))
    for client in (one, two, three):
        assert not found(asked(client, cast.graduate))
    assert found(three.post(URL, facts(cast.graduate_named("同学"))))
    assert AccessLog.objects.filter(subject=cast.graduate.membership.graduate).count() == 1
    Throttle.objects.filter(key__startswith="look-up-target").update(since=now() - limits.LIMITS["look-up-target"].window)
    assert found(asked(one, cast.graduate))


def test_after_three_misses_a_challenge_and_the_day_s_share_stays(cast: Cast) -> None:
    client, colleague = entered(cast.employer), entered(cast.actor("同事", "employer", employer=cast.employer.membership.employer))
    for serial in range(3):
        assert client.post(URL, facts(cast.graduate, name=f"某{serial}")).status_code == 200
    assert found(client.post(URL, facts(cast.graduate)))  # without a script: the slow lane, once
    spent = limits.spent("look-up", str(cast.employer.membership.employer_id))
    for who in (client, colleague):
        page = who.post(URL, facts(cast.graduate))
        assert (page.status_code, "10 分钟内只能提交一次" in words(page), found(page)) == (429, True, False)
        assert who.post(URL, facts(cast.graduate, work=solved("ask"))).status_code == 422
        assert found(asked(who, cast.graduate))
    assert limits.spent("look-up", str(cast.employer.membership.employer_id)) == spent + 2
    assert found(entered(cast.other_employer).post(URL, facts(cast.graduate)))


def test_red_control_without_the_challenge_misses_cost_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = entered(cast.employer)

    def statuses() -> list[int]:
        return [client.post(URL, facts(cast.graduate, name=f"某{serial}")).status_code for serial in range(6)]

    assert statuses() == [200] * 4 + [429] * 2
    monkeypatch.setattr(challenge, "require_after", lambda *_given: None)
    assert statuses() == [200] * 6


def test_watching_the_limits_refuses_nothing_and_keeps_the_counts(cast: Cast, settings: Settings) -> None:
    settings.LIMITS = "track"
    client, school = entered(cast.employer), str(cast.school.pk)
    for serial in range(6):
        assert not found(client.post(URL, facts(cast.graduate, number=number(800_000 + serial))))
    assert found(client.post(URL, facts(cast.graduate)))
    assert limits.spent("look-up-target", "曹文公", school) == limits.LIMITS["look-up-target"].count
    settings.LIMITS = "enforce"
    assert not found(asked(client, cast.graduate))


def test_the_counts_of_a_month_outlive_the_cleaning(cast: Cast) -> None:
    missed(entered(cast.employer), cast.graduate, 5)
    Throttle.objects.update(since=now() - timedelta(days=20))
    limits.sweep()
    assert not Throttle.objects.filter(key__startswith="look-up:").exists()
    assert not found(asked(entered(cast.employer), cast.graduate))


def test_the_same_name_at_another_school_is_another_target(cast: Cast) -> None:
    cast.cohort_of(cast.outsider_school)
    cohort = Cohort.objects.get(school=cast.outsider_school)
    namesake = cast.graduate_named("曹文公", cast.outsider_college, cohort)
    client = entered(cast.employer)
    missed(client, cast.graduate, 5)
    assert not found(asked(client, cast.graduate))
    assert found(asked(client, namesake))


def test_fifty_look_ups_a_day_and_employer(cast: Cast) -> None:
    colleague = cast.actor("同事", "employer", employer=cast.employer.membership.employer)
    for serial in range(50):
        given = ("某人", "resident", number(700_000 + serial), cast.school.pk)
        assert favourites.find(cast.employer, f"{given[0]}{serial}", *given[1:]) is None
    for actor in (cast.employer, colleague):
        page = asked(entered(actor), cast.graduate)
        assert page.status_code == 429
        assert "24 小时内已查询 50 次" in words(page) and not found(page)
    assert found(entered(cast.other_employer).post(URL, facts(cast.graduate)))


def test_form_errors_cost_no_look_up(cast: Cast) -> None:
    client = entered(cast.employer)
    wrong = facts(cast.graduate)["number"]
    wrong = wrong[:-1] + ("1" if wrong[-1] != "1" else "2")
    for given, sentence in (
        (facts(cast.graduate, number=wrong), "校验码不符"),
        (facts(cast.graduate, number=""), "请填写证件号码"),
        (facts(cast.graduate, name=""), "请填写学生姓名"),
        (facts(cast.graduate, school=""), "请选择毕业院校"),
        (facts(cast.graduate, school="abc"), "没有名称包含“abc”的学校，请核对校名，填写全称"),
        (facts(cast.graduate, kind="x"), "x"),
        (facts(cast.graduate, name="\0"), "null"),
    ):
        page = client.post(URL, given)
        assert page.status_code == 422
        assert sentence in words(page) or sentence in ("x", "null")
    School.objects.filter(pk=cast.school.pk).update(active=False)
    assert client.post(URL, facts(cast.graduate)).status_code == 422
    assert Throttle.objects.count() == 0


@pytest.mark.parametrize("suspended", [False, True])
def test_only_certified_employers_search_and_keep(cast: Cast, suspended: bool) -> None:
    fields = {"suspended_at": now()} if suspended else {"certified_at": None}
    graduate = cast.graduate.membership.graduate
    assert graduate
    proof = token(cast.employer, graduate)
    Employer.objects.filter(pk=cast.employer.membership.employer_id).update(**fields)
    client = entered(cast.employer)
    sentence = "认证已被暂停，暂不能查询学生" if suspended else "尚未通过认证，暂不能查询学生"
    assert sentence in words(client.get(URL))
    page = client.post(URL, facts(cast.graduate))
    assert page.status_code == 409 and sentence in words(page)
    assert sentence in words(client.post(URL, {"token": proof}, follow=True))
    assert (AccessLog.objects.count(), Favourite.objects.count(), Throttle.objects.count()) == (0, 0, 0)


def test_the_graduate_sees_who_looked(cast: Cast) -> None:
    assert found(entered(cast.employer).post(URL, facts(cast.graduate)))
    log = AccessLog.objects.get()
    assert (log.what, log.subject, log.membership, log.actor, log.ip) == (
        "look_up",
        cast.graduate.membership.graduate,
        cast.employer.membership,
        cast.employer.user,
        "127.0.0.1",
    )
    assert "越综合企业" in words(entered(cast.graduate).get("/me/"))


def told(graduate: Actor) -> list[tuple[str, str]]:
    """What he was told of being looked up: subject and first line, by the inbox."""
    rows = Notice.objects.filter(recipient=graduate.user, template="direct.looked_up", channel="inbox").order_by("created_at")
    return [(one.subject, one.body.splitlines()[0]) for one in rows]


def looked_up_by(actor: Actor) -> tuple[str, str]:
    assert actor.membership.employer
    return "有单位查询了您", f"{actor.membership.employer.name}按您的姓名、证件号码和学校查到了您。如与求职无关，请联系学校就业部门。"


def test_the_graduate_is_told_of_a_hit_once_a_day_and_employer(cast: Cast) -> None:
    client, colleague = entered(cast.employer), cast.actor("同事", "employer", employer=cast.employer.membership.employer)
    for wrong in (facts(cast.graduate, name="曹文"), facts(cast.graduate, number=STRANGER)):
        assert not found(client.post(URL, wrong))
    assert not Notice.objects.exists()
    for who in (client, client, entered(colleague)):
        assert found(who.post(URL, facts(cast.graduate)))
    assert told(cast.graduate) == [looked_up_by(cast.employer)]
    channels = Notice.objects.values_list("channel", "template", "recipient")
    assert sorted(channels) == [(way, "direct.looked_up", cast.graduate.user.pk) for way in ("email", "inbox")]
    assert found(entered(cast.other_employer).post(URL, facts(cast.graduate)))
    assert told(cast.graduate) == [looked_up_by(cast.employer), looked_up_by(cast.other_employer)]
    yesterday = today(now()) - timedelta(days=1)
    Notice.objects.update(key=Replace("key", Value(f"{today(now()):%Y%m%d}"), Value(f"{yesterday:%Y%m%d}")))
    assert found(client.post(URL, facts(cast.graduate)))
    assert told(cast.graduate) == [looked_up_by(who) for who in (cast.employer, cast.other_employer, cast.employer)]


def test_who_is_on_the_rosters_of_two_schools_is_told_of_each(cast: Cast) -> None:
    second = cast.outsider
    row = second.membership.graduate
    row.set_identity("resident", cast.graduate.membership.graduate.identity_number())
    row.save()
    Membership.objects.filter(pk=second.membership.pk).update(user=cast.graduate.user)
    client = entered(cast.employer)
    for whose in (cast.graduate, second, cast.graduate, second):
        assert found(client.post(URL, facts(whose)))
    assert told(cast.graduate) == [looked_up_by(cast.employer)] * 2
    mine = Notice.objects.filter(channel="inbox").order_by("created_at").values_list("membership", flat=True)
    assert list(mine) == [cast.graduate.membership.pk, second.membership.pk]


def test_red_control_without_the_key_he_is_told_at_every_look(cast: Cast) -> None:
    client = entered(cast.employer)
    for _each in range(2):
        assert found(client.post(URL, facts(cast.graduate)))
        Notice.objects.update(key="")
    assert told(cast.graduate) == [looked_up_by(cast.employer)] * 2


def test_who_has_no_account_yet_is_found_and_nobody_is_told(cast: Cast) -> None:
    graduate = cast.graduate.membership
    given = facts(cast.graduate)
    graduate.delete()
    assert found(entered(cast.employer).post(URL, given))
    assert not Notice.objects.exists()


def old(_cast: Cast, make: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> str:
    then = time.time() - 601
    with monkeypatch.context() as earlier:
        earlier.setattr(time, "time", lambda: then)
        return make()


@pytest.mark.parametrize("how", ["old", "foreign", "broken", "other salt"])
def test_a_token_is_the_finders_and_fresh(cast: Cast, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    graduate = cast.graduate.membership.graduate
    assert graduate
    proof = token(cast.employer, graduate)
    proof = {
        "old": lambda: old(cast, lambda: token(cast.employer, graduate), monkeypatch),
        "foreign": lambda: token(cast.other_employer, graduate),
        "broken": lambda: proof[:-1] + ("a" if proof[-1] != "a" else "b"),
        "other salt": lambda: signing.dumps(
            [str(cast.employer.membership.employer_id), str(graduate.pk)], salt=SALT + "x"
        ),
    }[how]()
    page = entered(cast.employer).post(URL, {"token": proof}, follow=True)
    assert page.redirect_chain == [(URL, 302)]
    assert "查询结果已过期" in words(page)
    assert Favourite.objects.count() == 0


def test_nothing_typed_is_lost_and_nothing_stands_in_the_address(cast: Cast) -> None:
    given = facts(cast.graduate, number=STRANGER)
    page = entered(cast.employer).post(URL, given)
    assert f'value="{STRANGER}"' in page.content.decode() and 'value="曹文公"' in page.content.decode()
    assert re.search(rf'value="{given["school"]}" selected', page.content.decode())
    assert Graduate.objects.count() == 1
