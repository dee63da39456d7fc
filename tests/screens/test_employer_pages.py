"""Removal, the uncertified, dossier details, the employer's sheet, and the way from the list to an invitation."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.answers import TERMS
from tests.cast import Cast
from tests.screens.employer_stage import HOME, entered, names, rows, words
from wangqian.cases.models import Case
from wangqian.flows import favourites
from wangqian.notices import deliver
from wangqian.people.clock import now
from wangqian.people.models import Employer, EmployerDossier, Favourite


def test_removal_waits_until_nothing_is_open(cast: Cast) -> None:
    case = cast.invited()
    one = Favourite.objects.get()
    client, url = entered(cast.employer), reverse("remove-favourite", args=[one.pk])
    assert client.get(url).status_code == 405
    assert "不能移出收藏夹" in words(client.post(url, follow=True))
    cast.reviewers()
    for step, by in (("accept", cast.graduate), ("approve", cast.college_reviewer), ("approve", cast.school_reviewer)):
        cast.act(case, step, by)
        assert "不能移出收藏夹" in words(client.post(url, follow=True))
    ending = cast.termination(Case.objects.get(pk=case.pk))
    cast.act(ending, "accept", cast.employer)
    assert "不能移出收藏夹" in words(client.post(url, follow=True))
    cast.act(ending, "approve", cast.school_reviewer)
    assert Favourite.objects.count() == 1
    assert "已将曹文公移出收藏夹" in words(client.post(url, follow=True))
    assert Favourite.objects.count() == 0
    assert client.post(url).status_code == 404


def test_nobody_removes_another_employers_favourite(cast: Cast) -> None:
    cast.favour(cast.employer, cast.graduate)
    url = reverse("remove-favourite", args=[Favourite.objects.get().pk])
    assert entered(cast.other_employer).post(url).status_code == 404
    assert entered(cast.graduate).post(url).status_code == 404
    assert Favourite.objects.count() == 1


def test_only_employers_enter(cast: Cast) -> None:
    for url in ("/favourites/add/", "/dossier/", "/employer/"):
        for actor in (cast.graduate, cast.school_reviewer, cast.operator):
            assert entered(actor).get(url).status_code == 404
        assert Client().get(url).headers["Location"] == f"/login/?next={url}"


@pytest.mark.parametrize("suspended", [False, True])
def test_the_uncertified_see_everything_and_why_not(cast: Cast, suspended: bool) -> None:
    cast.favour(cast.employer, cast.graduate)
    fields = {"suspended_at": now()} if suspended else {"certified_at": None}
    Employer.objects.filter(pk=cast.employer.membership.employer_id).update(**fields)
    title = "贵单位的认证已被暂停" if suspended else "贵单位尚未通过认证"
    client = entered(cast.employer)
    page = client.get(HOME, {"tab": "favourites"})
    assert title in words(page)
    assert "添加学生 认证通过后可用" in words(page)
    refused = "贵单位尚未通过认证，暂不能发起邀请；认证通过后即可办理。"
    refused = "贵单位的认证已被平台暂停，暂不能发起邀请；原因见“单位信息”。" if suspended else refused
    assert f"发起签约邀请 {refused}" in rows(page)[0]
    sheet = words(client.get("/employer/"))
    assert title in sheet and ("认证已暂停" if suspended else "未认证") in sheet


DOSSIER = {
    "receipt": "agent",
    "unit": "福州市人才服务中心",
    "address": "福建省福州市鼓楼区东大路 36 号",
    "contact": "林工",
    "phone": "0591-87654321",
    "postcode": "350001",
    "hukou_address": "",
}


def test_dossier_keeps_every_version(cast: Cast) -> None:
    client, employer = entered(cast.employer), cast.employer.membership.employer
    assert employer
    page = client.post("/dossier/", DOSSIER, follow=True)
    assert "档案信息已保存" in words(page)
    assert re.search(r"接收类型 原为 签约单位接收 → 改为 托管单位接收", words(page))
    assert re.search(r"联系人 原为 张三 → 改为 林工", words(page))
    assert "越综合企业人事 于" in words(page)
    last = employer.dossiers.first()
    assert last and {name: getattr(last, name) for name in DOSSIER} == DOSSIER
    assert (last.receipt_name, last.edited_by, employer.dossiers.count()) == ("托管单位接收", cast.employer.user, 2)
    assert "没有改动" in words(client.post("/dossier/", DOSSIER, follow=True))
    assert employer.dossiers.count() == 2


def test_dossier_is_complete_or_not_taken(cast: Cast) -> None:
    client = entered(cast.employer)
    before = EmployerDossier.objects.count()
    page = client.post("/dossier/", {"receipt": "superior", "postcode": "12", "hukou_address": "a\x07b"})
    assert page.status_code == 422
    for sentence in ("请填写转寄单位名称", "请填写转寄地址", "请填写联系人", "请填写联系电话", "6 位数字", "控制字符"):
        assert sentence in words(page)
    assert client.post("/dossier/", {"receipt": "无"}).status_code == 422
    assert EmployerDossier.objects.count() == before
    assert client.post("/dossier/", {"receipt": "none"}).status_code == 302
    assert EmployerDossier.objects.count() == before + 1


def test_the_sheet_shows_the_employer_and_who_acts_for_it(cast: Cast) -> None:
    colleague = cast.actor("周助理", "employer", employer=cast.employer.membership.employer)
    left = cast.actor("前同事", "employer", employer=cast.employer.membership.employer)
    type(left.membership).objects.filter(pk=left.membership.pk).update(active=False)
    page = entered(colleague).get("/employer/")
    employer = cast.employer.membership.employer
    assert employer
    for fact in (employer.name, employer.uscc, "其他企业", "福州市鼓楼区 1 号", "已认证", "可以查询学生"):
        assert fact in words(page)
    assert [row.split()[0] + row.split()[-1] for row in rows(page)] == ["越综合企业人事无", "周助理本人"]


def test_from_the_list_to_the_sent_invitation(cast: Cast) -> None:
    cast.favour(cast.employer, cast.graduate)
    client, graduate = entered(cast.employer), cast.graduate.membership.graduate
    assert graduate
    favourites.seen(cast.employer, graduate.pk)
    url = reverse("start-step", args=["online", "invite", "graduate", graduate.pk])
    assert url in client.get(HOME, {"tab": "favourites"}).content.decode()
    assert client.get(url).status_code == 200
    confirm = client.post(url, {**TERMS, "key": "one"}, follow=True)
    assert graduate.masked_identity() in words(confirm) and "12,000 元/月" in words(confirm)
    client.post(f"{url}confirm/", {"send_code": "1"})
    seen = re.search(r'name="seen" value="(\w+)"', client.get(f"{url}confirm/").content.decode())
    assert seen
    code = deliver.shown_code(cast.employer.user)
    given = {"agreed": "on", "code": code, "seen": seen.group(1), "key": "two"}
    page = client.post(f"{url}confirm/", given, follow=True)
    case = Case.objects.get()
    assert page.redirect_chain == [(reverse("case", args=[case.pk]), 302)]
    assert (case.state, case.graduate_id) == ("invited", graduate.pk)
    assert names(client.get(HOME)) == {"曹文公"}
