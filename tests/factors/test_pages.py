"""两步验证: adding, naming, removing; the app; recovery codes shown once."""

from __future__ import annotations

import html
import re

import pytest
from allauth.mfa.models import Authenticator

from tests.authenticator import UP, SoftAuthenticator
from tests.cast import Cast
from tests.devices import app, code, enrol
from tests.factors.stage import OVERVIEW, add_passkey, begun
from tests.screens.pages import enter, read
from wangqian.notices.deliver import inbox
from wangqian.people import factors, limits, passkeys, recovery, totp
from wangqian.people.clock import now
from wangqian.people.models import Actor, User
from wangqian.web.factors.codes import DOWNLOADS

CODES = f"{OVERVIEW}codes/"


def subjects(actor: Actor) -> list[str]:
    return [one.subject for one in inbox(User.objects.get(pk=actor.user.pk)).order_by("created_at")]


# --- passkeys ---------------------------------------------------------------------------------------


def test_a_passkey_from_the_page_to_the_list(cast: Cast) -> None:
    who = enter(cast.graduate)
    assert "通行密钥就是用您手机或电脑的指纹、面容或锁屏密码来代替" in who.get(OVERVIEW).content.decode()
    add_passkey(who, "妈妈的手机")
    page = who.get(OVERVIEW).content.decode()
    assert "妈妈的手机" in page and "还剩 10 个，您还没有抄下来" in page
    assert subjects(cast.graduate) == ["您的账号添加了通行密钥"]


def test_the_first_factor_leads_to_the_recovery_codes(cast: Cast) -> None:
    who, device, url = enter(cast.graduate), SoftAuthenticator(), f"{OVERVIEW}passkey/"
    answer = who.post(url, {"name": "一", "assertion": device.create(begun(who, url, name="一"))})
    assert answer["Location"] == CODES
    who.post(f"{CODES}show/")
    device = SoftAuthenticator()
    answer = who.post(url, {"name": "二", "assertion": device.create(begun(who, url, name="二"))})
    assert answer["Location"] == OVERVIEW


def test_what_was_asked_is_answered_once_and_by_this_session(cast: Cast) -> None:
    who, url, device = enter(cast.graduate), f"{OVERVIEW}passkey/", SoftAuthenticator()
    answer = device.create(begun(enter(cast.graduate), url, name="一"))
    assert who.post(url, {"name": "一", "assertion": answer}).status_code == 422
    answer = device.create(begun(who, url, name="一"))
    assert who.post(url, {"name": "一", "assertion": answer}).status_code == 302
    assert who.post(url, {"name": "一", "assertion": answer}).status_code == 422
    assert Authenticator.objects.filter(type="webauthn").count() == 1


@pytest.mark.parametrize("lie", [{"origin": "https://evil.example"}, {"flags": UP}], ids=str)
def test_a_bad_passkey_is_a_sentence(cast: Cast, lie: dict[str, object]) -> None:
    who, url = enter(cast.graduate), f"{OVERVIEW}passkey/"
    device = SoftAuthenticator(**lie)  # type: ignore[arg-type]
    answer = who.post(url, {"name": "一", "assertion": device.create(begun(who, url, name="一"))})
    assert (answer.status_code, "通行密钥没有添加成功" in answer.content.decode()) == (422, True)


def test_rename_and_remove(cast: Cast) -> None:
    enrol(cast.graduate)
    who, pk = enter(cast.graduate), Authenticator.objects.get().pk
    who.post(f"{OVERVIEW}passkey/{pk}/", {"name": "平板"})
    assert passkeys.name_of(Authenticator.objects.get()) == "平板" and "平板" not in str(Authenticator.objects.get().data)
    assert who.post(f"{OVERVIEW}passkey/{pk}/remove/").status_code == 302
    assert not Authenticator.objects.exists()
    assert subjects(cast.graduate) == ["您的账号删除了通行密钥"]


def test_renaming_keeps_the_count(cast: Cast) -> None:
    enrol(cast.graduate)
    found = Authenticator.objects.get()
    enter(cast.graduate).post(f"{OVERVIEW}passkey/{found.pk}/", {"name": "平板"})
    renamed = Authenticator.objects.get()
    assert renamed.data == {**found.data, "label": renamed.data["label"]} and passkeys.name_of(renamed) == "平板"


