"""The capability link, as the contact of an employer without an account sees it (M003 §6.3, security.md §2.4).

What waits for him, a code to the phone the link went to, the paper to print, the stamped pages handed in, and what comes then.
Opening changes nothing, whoever opens: every act is a post.
"""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from wangqian.chart.words import Refused
from wangqian.codes.serial import pretty
from wangqian.flows import link_codes
from wangqian.notices import deliver
from wangqian.people import limits
from wangqian.people.identity import masked_name, masked_phone
from wangqian.people.knocks import STALE, CodeRefused
from wangqian.web import challenge
from wangqian.web.door import device
from wangqian.web.door.asking import CodeForm
from wangqian.web.doors import LoginPage
from wangqian.web.equal import in_equal_time
from wangqian.web.frame import show
from wangqian.web.link_desk import desk
from wangqian.web.link_door import Visit, opened, remember, remembered
from wangqian.web.pages import PlainPage
from wangqian.web.panels import Alert, Button, CodeProof, Fact, Facts, Link, Text
from wangqian.web.wording import until
from wangqian.web.words import partner

PURPOSE = "link"
UNCONNECTED = gettext_noop("本站还没有接通短信，暂时不能发送验证码。请联系毕业生，由毕业生本人回传协议书。")
TODAY = gettext_noop("今天发给这个手机的验证码次数过多，请明天再试，或请毕业生本人回传协议书。")
# By the phone, together with every other code that is sent to it.
PER_PHONE = (("sent-minute", limits.SOON), ("sent-hour", limits.OFTEN), ("sent-day", TODAY))


class SendForm(challenge.Challenged):
    purpose = PURPOSE


class EnterForm(CodeForm):
    purpose = PURPOSE


