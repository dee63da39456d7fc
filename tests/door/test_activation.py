"""激活账号 on the screen: from the roster's facts to the first page, by code and by slip; and nothing for anybody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast, number
from tests.flows.test_activating import issued, newcomer
from tests.screens.employer_stage import words
from tests.screens.pages import PageClient
from tests.screens.test_login import Unconnected
from wangqian.cases.models import Case
from wangqian.flows import activating
from wangqian.notices import deliver
from wangqian.notices import knocks as answering
from wangqian.notices.channels import CHANNELS
from wangqian.notices.channels.base import Outcome
from wangqian.notices.channels.sms import Shown
from wangqian.notices.models import Notice, Result
from wangqian.people import knocks, limits
from wangqian.people.clock import now
from wangqian.people.models import Graduate, Knock, Membership, Throttle, User
from wangqian.web.door.facts import FactsForm
from wangqian.web.wording import clock

PASSWORD = "绿蚁新醅酒 red clay 7"
PHONE = "13711112222"


def facts(graduate: Graduate, **other: str) -> dict[str, str]:
    known = {"school": str(graduate.school_id), "name": graduate.name, "kind": "resident"}
    return {**known, "number": graduate.identity_number(), **other}


def sent() -> str:
    """The code of the latest knock, after the worker."""
    answering.answer()
    return Knock.objects.order_by("-made_at")[0].code


def minutes_later() -> None:
    """Limits by the minute have run out; nothing else has changed."""
    Throttle.objects.all().delete()


def entered(client: PageClient) -> bool:
    return "_auth_user_id" in client.session


def bare(page: HttpResponse) -> str:
    """The page without what differs by chance: tokens, challenges, what was typed."""
    text = re.sub(r'value="[^"]*"|data-challenge="[^"]*"|data-wait="\d+"', "", page.content.decode())
    return re.sub(r" selected", "", text)


def test_from_the_roster_to_the_first_page(cast: Cast) -> None:
    graduate, client = newcomer(cast), PageClient()
    page = client.post("/activate/", facts(graduate), follow=True)
    assert "验证码会在 1 分钟内送到登记的手机" in words(page) and graduate.phone[-4:] not in bare(page)
    page = client.post("/activate/code/", {"code": sent()}, follow=True)
    assert "陆游，您好" in words(page) and not entered(client)
    page = client.post("/activate/password/", {"password1": PASSWORD, "password2": PASSWORD}, follow=True)
    assert entered(client) and "请先核对基本信息" in words(page)
    user = Membership.objects.get(graduate=graduate).user
    assert user.check_password(PASSWORD) and user.activated_at and user.phone_proven_at


@pytest.mark.parametrize("swept", [True, False])
@pytest.mark.parametrize("press", [True, False])
def test_an_hour_after_the_code_it_is_said_that_nothing_was_kept(cast: Cast, swept: bool, press: bool) -> None:
    """Whether or not the worker has forgotten the code, and whether the page is opened again or the button pressed."""
    graduate, client = newcomer(cast), PageClient()
    client.post("/activate/", facts(graduate))
    client.post("/activate/code/", {"code": sent()})
    chosen = {"password1": PASSWORD, "password2": PASSWORD}
    Knock.objects.update(made_at=now() - knocks.KEPT + timedelta(minutes=1))
    knocks.sweep()
    assert "陆游，您好" in words(client.get("/activate/password/"))
    Knock.objects.update(made_at=now() - knocks.KEPT - timedelta(minutes=1))
    if swept:
        knocks.sweep()
    page = client.post("/activate/password/", chosen, follow=True) if press else client.get("/activate/password/", follow=True)
    assert page.redirect_chain == [("/activate/", 302)]
    assert "离填写验证码的时间过长，密码没有保存，账号还没有激活。请重新获取验证码。" in words(page)
    assert not entered(client) and not User.objects.filter(activated_at__isnull=False).exists()
    assert client.get("/activate/code/")["Location"] == "/activate/"
    minutes_later()
    client.post("/activate/", facts(graduate))
    client.post("/activate/code/", {"code": sent()})
    client.post("/activate/password/", chosen)
    assert entered(client)


def test_the_worker_sends_the_code_to_the_registered_phone_only(cast: Cast) -> None:
    graduate = newcomer(cast)
    PageClient().post("/activate/", facts(graduate))
    assert answering.answer() == 1
    (told,) = User.objects.get(identity_index=bytes(graduate.identity_index)).notices.all()
    assert (told.channel, told.address) == ("sms", graduate.phone[:3] + "****" + graduate.phone[-4:])


def test_wrong_facts_look_like_right_ones_and_lead_nowhere(cast: Cast) -> None:
    graduate, other = newcomer(cast), newcomer(cast, "李白")
    right = bare(PageClient().post("/activate/", facts(graduate), follow=True))
    for wrong in ({"name": "陆务观"}, {"number": other.identity_number()}, {"school": str(cast.outsider_school.pk)}):
        minutes_later()
        client = PageClient()
        page = client.post("/activate/", facts(graduate, **wrong), follow=True)
        assert bare(page) == right
        code = sent()
        assert "验证码不正确" in words(client.post("/activate/code/", {"code": code}))
        assert client.get("/activate/password/").headers["Location"] == "/activate/"
        assert not entered(client)
    assert Membership.objects.filter(kind="graduate", graduate__in=[graduate, other]).count() == 0


NUMBERS = re.compile(r"'[^']*'|\b[0-9a-f]{32}\b|\d+|NULL|X\b")


def asked(post: Callable[[], object]) -> list[str]:
    """The statements of a request, without their values, in order."""
    with CaptureQueriesContext(connection) as found:
        post()
    return [NUMBERS.sub("?", one["sql"]) for one in found]


@pytest.mark.parametrize("kind", ["new", "asked before", "in use"])
def test_the_same_queries_for_all_facts_right_and_for_nobody(cast: Cast, kind: str) -> None:
    """Number and kind of every statement, at the first time and for another code: nothing is locked, looked up or made."""
    graduate = newcomer(cast)
    if kind != "new":
        user = activating.account_of(graduate)
        if kind == "in use":
            activating.activate(user, graduate, PASSWORD)
    seen = []
    for given in (facts(graduate), facts(graduate, name="陆务观"), facts(graduate, number=number(777_777))):
        minutes_later()
        client = PageClient()
        first = asked(lambda client=client, given=given: client.post("/activate/", given))
        minutes_later()
        again = asked(lambda client=client: client.post("/activate/code/", {"send_code": "1"}))
        wrong = asked(lambda client=client: client.post("/activate/code/", {"code": "not one"}))
        seen.append((first, again, wrong))
    assert len(seen[0][0]) > 5 and seen[0] == seen[1] == seen[2]
    accounts = User.objects.filter(identity_index=bytes(graduate.identity_index))
    assert Knock.objects.count() == 6 and accounts.count() == (kind != "new")


def test_red_control_an_account_made_in_the_request_would_show(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    graduate, really = newcomer(cast), FactsForm.graduate

    def made(form: FactsForm) -> Graduate | None:
        found = really(form)
        if found:
            activating.account_of(found)
        return found

    monkeypatch.setattr(FactsForm, "graduate", made)
    hit = asked(lambda: PageClient().post("/activate/", facts(graduate)))
    minutes_later()
    assert hit != asked(lambda: PageClient().post("/activate/", facts(graduate, name="陆务观")))


def test_somebody_logged_in_gets_no_code_for_facts_that_fit_nobody(cast: Cast) -> None:
    """The asking account goes along for who activates into it; it is not written to for others."""
    client = PageClient().enter(cast.college_reviewer)
    client.post("/activate/", facts(newcomer(cast), name="陆务观"))
    code = sent()
    assert not Notice.objects.exists()
    assert "验证码不正确" in words(client.post("/activate/code/", {"code": code}))


def test_an_active_account_is_told_nothing_new(cast: Cast) -> None:
    client = PageClient()
    graduate = cast.graduate.membership.graduate
    assert graduate
    User.objects.filter(pk=cast.graduate.user.pk).update(activated_at=now())
    page = client.post("/activate/", facts(graduate), follow=True)
    assert "已经激活过的，请直接登录" in words(page)
    assert answering.answer() == 1 and not Notice.objects.exists()
    assert "验证码不正确" in words(client.post("/activate/code/", {"code": sent()}))


def test_passwords_of_his_own_data_are_refused_and_nothing_happens(cast: Cast) -> None:
    graduate, client = newcomer(cast), PageClient()
    client.post("/activate/", facts(graduate))
    client.post("/activate/code/", {"code": sent()})
    number = graduate.identity_number()
    for bad in (f"Xk-{number[6:14]}-zz", f"{graduate.phone}aB-", "短", "password1234"):
        page = client.post("/activate/password/", {"password1": bad, "password2": bad})
        assert page.status_code == 422 and bad not in page.content.decode()
    assert not entered(client) and not Membership.objects.filter(graduate=graduate).exists()


def test_pages_in_another_order_lead_back_to_the_beginning(cast: Cast) -> None:
    graduate, client = newcomer(cast), PageClient()
    given = {"password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/activate/password/", given).headers["Location"] == "/activate/"
    assert client.post("/activate/code/", {"code": "000000"}).headers["Location"] == "/activate/"
    client.post("/activate/", facts(graduate))
    assert client.post("/activate/password/", given).headers["Location"] == "/activate/"
    assert not Membership.objects.filter(graduate=graduate).exists()


def test_five_tries_and_ten_minutes(cast: Cast) -> None:
    graduate, client = newcomer(cast), PageClient()
    client.post("/activate/", facts(graduate))
    right = sent()
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    said = [words(client.post("/activate/code/", {"code": wrong})) for _ in range(Knock.TRIES)]
    assert "验证码不正确" in said[0] and "次数过多" in said[-1]
    assert "已失效" in words(client.post("/activate/code/", {"code": right}))
    minutes_later()
    client.post("/activate/code/", {"send_code": "1"})
    assert sent() != right or Knock.objects.count() == 2
    Knock.objects.update(made_at=now() - knocks.LIVES)
    assert "已失效" in words(client.post("/activate/code/", {"code": sent()}))
    assert not entered(client)


def test_a_code_serves_its_own_session_and_purpose_alone(cast: Cast) -> None:
    graduate, mine, other = newcomer(cast), PageClient(), PageClient()
    mine.post("/activate/", facts(graduate))
    code = sent()
    minutes_later()
    other.post("/activate/", facts(newcomer(cast, "李白")))
    assert "验证码不正确" in words(other.post("/activate/code/", {"code": code}))
    assert not entered(other)


def test_often_is_refused_with_a_sentence_for_right_and_wrong_facts_alike(cast: Cast) -> None:
    graduate = newcomer(cast)
    for given in (facts(graduate), facts(graduate, name="陆务观")):
        minutes_later()
        client = PageClient()
        client.post("/activate/", given)
        again = client.post("/activate/", given)
        assert again.status_code == 429
        assert str(limits.LIMITS["slow"].words) in words(again) or "1 分钟" in words(again)


def test_by_slip_with_a_new_phone(cast: Cast) -> None:
    graduate, client = newcomer(cast), PageClient()
    case, code = issued(cast, graduate)
    page = client.post("/activate/slip/", {**facts(graduate), "code": code, "phone": PHONE}, follow=True)
    assert "137****2222" in words(page) and Case.objects.get(pk=case.pk).state == "issued"
    assert answering.answer() == 1
    told = Notice.objects.exclude(template__startswith="activation_slip").get()
    assert (told.channel, told.address) == ("sms", "137****2222")
    page = client.post("/activate/code/", {"code": sent()}, follow=True)
    assert "设置密码" in words(page) and Case.objects.get(pk=case.pk).state == "used"
    page = client.post("/activate/password/", {"password1": PASSWORD, "password2": PASSWORD}, follow=True)
    user = Membership.objects.get(graduate=graduate).user
    assert entered(client) and user.phone == PHONE and user.binding_from and user.binding_from > now()
    assert "账号已激活" in words(page) and f"{clock(user.binding_from)} 之前不能应约、签约" in words(page)


@pytest.mark.parametrize("had", ["an account", "none"])
def test_a_slip_tells_the_old_phone_and_not_the_new_one(cast: Cast, had: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stood at the counter was perhaps not he: the phone left behind hears of it, once (security.md A2)."""
    graduate, client = newcomer(cast), PageClient()
    if had == "an account":
        activating.activate(activating.account_of(graduate), graduate, PASSWORD)
    _case, code = issued(cast, graduate)
    client.post("/activate/slip/", {**facts(graduate), "code": code, "phone": PHONE})
    digits = sent()
    assert not Notice.objects.filter(template="direct.contact_changed").exists()
    client.post("/activate/code/", {"code": digits})
    told = Notice.objects.filter(template="direct.contact_changed")
    assert [(one.channel, one.address, one.state) for one in told] == [
        ("sms", f"{graduate.phone[:3]}****{graduate.phone[-4:]}", "queued")
    ]
    handed = []
    monkeypatch.setattr(Shown, "send", lambda self, short: handed.append(short.phone) or Outcome(Result.DELIVERED))
    assert (deliver.send(), handed) == (1, [graduate.phone])
    assert told[0].body == "您的网签平台手机号或邮箱刚刚修改，如非本人操作请立即联系学校就业部门或平台。"


