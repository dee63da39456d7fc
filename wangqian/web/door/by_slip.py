"""激活账号 with a slip handed out face to face, by who has no phone on the roster that still works (security.md A2)."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases.forms import MOBILE
from wangqian.chart.words import Refused
from wangqian.codes import serial
from wangqian.flows import activating
from wangqian.people import knocks, limits
from wangqian.people.identity import masked_phone
from wangqian.people.models import Graduate
from wangqian.web import challenge
from wangqian.web.door import asking
from wangqian.web.door.facts import PURPOSE, FactsForm, Trying, reachable
from wangqian.web.doors import LoginPage
from wangqian.web.equal import in_equal_time
from wangqian.web.frame import show
from wangqian.web.panels import Button, CodeProof, Link


class SlipForm(FactsForm):
    code = forms.CharField(
        label=gettext_lazy("激活码"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("学院当面交给您的 10 位字符"),
    )
    phone = forms.CharField(
        label=gettext_lazy("您现在使用的手机号"),
        max_length=11,
        validators=[MOBILE],
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text=gettext_lazy("验证码会发到这个号码，以后用它登录"),
    )
    field_order = ["school", "name", "kind", "number", "code", "phone"]


@in_equal_time
def by_slip(request: HttpRequest) -> HttpResponse:
    """A slip handed out face to face instead of a phone that no longer works."""
    form = SlipForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return ask_slip(request, form, 422 if form.errors else 200)
    trying = Trying(form.target())
    try:
        accept(request, form, trying)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return ask_slip(request, form, 429 if refusal.status == 429 else 422)
    return redirect("activate-code")


def accept(request: HttpRequest, form: SlipForm, trying: Trying) -> None:
    """A code to the new phone, for who holds a good slip. One sentence for whatever was wrong.

    Each try takes a challenge, and no count: ten random characters need none, and it would be a lock in a stranger's hand.
    """
    reachable()
    challenge.require(request, form, trying.target)
    found, given = form.graduate(), form.cleaned_data
    if found is None:
        raise Refused(activating.NO_SLIP)
    trying.graduate, trying.slip, trying.phone = str(found.pk), given["code"], given["phone"]
    send_new(request, trying, found)


def send_new(request: HttpRequest, trying: Trying, found: Graduate) -> None:
    """To the phone that shall be his; a mistyped one costs no slip."""
    activating.slip_for(found, trying.slip, trying.phone)
    for limit in asking.PER_TARGET:
        limits.spend(limit, *share(trying))
    row = knocks.knock(PURPOSE, activating.account_of(found), "sms", target=trying.phone, known=True)
    trying.knock = str(row.pk)
    trying.keep(request)


def share(trying: Trying) -> tuple[str, str]:
    """Who holds a good slip is no stranger: what others asked for to the same phone uses nothing up."""
    return limits.spelled(trying.phone), serial.normal(trying.slip)


def ask_slip(request: HttpRequest, form: SlipForm, status: int = 200) -> HttpResponse:
    page = LoginPage(
        title=_("使用激活码"),
        lead=_("激活码由学院当面交给您，72 小时内有效，只能使用一次。"),
        back=Link(_("返回"), reverse("activate")),
        form=form,
        act=Button(_("获取验证码"), method="submit", primary=True),
        help=[_("激活后 24 小时内不能应约、签约，以防他人冒用；原来的手机和密码不再有效。")],
    )
    return show(request, page, status)


def ask_new(request: HttpRequest, form: asking.CodeForm, trying: Trying, status: int) -> HttpResponse:
    """The same for who came with a slip: where the code went is his own phone."""
    to = masked_phone(trying.phone)
    page = LoginPage(
        title=_("填写验证码"),
        lead=_("验证码会在 1 分钟内送到 %(to)s，10 分钟内有效。填对之后，激活码才算用掉。") % {"to": to},
        back=Link(_("返回修改"), reverse("activate-slip")),
        alerts=asking.demo(PURPOSE, trying.knock),
        form=form,
        proof=CodeProof(form["code"], to, wait_seconds=limits.wait("code-minute", *share(trying))),
        act=Button(_("下一步"), method="submit", primary=True),
        help=[_("没有收到？手机号可能填错了，请返回修改，激活码还可以再用。")],
    )
    return show(request, page, status)