def test_recovery_codes_do_not_outlive_the_last_factor(cast: Cast) -> None:
    who = enter(cast.graduate)
    add_passkey(who)
    assert recovery.left(cast.graduate.user) == 10
    who.post(f"{OVERVIEW}passkey/{Authenticator.objects.get(type='webauthn').pk}/remove/")
    assert not Authenticator.objects.exists()


# --- who must keep one ------------------------------------------------------------------------------


def test_the_last_one_of_somebody_obliged_stays(cast: Cast, settings: object) -> None:
    enrol(cast.school_reviewer)
    who, pk = enter(cast.school_reviewer), Authenticator.objects.get().pk
    settings.SECOND_FACTOR = "obligatory"  # type: ignore[attr-defined]
    url = f"{OVERVIEW}passkey/{pk}/remove/"
    assert "至少要保留一种验证方式" in who.get(url).content.decode()
    who.post(url)
    assert Authenticator.objects.filter(pk=pk).exists()
    app(cast.school_reviewer)
    assert who.post(url)["Location"] == OVERVIEW
    assert factors.enrolled(cast.school_reviewer.user) == {"totp"}


def test_a_graduate_who_is_staff_too_keeps_it(cast: Cast, settings: object) -> None:
    settings.SECOND_FACTOR = "obligatory"  # type: ignore[attr-defined]
    enrol(cast.graduate)
    cast.actor("同一人", "counsellor", user=cast.graduate.user, school=cast.school, college=cast.college)
    who, pk = enter(cast.graduate), Authenticator.objects.get().pk
    who.post(f"{OVERVIEW}passkey/{pk}/remove/")
    assert Authenticator.objects.filter(pk=pk).exists()


@pytest.mark.parametrize("setting", ["obligatory", "offered"])
def test_a_graduate_may_go_without(cast: Cast, settings: object, setting: str) -> None:
    settings.SECOND_FACTOR = setting  # type: ignore[attr-defined]
    enrol(cast.graduate)
    enter(cast.graduate).post(f"{OVERVIEW}passkey/{Authenticator.objects.get().pk}/remove/")
    assert not Authenticator.objects.exists()


def test_staff_are_told_what_they_lack(cast: Cast, settings: object) -> None:
    assert "正式使用时须先设置一种" in enter(cast.school_reviewer).get(OVERVIEW).content.decode()
    settings.SECOND_FACTOR = "obligatory"  # type: ignore[attr-defined]
    assert "请先设置一种，再继续办理" in enter(cast.school_reviewer).get(OVERVIEW).content.decode()
    assert "先设置一种" not in enter(cast.graduate).get(OVERVIEW).content.decode()


# --- the app ----------------------------------------------------------------------------------------


def test_the_app_from_the_page_to_the_list(cast: Cast) -> None:
    who, url = enter(cast.graduate), f"{OVERVIEW}app/"
    page = who.get(url).content.decode()
    secret = "".join(re.search(r"((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})", page)[1].split())  # type: ignore[index]
    picture = who.get(f"{url}picture.svg")
    assert (picture["Content-Type"], picture["Cache-Control"]) == ("image/svg+xml", "no-store")
    assert picture.content.startswith(b"<?xml") or picture.content.startswith(b"<svg")
    wrong = who.post(url, {"code": "000000"})
    assert (wrong.status_code, "动态口令不正确" in wrong.content.decode()) == (422, True)
    assert "".join(re.search(r"((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})", wrong.content.decode())[1].split()) == secret  # type: ignore[index]
    assert who.post(url, {"code": code(secret)})["Location"] == CODES
    assert factors.enrolled(cast.graduate.user) == {"totp"}
    assert who.get(f"{url}picture.svg").status_code == 404
    assert secret not in Authenticator.objects.get(type="totp").data["secret"]


def test_the_app_on_the_same_phone(cast: Cast) -> None:
    """The link its app opens, which names nobody, and the key for the clipboard: the same secret, in no address of ours."""
    who, url = enter(cast.graduate), f"{OVERVIEW}app/"
    page = who.get(url).content.decode()
    secret = who.session["totp_secret"]
    link = re.search(r'<a class="btn" href="(otpauth:[^"]+)"', page)
    assert link and html.unescape(link[1]) == totp.address(secret)
    assert link[1].startswith("otpauth://totp/%E7%BD%91%E7%AD%BE?secret=") and "&amp;issuer=" in link[1]
    assert f'readonly tabindex="-1" autocomplete="off" aria-label="复制密钥" value="{secret}"' in page
    assert re.search(r'<button type="button" class="btn js-only" data-copy="copy">.*?<span>复制密钥</span>', page, re.S)
    assert not [one for one in re.findall(r'(?:href|src|action)="(/[^"]*)"', page) if secret in one]