def test_what_a_slip_changed_stands_in_his_record(cast: Cast) -> None:
    graduate, client = newcomer(cast), PageClient()
    old = graduate.phone
    _case, code = issued(cast, graduate)
    client.post("/activate/slip/", {**facts(graduate), "code": code, "phone": PHONE})
    client.post("/activate/code/", {"code": sent()})
    client.post("/activate/password/", {"password1": PASSWORD, "password2": PASSWORD})
    Graduate.objects.filter(pk=graduate.pk).update(confirmed_at=now())
    page = words(client.get("/me/changes/"))
    assert "本人 · 凭激活码更换手机" in page and old in page and PHONE in page


def test_a_mistyped_phone_costs_no_slip(cast: Cast) -> None:
    graduate, client = newcomer(cast), PageClient()
    case, code = issued(cast, graduate)
    client.post("/activate/slip/", {**facts(graduate), "code": code, "phone": "13799990000"})
    wrong = sent()
    minutes_later()
    page = client.post("/activate/slip/", {**facts(graduate), "code": code, "phone": PHONE}, follow=True)
    assert "137****2222" in words(page)
    assert "验证码不正确" in words(client.post("/activate/code/", {"code": wrong}))
    answering.answer()
    minutes_later()
    client.post("/activate/code/", {"send_code": "1"})
    client.post("/activate/code/", {"code": sent()})
    assert Case.objects.get(pk=case.pk).state == "used" and Graduate.objects.get(pk=graduate.pk).phone == PHONE


