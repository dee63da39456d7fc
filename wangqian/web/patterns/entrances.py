"""The pages of their own shape."""

from django.http import HttpRequest
from django.utils import timezone

from wangqian.web import doors, pages
from wangqian.web.factors.login import PasskeyForm
from wangqian.web.panels import Button, CodeProof, Fact, Link, Tag
from wangqian.web.patterns import parts
from wangqian.web.patterns.frame import SampleForm


def home(_request: HttpRequest) -> pages.Page:
    entries = [
        Link("未签就业协议申请签约", "#", "单位没有注册，由您填写，盖章后回传", "file-text"),
        Link("已签就业协议登记信息", "#", "手里已有盖好章的纸质协议", "list-check"),
        Link("无需就业协议去向登记", "#", "升学、参军、创业、劳动合同、待就业等", "school"),
    ]
    return doors.HomePage(
        title="您好，曹文公",
        lead="2027 届 · 示范大学 · 信息学院 · 计算机科学与技术",
        waiting=[parts.turn(primary=True), parts.turn()],
        tasks=parts.tasks(),
        others=[parts.turn(mine=False)],
        entries_title="没有收到邀请？",
        entries=entries,
    )


def start(_request: HttpRequest) -> pages.Page:
    who = [
        Button(f"{name}（{note}）", "#", "post")
        for name, note in (("曹文公", "有 2 份邀请"), (parts.LONG, "已签约"))
    ]
    doors_ = [
        ("学生登录", "查看邀请、应约、下载协议", "user"),
        ("单位登录", "收藏学生、发起签约邀请", "building"),
        ("学校登录", "导入名单、审核、统计", "school"),
    ]
    return doors.StartPage(
        title="毕业生网上签约",
        lead="毕业生、用人单位和学校在同一份协议上签约、审核、验证。",
        entries=[
            doors.Entry(title, says, Button(title, "#", primary=icon == "user"), icon)
            for title, says, icon in doors_
        ],
        enter_as=[doors.EnterAs(group, who) for group in ("毕业生", "用人单位", "审核老师")],
        enter_note="不用密码；数据可以随意改动。",
        links=[Link("验证一份协议", "#", icon="shield-check")],
    )


def login(request: HttpRequest) -> pages.Page:
    form = SampleForm({}) if "errors" in request.GET else SampleForm()
    for name in set(form.fields) - {"title", "code"}:
        del form.fields[name]
    return doors.LoginPage(
        title="学生登录",
        lead="用学校登记的手机号登录。",
        form=form,
        proof=CodeProof(form["code"]),
        passkey_form=PasskeyForm(),
        passkey_url="#",
        help=["收不到验证码？请联系学校。"],
        act=Button("登录", method="submit", primary=True),
        links=[Link("单位登录", "#")],
    )


def preview(_request: HttpRequest) -> pages.Page:
    return doors.PreviewPage(
        title="就业协议书",
        lead="编号 WQ2027-000123 · 已签约",
        pictures=[parts.picture()] * 2,
        back=Link("返回", "#"),
        copy_url="https://example.org/agreements/WQ2027-000123",
        buttons=[Button("下载 PDF", "#", primary=True, icon="download")],
    )


def verify(request: HttpRequest) -> pages.Page:
    form = SampleForm()
    for name in set(form.fields) - {"title"}:
        del form.fields[name]
    rows = [Fact("协议编号", "WQ2027-000123"), Fact("毕业生", "曹＊公"), Fact("用人单位", parts.FIRM)]
    found = doors.Verified(
        tag=Tag("已签约", "ok"),
        sentence="这份协议有效。",
        rows=rows,
        checked_at=timezone.now(),
        domain="example.org",
    )
    miss = "编号或姓名不对，请照协议书上的写法再试一次。"
    return doors.VerifyPage(
        title="验证协议",
        lead="只显示协议的当前状态。",
        form=form,
        act=Button("查询", method="submit", primary=True),
        result=None if "miss" in request.GET else found,
        miss=miss,
        miss_title="没有查到",
    )


def error(_request: HttpRequest) -> pages.Page:
    return doors.ErrorPage(
        code="404",
        title="没有找到这一页",
        lead="可能是地址不完整，也可能您没有查看它的权限。",
        sentences=["从消息里的链接进来的，请先登录再打开。"],
        buttons=[Button("回到首页", "/", primary=True)],
    )