def test_the_app_replaced(cast: Cast) -> None:
    old = app(cast.graduate)
    who, url = enter(cast.graduate), f"{OVERVIEW}app/"
    page = who.get(url).content.decode()
    secret = "".join(re.search(r"((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})", page)[1].split())  # type: ignore[index]
    who.post(url, {"code": code(secret)})
    assert Authenticator.objects.filter(type="totp").count() == 1
    with pytest.raises(totp.TotpRefused):
        totp.enter(cast.graduate.user, code(old, 1))


def test_the_app_switched_off(cast: Cast) -> None:
    app(cast.graduate)
    who = enter(cast.graduate)
    who.post(f"{OVERVIEW}app/remove/")
    assert factors.enrolled(cast.graduate.user) == set()
    assert subjects(cast.graduate) == ["您的账号删除了验证器应用"]


# --- recovery codes ---------------------------------------------------------------------------------


def shown_codes(page: str) -> list[str]:
    return [found.replace(" ", "") for found in re.findall(r"<li>(\d{4} \d{4})</li>", page)]


def test_recovery_codes_are_shown_once(cast: Cast) -> None:
    who = enter(cast.graduate)
    add_passkey(who)
    assert "只显示一次" in who.get(CODES).content.decode()
    answer = who.post(f"{CODES}show/")
    codes = shown_codes(answer.content.decode())
    assert (len(set(codes)), answer["Cache-Control"]) == (10, "no-store")
    file = who.post(f"{CODES}download/")
    assert file["Content-Type"] == "text/plain; charset=utf-8"
    assert [line.replace(" ", "") for line in file.content.decode().splitlines() if re.fullmatch(r"\d{4} \d{4}", line)] == codes
    assert who.post(f"{CODES}show/")["Location"] == CODES
    kept = Authenticator.objects.get(type="recovery_codes")
    assert not any(one in str(kept.data) for one in codes)
    kept.data["shown_at"] = (now() - DOWNLOADS).isoformat()
    kept.save()
    assert who.post(f"{CODES}download/")["Location"] == CODES


def test_new_codes_void_the_old(cast: Cast) -> None:
    who, user = enter(cast.graduate), cast.graduate.user
    add_passkey(who)
    old = shown_codes(who.post(f"{CODES}show/").content.decode())
    who.post(f"{CODES}new/")
    new = shown_codes(who.post(f"{CODES}show/").content.decode())
    assert not set(old) & set(new)
    with pytest.raises(recovery.RecoveryRefused):
        recovery.enter(user, old[0])
    recovery.enter(user, new[0])
    assert subjects(cast.graduate)[-1] == "您的恢复码已更换"


def test_a_recovery_code_serves_once(cast: Cast) -> None:
    who, user = enter(cast.graduate), cast.graduate.user
    add_passkey(who)
    codes = shown_codes(who.post(f"{CODES}show/").content.decode())
    recovery.enter(user, f" {codes[3][:4]}-{codes[3][4:]} ")
    with pytest.raises(recovery.RecoveryRefused, match="已经用过"):
        recovery.enter(user, codes[3])
    assert recovery.left(user) == 9


def test_five_wrong_recovery_codes_and_a_pause(cast: Cast) -> None:
    who, user = enter(cast.graduate), cast.graduate.user
    add_passkey(who)
    codes = shown_codes(who.post(f"{CODES}show/").content.decode())
    for _try in range(limits.LIMITS["recovery"].count):
        with pytest.raises(recovery.RecoveryRefused, match="不正确"):
            recovery.enter(user, "00000000x")
    with pytest.raises(recovery.RecoveryRefused, match="10 分钟"):
        recovery.enter(user, codes[0])


def test_the_pages_read_well_with_nothing_and_with_everything(cast: Cast) -> None:
    who = enter(cast.employer)
    for url in ("", "passkey/", "app/", "app/remove/", "codes/"):
        assert who.get(f"{OVERVIEW}{url}").status_code in (200, 302), url
    add_passkey(who)
    app(cast.employer)
    pk = Authenticator.objects.get(type="webauthn").pk
    for url in ("", "passkey/", f"passkey/{pk}/", f"passkey/{pk}/remove/", "app/", "app/remove/", "codes/"):
        answer = who.get(f"{OVERVIEW}{url}")
        assert answer.status_code == 200 and read(answer).headings, url
