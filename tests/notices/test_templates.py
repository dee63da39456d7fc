"""The registry of approved SMS: nothing is sent that is not in it, and the linter finds what must not be in it."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.notices.walk import WALKS, Walk
from wangqian.notices import templates
from wangqian.notices.deliver import expand, message
from wangqian.notices.lint import problems
from wangqian.notices.models import Channel, Notice
from wangqian.notices.templates import Approved, approved, code_template, fit, provider_codes, segments
from wangqian.notices.words import DIRECT, TEXTS, Text

pytestmark = pytest.mark.once  # what is said, not how it is kept

EVERY = {**TEXTS, **DIRECT}
INVITED = approved()["invited"]


def test_nothing_is_wrong_with_the_registry() -> None:
    assert problems(approved().values(), EVERY) == []
    call_command("sms_templates", check=True)


# Red controls: each of these is found. (text of the template `invited`, finding)
WRONG = [
    ("${employer}邀请您签约，您的证件号码是 ${number}。", "variable number must not go by SMS"),
    ("${employer}邀请您签约，转正${pay}。", "variable pay must not go by SMS"),
    ("${employer}邀请您签约，原因${said}。", "variable said must not go by SMS"),
    ("${employer}邀请您签约，薪酬面议。", "says 薪"),
    ("${employer}邀请您签约，转正起薪见网页。", "says 薪"),
    ("${employer}邀请您签约，月工资见网页。", "says 工资"),
    ("${employer}邀请您签约，违约金见网页。", "says 违约金"),
    ("${employer}邀请您签约，请核对身份证。", "says 身份证"),
    ("${employer}邀请您签约，电话 02155550100。", "says 02155550100"),
    ("${employer}邀请您签约，请打开 https://x。", "a link"),
    ("${employer}邀请您签约，请打开 a.cn。", "a link"),
    ("【网签】${employer}邀请您签约。", "symbol 【"),
    ("${employer}邀请您签约★", "symbol ★"),
    ("${employer}邀请您签约，验证码在网页。", "a notice carries no code"),
    ("${employer}邀请您签约，${employer}恭候。", "a variable stands twice"),
    ("${employer}${due}邀请您签约。", "two variables without words between them"),
    ("${employer}，${due}邀请您签约。", "two variables without words between them"),
    ("${employer}邀请您签约，请在 {due} 前答复。", "a variable is not written ${name}"),
    ("${employer}邀请您签约，" + "请尽快答复，" * 10, "88 characters as a rule, 70 are one SMS"),
]


@pytest.mark.parametrize(("text", "finding"), WRONG)
def test_red_control_what_must_not_be_sent_is_found(text: str, finding: str) -> None:
    wrong = replace(INVITED, text=text)
    texts = {"online.invite.graduate": Text("", "", sms=text.replace("${", "{"))}
    assert f"invited: {finding}" in problems([wrong], texts)


@pytest.mark.parametrize(
    ("text", "found"),
    [("验证码 ${code}，用于${who}。", True), ("您的号码是 ${code}。", True), ("验证码 ${code}，请勿告诉他人。", False)],
)
def test_red_control_a_code_has_one_variable_and_says_so(text: str, found: bool) -> None:
    wrong = Approved("code", "code", text, ("direct.code/login",))
    assert any("a code has the digits" in one for one in problems([wrong], {})) is found


def test_red_control_words_and_approved_texts_may_not_drift_apart() -> None:
    rows = list(approved().values())
    changed = {**EVERY, "online.invite.graduate": Text("", "", sms="{employer}邀请您签约。")}
    assert problems(rows, changed) == ["online.invite.graduate: says something else than its template invited"]
    more = {**EVERY, "online.extend.graduate": Text("", "", sms="{employer}延长了有效期。")}
    assert problems(rows, more) == ["online.extend.graduate: no approved template"]
    fewer = {key: text for key, text in EVERY.items() if key != "online.invite.graduate"}
    assert problems(rows, fewer) == ["invited: no text online.invite.graduate"]
    assert problems([*rows, replace(INVITED, slug="again")], EVERY) == [
        f"text twice: {INVITED.text}",
        "online.invite.graduate: 2 templates",
    ]


def test_the_command_says_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {**approved(), "invited": replace(INVITED, text="${pay}")}
    monkeypatch.setattr("wangqian.web.management.commands.sms_templates.approved", lambda: wrong)
    with pytest.raises(CommandError, match="variable pay must not go by SMS"):
        call_command("sms_templates", check=True)


def test_what_is_submitted_to_the_providers() -> None:
    out = io.StringIO()
    call_command("sms_templates", stdout=out)
    said = out.getvalue().splitlines()
    assert said[0] == "slug,kind,aliyun,tencent"
    assert (
        "invited,notice,${employer}邀请您签约，请在 ${due} 前登录网签平台查看并答复，逾期失效。,"
        "{1}邀请您签约，请在 {2} 前登录网签平台查看并答复，逾期失效。"
    ) in said


# --- variables ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("越综合企业", "越综合企业"),
        ("某" * 36, "某" * 34 + "…"),
        ("中奖 www.evil.com", "中奖 www．evil．com"),
        ("https://evil.cn/x", "https：／／evil．cn/x"),
        ("甲【官方】乙", "甲（官方）乙"),
        ("甲\n乙\t丙", "甲 乙 丙"),
        ("3.5 公司", "3.5 公司"),
    ],
)
def test_a_value_is_made_fit_to_be_sent(value: str, sent: str) -> None:
    assert fit(value) == sent


def test_segments_count_the_signature() -> None:
    assert [segments("字" * count, "网签") for count in (66, 67, 130, 131)] == [1, 2, 2, 3]


@pytest.mark.parametrize(
    ("about", "slug"),
    [
        ("online.accept", "code_signing"),
        ("online_termination.ask", "code_termination"),
        ("people.contact", "code_contact"),
        ("login", "code_login"),
        ("batch.approve", "code"),
        ("", "code"),
    ],
)
def test_a_code_says_what_it_is_for(about: str, slug: str) -> None:
    assert code_template(about).slug == slug


@pytest.mark.parametrize("walk", WALKS)
def test_every_sms_of_a_walk_is_an_approved_text_with_its_variables(cast: Cast, walk: Walk) -> None:
    walk(cast)
    expand(limit=5000)
    for notice in Notice.objects.all():
        if notice.channel != Channel.SMS:
            assert (notice.approved, notice.variables) == ("", None)
            continue
        row = approved()[notice.approved]
        assert notice.template in row.uses
        assert set(notice.variables) == set(row.names)
        assert row.fill(notice.variables) == notice.body


def test_variables_are_sealed_in_the_database(cast: Cast) -> None:
    cast.act(cast.invited(), "accept", cast.graduate)
    expand()
    (notice,) = Notice.objects.filter(channel=Channel.SMS, template="online.accept.employer")
    assert notice.variables == {"graduate": "曹文公"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT variables FROM notices_notice WHERE approved <> ''")
        assert not any("曹文公".encode() in bytes(row[0]) for row in cursor.fetchall())


def test_sms_are_chinese_whatever_the_reader_reads(cast: Cast) -> None:
    """The approved text is Chinese; the other copies are in his language."""
    cast.graduate.user.language = "en"
    cast.graduate.user.save()
    cast.invited()
    expand()
    assert message(cast.graduate.user, "data_changed", {"who": "示范大学", "fields": "专业"}, key="k") == 3
    mine = Notice.objects.filter(recipient=cast.graduate.user, channel=Channel.SMS)
    said = {notice.template: notice.body for notice in mine}
    assert said["online.invite.graduate"].startswith("越综合企业邀请您签约，请在 ")
    assert said["direct.data_changed"] == "示范大学更改了您的登记信息，请登录网签平台核对，如有不符请与其联系。"


def test_a_text_without_an_approved_template_makes_no_sms(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = {key: row for key, row in templates.used().items() if key != "online.invite.graduate"}
    monkeypatch.setattr("wangqian.notices.expand.used", lambda: fewer)
    cast.invited()
    expand()
    assert Notice.objects.filter(channel=Channel.SMS).count() == 0


def test_the_file_of_codes(settings: Settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    listed = tmp_path / "codes.csv"
    listed.write_text("\ufeffslug,aliyun,tencent\ninvited, SMS_1 ,\ncode,SMS_2,1002\n", encoding="utf-8")
    settings.SMS_TEMPLATES = str(listed)
    assert (provider_codes("aliyun"), provider_codes("tencent")) == ({"invited": "SMS_1", "code": "SMS_2"}, {"code": "1002"})
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for path in ("", str(tmp_path), str(tmp_path / "none.csv"), str(tmp_path / "binary")):
        settings.SMS_TEMPLATES = path
        assert provider_codes("aliyun") == {}
