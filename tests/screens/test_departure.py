"""离校确认 on its pages: what is in force, the confirmation step by step, the sheet, consent, who checked; the dossier page; forms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.documents.test_departure import OWN, STAY, confirmed
from tests.screens.filled import filled
from tests.screens.pages import PageClient, enter
from wangqian.cases.models import Case
from wangqian.documents.make import work
from wangqian.flows.models import Departure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT, settings.VAR = tmp_path / "files", tmp_path


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def test_nothing_in_force(cast: Cast) -> None:
    client = enter(cast.graduate)
    assert "还没有登记在案的毕业去向" in words(client.get("/me/departure/"))
    assert "还没有登记在案的毕业去向" in words(client.get("/me/dossier/"))
    for path in ("/me/departure/certificate/", "/me/departure/certificate.pdf", "/me/departure/certificate/1.png"):
        assert client.get(path).status_code == 404


def test_from_what_is_in_force_to_the_sheet(cast: Cast) -> None:
    cast.signed()
    graduate = cast.graduate.membership.graduate
    assert graduate
    client = enter(cast.graduate)
    page = words(client.get("/me/departure/"))
    assert "下面的登记还没有经您确认" in page and "越综合企业" in page and "签约单位接收" in page and "提出异议" in page
    address = f"/start/departure/confirm/graduate/{graduate.pk}/"
    assert address in page
    asked = client.get(address)
    assert "户口迁移类型" in words(asked) and "档案转递类型" not in words(asked)
    assert client.post(address, {**filled(asked.content), **STAY}).status_code == 302
    check = client.get(f"{address}confirm/")
    assert "越综合企业" in words(check) and "不迁移" in words(check)
    done = client.post(f"{address}confirm/", {**filled(check.content), "agreed": "on"}, follow=True)
    assert done.status_code == 200 and Departure.objects.count() == 1
    assert "查看登记信息表" in words(done)
    page = words(client.get("/me/departure/"))
    assert "您已确认现在的登记" in page and "收回核验授权" in page and address not in page
    assert "登记信息表生成中" in words(client.get("/me/departure/certificate/"))
    work()
    state = re.search(r"<dt>状态</dt>\s*<dd>\s*<span class=\"([^\"]*)\">(.*?)</span>", words(client.get("/me/departure/")))
    assert state and state.groups() == ("tag tag-ok", "有效"), "a state word alone is not said to be missing"
    assert "/me/departure/certificate/1.png" in words(client.get("/me/departure/certificate/"))
    assert client.get("/me/departure/certificate/1.png")["Content-Type"] == "image/png"
    assert client.get("/me/departure/certificate/2.png").status_code == 404
    assert client.get("/me/departure/certificate.pdf").content.startswith(b"%PDF-")


TAKEN = {
    "dossier_taken": "yes", "dossier_unit": "中部大学研究生院", "dossier_address": "珞喻路 9 号",
    "dossier_contact": "李老师", "dossier_phone": "027-88880000",
}  # fmt: skip


@pytest.mark.parametrize("taken", ["yes", "no"])
def test_who_goes_on_studying_says_once_where_his_dossier_goes(cast: Cast, taken: str) -> None:
    """What the school's letter says is copied; without one he is asked when he leaves."""
    case = cast.destination_review("postgraduate", **(TAKEN if taken == "yes" else {}))
    cast.approved(case)
    client, graduate = enter(cast.graduate), cast.graduate.membership.graduate
    page, asked = words(client.get("/me/departure/")), words(client.get(f"/start/departure/confirm/graduate/{graduate.pk}/"))
    assert ("升学学校接收" in page and "珞喻路 9 号" in page, "档案转递类型" in asked) == (taken == "yes", taken == "no")
    assert "升学迁入学校" in asked


def test_what_changed_is_asked_again(cast: Cast) -> None:
    case = cast.registered()
    confirmed(cast, OWN)
    client = enter(cast.graduate)
    cast.act(case, "void", cast.graduate)
    page = words(client.get("/me/departure/"))
    assert "还没有登记在案的毕业去向" in page and "已作废" in page
    cast.registered("contract")
    assert "上次确认之后登记有变动" in words(client.get("/me/departure/"))


def test_who_checked_is_seen_and_consent_withdrawn(cast: Cast) -> None:
    cast.registered()
    case = confirmed(cast, OWN)
    code = Case.objects.get(pk=case.pk).verification_code
    assert "这份毕业去向登记信息表现在有效" in words(PageClient().get(f"/verify/{code}/?v=1&p=1&n=1"))
    client = enter(cast.graduate)
    assert "核验了您的文件" in words(client.get("/me/departure/"))
    step = f"/cases/{case.pk}/do/withdraw_authorisation/"
    assert client.post(f"{step}confirm/", filled(client.get(step).content)).status_code == 302
    missing = PageClient().get(f"/verify/{code}/?v=1&p=1&n=1")
    assert missing.status_code == 404 and "没有查到" in words(missing) and "曹" not in words(missing)
    assert "任何人都查不到这份表" in words(client.get("/me/departure/"))


def test_an_older_version_says_so(cast: Cast) -> None:
    cast.registered()
    case = confirmed(cast, OWN)
    cast.act(case, "amend", cast.graduate, {**OWN, "hukou_transfer": "stay"})
    code = Case.objects.get(pk=case.pk).verification_code
    page = words(PageClient().get(f"/verify/{code}/?v=1&p=1&n=1"))
    assert "已变更" in page and "请以第 2 版为准" in page
    assert "现在有效" in words(PageClient().get(f"/verify/{code}/?v=2&p=1&n=1"))
    assert PageClient().get(f"/verify/{code}/?v=3&p=1&n=1").status_code == 404


def test_an_agreement_to_be_stamped_is_verified_as_not_yet_in_force(cast: Cast) -> None:
    case = cast.stamping()
    page = words(PageClient().get(f"/verify/{case.verification_code}/?v=1&p=2&n=2"))
    assert "待盖章，尚未生效" in page and "长风零部件厂" in page and "签约日期" not in page


def test_the_dossier_page_says_where_from(cast: Cast) -> None:
    cast.signed()
    client = enter(cast.graduate)
    page = words(client.get("/me/dossier/"))
    assert "来自登记的协议或去向" in page and "确认时由您自己选择" in page and "去离校确认" in page
    confirmed(cast, STAY)
    page = words(client.get("/me/dossier/"))
    assert "不迁移" in page and "更改档案和户口去向" in page


def test_his_forms_are_his(cast: Cast) -> None:
    case = cast.signed_on_paper()
    answer = enter(cast.graduate).get(f"/cases/{case.pk}/forms/release-letter/form.pdf")
    assert answer.content.startswith(b"%PDF-") and "utf-8''" in answer["Content-Disposition"]
    assert enter(cast.graduate).get(f"/cases/{case.pk}/forms/freelance/").status_code == 404
    for other in (cast.outsider, cast.school_reviewer):
        assert enter(other).get(f"/cases/{case.pk}/forms/release-letter/").status_code == 404