def test_a_slip_withdrawn_meanwhile_opens_nothing(cast: Cast) -> None:
    graduate, client = newcomer(cast), PageClient()
    case, code = issued(cast, graduate)
    client.post("/activate/slip/", {**facts(graduate), "code": code, "phone": PHONE})
    cast.act(case, "withdraw", cast.school_reviewer, {"reason": "本人没有来"})
    assert "激活码不正确、已用过、已过期" in words(client.post("/activate/code/", {"code": sent()}))
    assert client.get("/activate/password/").headers["Location"] == "/activate/"
    assert Graduate.objects.get(pk=graduate.pk).phone != PHONE


def test_a_slip_takes_an_account_from_its_holder_when_the_code_comes_back(cast: Cast) -> None:
    """Whoever activated before keeps the account until somebody has proven the new phone; then he is out."""
    graduate = newcomer(cast)
    user = activating.activate(activating.account_of(graduate), graduate, PASSWORD).user
    _case, code = issued(cast, graduate)
    client = PageClient()
    client.post("/activate/slip/", {**facts(graduate), "code": code, "phone": PHONE})
    assert User.objects.get(pk=user.pk).has_usable_password()
    client.post("/activate/code/", {"code": sent()})
    user.refresh_from_db()
    assert not user.has_usable_password() and user.phone == PHONE and user.activated_at is None
    client.post("/activate/password/", {"password1": PASSWORD * 2, "password2": PASSWORD * 2})
    user.refresh_from_db()
    assert entered(client) and user.check_password(PASSWORD * 2)