@partial(in_equal_time, reading=True)
@require_http_methods(["GET", "HEAD", "POST"])
@opened
def start(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The first page; in a session the desk; afterwards that it is done. Only the challenge of a crowded address is posted here."""
    if request.method == "POST":
        return redirect("link", visit.secret)
    if visit.done:
        return done_page(request, visit)
    return desk(request, visit) if visit.code else first_page(request, visit)


def first_page(request: HttpRequest, visit: Visit, refusal: Refused | None = None) -> HttpResponse:
    """Masked: whoever got hold of the link learns little."""
    case, missing = visit.case, "" if deliver.connected("sms") else _(UNCONNECTED)
    assert case.graduate and case.school
    page = PlainPage(
        title=_("有一份就业协议等待盖章回传"),
        lead=_("毕业生请贵单位协助：下载、打印就业协议书，盖章后拍照或扫描上传。不需要注册账号。"),
        alerts=[Alert("warn", str(refusal))] if refusal else [],
        panels=[
            Facts(
                _("这份协议"),
                [
                    Fact(_("毕业生"), masked_name(case.graduate.name)),
                    Fact(_("学校"), case.school.name),
                    Fact(_("用人单位"), partner(case)),
                    Fact(_("链接有效至"), until(visit.link.expires_at)),
                ],
            ),
            Text(
                _("先验证手机"),
                [_("验证码发到 %(phone)s，验证后 30 分钟内可以查看协议书并上传。") % {"phone": masked_phone(visit.link.mobile)}],
            ),
        ],
        form=SendForm(),
        act=Button(_("发送验证码"), method="submit", primary=True, name="send_code", value="1", disabled_reason=missing),
        action_url=visit.url("link-code"),
        after=[Text(_("不是您的手机，或与贵单位无关？"), [_("请不要继续，关闭本页即可；链接到期自动失效。")])],
    )
    return show(request, page, refusal.status if refusal else 200)


def done_page(request: HttpRequest, visit: Visit) -> HttpResponse:
    page = PlainPage(
        title=_("已提交，学校审核中"),
        lead=_("协议编号 %(number)s。盖章的协议书已交给学校审核，这个链接不能再使用。") % {"number": pretty(visit.case.number or "")},
        panels=[
            Text(
                _("接下来"),
                [
                    _("学校审核通过后签约完成，结果会通知毕业生；贵单位不需要再办理。"),
                    _("图像不清楚或缺页时学校会退回，由毕业生重新联系贵单位。"),
                ],
            )
        ],
    )
    return show(request, page)


# --- the code ----------------------------------------------------------------------------------------


@partial(in_equal_time, reading=True)
@require_http_methods(["GET", "HEAD", "POST"])
@opened
def code(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Have a code sent, and enter it."""
    if visit.code:
        return redirect("link", visit.secret)
    if request.method != "POST":
        waits = link_codes.standing(visit.link, visit.asked)
        return code_page(request, visit, EnterForm()) if waits else redirect("link", visit.secret)
    form = EnterForm(request.POST)
    if not form.is_valid():
        return refused(request, visit, form, None)
    try:
        response = redirect(*(sent if "send_code" in request.POST else entered)(request, visit, form))
    except Refused as refusal:
        return refused(request, visit, form, refusal)
    if device.COOKIE not in request.COOKIES:
        device.keep(response, device.of(request))
    return response


def sent(request: HttpRequest, visit: Visit, form: EnterForm) -> tuple[str, str]:
    """A code on its way to the phone of the link. Raises `Refused`."""
    if not deliver.connected("sms"):
        raise Refused(UNCONNECTED)
    challenge.require(request, form, str(visit.link.pk))
    limits.spend("code-device", device.of(request).number)
    for name, words in PER_PHONE:
        if not limits.allowed(name, "sms", visit.link.mobile):
            raise limits.Over(words)
    row, digits = link_codes.ask(visit.link)
    remember(request, visit.link, str(row.pk))
    deliver.send_link_code(row, digits, visit.link.mobile)
    return "link-code", visit.secret


def entered(request: HttpRequest, visit: Visit, form: EnterForm) -> tuple[str, str]:
    """The right digits open this browser's session, under a new key of its cookie. Raises `Refused`."""
    link_codes.enter(visit.link, visit.asked, form.cleaned_data["code"])
    if not request.user.is_authenticated:  # one who is logged in got a new key then, and his list of sessions knows it
        request.session.cycle_key()
    return "link", visit.secret


def refused(request: HttpRequest, visit: Visit, form: EnterForm, refusal: Refused | None) -> HttpResponse:
    """The sentence where it can be acted on: at the field while a code may be entered, else on the first page."""
    if not link_codes.standing(visit.link, remembered(request).get(str(visit.link.pk), "")):
        return first_page(request, visit, refusal or CodeRefused(STALE))
    if refusal:
        form.add_error("code", str(refusal))
    return code_page(request, visit, form, refusal.status if refusal else 422)


def code_page(request: HttpRequest, visit: Visit, form: EnterForm, status: int = 200) -> HttpResponse:
    to = masked_phone(visit.link.mobile)
    row = link_codes.standing(visit.link, visit.asked) if settings.DEMO else None
    page = LoginPage(
        title=_("填写验证码"),
        lead=_("验证码已发到 %(to)s，10 分钟内有效。") % {"to": to},
        back=Link(_("返回"), visit.url("link")),
        alerts=[Alert("info", _("演示环境：验证码是 %(code)s") % {"code": row.shown})] if row else [],
        form=form,
        proof=CodeProof(form["code"], to, wait_seconds=limits.wait("sent-minute", "sms", visit.link.mobile)),
        act=Button(_("进入"), method="submit", primary=True),
        action_url=visit.url("link-code"),
        help=[
            _("没有收到？请看看是否在垃圾短信里，1 分钟后可以重新发送。"),
            _("手机不在身边，或不再使用这个号码的，请联系毕业生更换号码后重新发送链接。"),
        ],
    )
    return show(request, page, status)
