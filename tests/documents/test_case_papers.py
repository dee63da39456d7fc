"""What the stored PDF of a case says equals the version that was signed, and the acts that signed it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django.fixtures import Settings

from tests.cast import Cast, edit
from tests.documents.reading import expected, read_back, squeezed
from wangqian.cases.engine import perform
from wangqian.cases.models import Case, Terms
from wangqian.codes import serial
from wangqian.documents.agreement import SHANGHAI
from wangqian.documents.make import work
from wangqian.documents.models import Artefact
from wangqian.documents.paper import NoPaper, paper_for
from wangqian.documents.read import pdf
from wangqian.flows import wording
from wangqian.people.models import School

LONG = "甲方提供住宿。\n第二行：#set page() $x$ *b* _i_ <l> @r \\\n" + "补充约定" * 100


def body_of(case: Case) -> str:
    work()
    return read_back(pdf(Artefact.objects.get(case=case)).read())[0]


def printed_tables(case: Case) -> str:
    """The part of the page between the head and the clauses."""
    return body_of(case).split("扫码核验协议状态")[1].split("协议条款")[0]


def test_every_fact_of_the_version_is_printed_under_its_label(cast: Cast) -> None:
    case = cast.signed()
    graduate = cast.graduate.membership.graduate
    uscc = cast.employer.membership.employer.uscc
    assert printed_tables(case) == (
        "毕业生姓名曹文公性别男民族汉族政治面貌共青团员培养方式非定向学历本科生毕业专业计算机科学与技术"
        f"学号{graduate.student_number}学制4联系电话{graduate.phone}家庭地址—"
        f"用人单位单位名称越综合企业统一社会信用代码{uscc}单位性质其他企业单位行业信息传输、软件和信息技术服务业"
        "通讯地址福州市鼓楼区1号邮政编码350001"
        "双方约定拟录用职位类别科学研究人员拟录用岗位名称研究员实际工作地点北京市海淀区试用期3个月"
        "试用起薪9,000元/月转正起薪12,000元/月违约金5,000元（伍仟元整）"
        "报到地点北京市海淀区中关村大街1号报到期限2027-07-15是否解决户籍否档案接收签约单位接收"
        "签约联系人张三联系人手机13900001111联系人邮箱hr@example.com应约有效期7天"
        "档案转寄转寄单位名称越综合企业转寄地址福州市鼓楼区1号转寄联系人张三转寄联系电话0591-88880000"
        "学校学校名称示范大学院系信息学院就业部门就业指导中心联系人就业办联系电话021-55550100毕业年份2027"
    )


def test_acts_stand_with_name_capacity_proof_time_and_hash(cast: Cast) -> None:
    case = cast.in_review()
    seen, _spare = cast.prepare(case, "approve", cast.college_reviewer, {})
    perform(case, "approve", by=cast.college_reviewer, seen=seen)  # only the last level proves
    cast.act(case, "approve", cast.school_reviewer)
    case = Case.objects.get(pk=case.pk)
    paper = paper_for(case)
    acts = list(case.events.order_by("number"))
    first, second = Terms.objects.filter(case=case).order_by("version")
    assert [(r.who, r.name, r.act, r.method, r.sha256) for r in paper.records] == [
        ("用人单位", "越综合企业", "发起签约邀请", "短信验证码", first.sha256),
        ("毕业生", "曹文公", "接受", "短信验证码", second.sha256),
        ("院系", "王老师", "审核通过", "登录账号", second.sha256),
        ("学校", "李主任", "审核通过", "短信验证码", second.sha256),
    ]
    assert [r.at for r in paper.records] == [event.at for event in acts]
    assert (paper.version, paper.terms_sha256, paper.state_mark) == (2, second.sha256, "")
    said = body_of(case).split("北京时间")[1]
    for event, record in zip(acts, paper.records, strict=True):
        at = datetime.strftime(event.at.astimezone(SHANGHAI), "%Y-%m-%d%H:%M:%S")
        assert f"{record.who}{record.name}{record.act}{record.method}{at}内容摘要{record.sha256}" in said


def test_number_and_address_of_verification(cast: Cast, settings: Settings) -> None:
    settings.SITE_URL = "https://sign.example.edu.cn"
    case = cast.signed()
    paper = paper_for(case)
    assert (paper.number, paper.verification_code) == (case.number, serial.pretty(case.verification_code))
    assert paper.verify_url == f"https://sign.example.edu.cn/verify/{case.verification_code}"
    assert paper.clauses == wording.clauses("2026-1")


def test_the_identity_number_is_not_printed(cast: Cast) -> None:
    case = cast.signed()
    said = body_of(case)
    graduate = cast.graduate.membership.graduate
    assert graduate.identity_number() not in said
    assert bytes(graduate.identity_index).hex() not in said


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        ("王䶮", {}),
        ("李㛃", {"additions": LONG}),
        ("阿依古丽·买买提", {"damages": "1234.50", "trial": "", "trial_pay": ""}),
        ("尼玛·才仁卓玛", {"dossier_receipt": "none"}),
        ("Anne-Marie O'Neill", {"hukou": "yes", "hukou_address": "北京市海淀区"}),
        ("#set page()", {"job_title": "$x$ *b*", "contact_email": "a" * 60 + "@example.com"}),
    ],
)
def test_rare_names_and_all_kinds_of_terms(cast: Cast, name: str, terms: dict[str, str]) -> None:
    graduate = cast.graduate_named(name)
    cast.reviewers()
    case = cast.invited(graduate=graduate, **terms)
    cast.act(case, "accept", graduate)
    cast.act(case, "approve", cast.college_reviewer)
    cast.act(case, "approve", cast.school_reviewer)
    case = Case.objects.get(pk=case.pk)
    said = body_of(case)
    assert said == expected(paper_for(case))
    signed = Terms.objects.filter(case=case).order_by("version").last()
    assert signed is not None
    answers = signed.content["terms"]
    assert said.count(squeezed(f"姓名{name}")) == 1
    assert squeezed(answers["job_title"]) in said and squeezed(answers["additions"]) in said
    assert ("档案转寄转寄单位" in said) == (answers["dossier_receipt"] != "none")
    assert ("试用起薪" in said.split("协议条款")[0]) == bool(answers["trial_pay"])
    half_yuan = Decimal(answers["damages"]) == Decimal("1234.5")
    assert ("1,234.50元（壹仟贰佰叁拾肆元伍角整）" in said) == half_yuan


def test_the_paper_stays_as_signed_whatever_happens_later(cast: Cast) -> None:
    case = cast.signed()
    before = paper_for(case)
    School.objects.update(name="改名大学")
    edit(cast.graduate.membership.graduate, name="改名")
    work()
    with translation.override("en"):
        assert paper_for(Case.objects.get(pk=case.pk)) == before


def test_a_reconfirmed_version_is_the_one_printed(cast: Cast) -> None:
    case = cast.in_review()
    graduate = cast.graduate.membership.graduate
    type(graduate).objects.filter(pk=graduate.pk).update(major="软件工程")
    cast.act(case, "reconfirm", cast.graduate)
    cast.act(case, "approve", cast.college_reviewer)
    cast.act(case, "approve", cast.school_reviewer)
    paper = paper_for(case)
    assert (paper.version, dict(paper.blocks[0].rows)["专业"]) == (3, "软件工程")
    assert [record.act for record in paper.records] == [
        "发起签约邀请",
        "接受",
        "重新确认本人信息",
        "审核通过",
        "审核通过",
    ]


def test_no_paper_before_the_signing(cast: Cast, files: Path) -> None:
    with pytest.raises(NoPaper):
        paper_for(cast.in_review())
    assert not files.exists()