def test_a_code_entered_in_one_tab_serves_the_other(cast: Cast) -> None:
    graduate, client = newcomer(cast), PageClient()
    client.post("/activate/", facts(graduate))
    code = sent()
    client.post("/activate/code/", {"code": code})
    assert client.post("/activate/code/", {"code": code}).headers["Location"] == "/activate/password/"
    assert client.get("/activate/code/").headers["Location"] == "/activate/password/"


def test_without_sms_nothing_is_begun_and_no_slip_spent(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    graduate = newcomer(cast)
    case, code = issued(cast, graduate)
    monkeypatch.setattr("wangqian.notices.direct.CHANNELS", {**CHANNELS, "sms": Unconnected()})
    assert "没有接通短信" in words(PageClient().post("/activate/", facts(graduate)))
    given = {**facts(graduate), "code": code, "phone": PHONE}
    assert "没有接通短信" in words(PageClient().post("/activate/slip/", given))
    assert not Knock.objects.exists() and Case.objects.get(pk=case.pk).state == "issued"


@pytest.mark.parametrize("wrong", ["code", "name", "number"])
def test_one_sentence_for_whatever_is_wrong_about_a_slip(cast: Cast, wrong: str) -> None:
    graduate, other = newcomer(cast), newcomer(cast, "李白")
    _case, code = issued(cast, graduate)
    change = {"code": "K7MPX2Q9RA", "name": "陆务观", "number": other.identity_number()}[wrong]
    given = {**facts(graduate), "code": code, "phone": PHONE, wrong: change}
    page = PageClient().post("/activate/slip/", given)
    assert page.status_code == 422 and "填写的信息与学校登记的不符，或激活码不正确" in words(page)
    assert not User.objects.filter(binding_from__isnull=False).exists()


def test_bad_input_is_a_sentence(cast: Cast) -> None:
    client = PageClient()
    for given in ({}, {"school": "x", "name": "曹" * 5000, "kind": "?", "number": "1"}, {"school": "0" * 9000}):
        assert client.post("/activate/", given).status_code == 422
        assert client.post("/activate/slip/", given).status_code == 422
