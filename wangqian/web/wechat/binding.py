"""账号与安全 · 微信: a code to scan, the number WeChat got, unbinding. Works by reloading; each change asks who he is (`fresh`)."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from wangqian.chart.words import Refused
from wangqian.documents import qr
from wangqian.notices import deliver
from wangqian.notices.wechat import client
from wangqian.notices.wechat.codes import Refusal
from wangqian.people import limits, wechat
from wangqian.people.accounts import end_sessions
from wangqian.people.ids import new_id
from wangqian.people.models import Actor, User, WechatLink, WechatScan
from wangqian.web.door.devices import keep_session
from wangqian.web.factors.fresh import fresh
from wangqian.web.frame import acting, before_confirming, show
from wangqian.web.pages import Page, PlainPage
from wangqian.web.panels import Alert, Button, Fact, Facts, Link, Picture, Text
from wangqian.web.wechat.login import connected
from wangqian.web.wording import clock

USES = gettext_lazy("绑定后，签约邀请、审核结果等通知会发到您的微信，也可以从公众号菜单“网签/去向登记”直接登录。")


class NumberForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("确认号"),
        max_length=8,
        help_text=gettext_lazy("公众号刚刚发给您的 4 位数字"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-narrow": True}),
    )


@before_confirming
def show_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET shows how it stands; POST takes the number."""
    form = NumberForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            wechat.confirm(actor.user, form.cleaned_data["number"])
        except Refused as refusal:
            form.add_error("number", str(refusal))
        else:
            told(actor.user, "wechat_bound")
            messages.success(request, _("微信已绑定。以后的通知会同时发到微信。"))
            return redirect("wechat")
    return show(request, page_of(actor.user, form), 422 if form.errors else 200)


def page_of(user: User, form: NumberForm) -> Page:
    link, scan = WechatLink.objects.filter(user=user).first(), wechat.standing(user)
    if link:
        return bound(link)
    if scan is None:
        return unbound(form)
    if scan.contested:
        return plain([Alert("bad", str(wechat.CONTESTED)), offer(_("重新获取二维码"))])
    return scanned(form) if scan.openid else waiting(scan)


def plain(panels: list[Any], lead: str = "", **more: Any) -> PlainPage:
    return PlainPage(title=_("微信"), lead=lead, back=Link(_("账号与安全"), reverse("account")), panels=panels, **more)


def bound(link: WechatLink) -> Page:
    give_up = Button(_("解除绑定"), reverse("wechat-unbind"), "post", danger=True)
    rows = [Fact(_("状态"), _("已绑定"), note=_("%(at)s 起") % {"at": clock(link.bound_at)})]
    note = _("解除后微信里不再收到通知，也不能用它登录；取消关注公众号也会解除。")
    return plain([Facts(_("微信"), rows, note=note, buttons=[give_up])])


def unbound(form: NumberForm) -> Page:
    """A number that came too late is answered here, above the button for a new code."""
    late = [Alert("warn", str(error)) for error in form.errors.get("number", [])]
    return plain([*late, offer(_("获取二维码"))], str(USES))


def offer(label: str) -> Text:
    button = Button(label, reverse("wechat-code"), "post", primary=True, icon="qrcode")
    return Text(_("绑定微信"), [_("用您本人的微信扫码，再把公众号发来的确认号填回来。")], buttons=[button])


def waiting(scan: WechatScan) -> Page:
    shown = Picture(
        f"{reverse('wechat-qr')}?{scan.pk.hex[-8:]}",  # another code is another picture
        _("绑定微信的二维码"),
        _("在微信里打开本页的，长按识别"),
        width=240,
        height=240,
        words=_("请用本人的微信扫描"),
    )
    onward = Text(
        _("扫码之后"),
        [_("公众号会发给您一个确认号。收到后点下面的按钮，在下一页填写。"), _("请不要把二维码转给别人。")],
        buttons=[
            Button(_("我已扫码"), reverse("wechat"), primary=True),
            Button(_("换一个二维码"), reverse("wechat-code"), "post", quiet=True),
        ],
    )
    return plain([shown, onward], _("二维码 10 分钟内有效，至 %(at)s。") % {"at": clock(scan.made_at + wechat.LIVES)})


def scanned(form: NumberForm) -> Page:
    not_me = Button(_("不是我扫的"), reverse("wechat-drop"), "post", danger=True)
    return plain(
        [Alert("info", _("刚刚有一个微信扫码，是您吗？"), _("是您本人的，请填写公众号发到那个微信的确认号；填写之后绑定才生效。"))],
        form=form,
        act=Button(_("是我，绑定"), method="submit", primary=True),
        action_url=reverse("wechat"),
        after=[Text(_("没有扫过码？"), [_("二维码可能被别人看到了。点下面的按钮作废，不会绑定。")], buttons=[not_me])],
    )


@before_confirming
@fresh
def make_code(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask WeChat for what the code says; the scene is random, serves once, and only its digest is kept."""
    if request.method != "POST":  # back from the confirmation
        return redirect("wechat")
    try:
        limits.spend("wechat-code", str(actor.user.pk))
        scene = secrets.token_hex(16)
        wechat.offer(actor.user, scene, client.code_url(scene, int(wechat.LIVES.total_seconds())))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    except Refusal:
        messages.warning(request, _("微信暂时没有答复，请过一会儿再试。"))
    return redirect("wechat")


@before_confirming
@require_safe
def draw(request: HttpRequest, actor: Actor) -> HttpResponse:
    scan = wechat.standing(actor.user)
    if scan is None or scan.openid:
        raise Http404
    return HttpResponse(qr.svg(scan.url), content_type="image/svg+xml")


@before_confirming
@require_POST
def drop_scan(request: HttpRequest, actor: Actor) -> HttpResponse:
    wechat.discard(actor.user)
    messages.success(request, _("二维码已作废，没有绑定任何微信。"))
    return redirect("wechat")


@before_confirming
@fresh
def end(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Whoever came in by that WeChat is out as well."""
    if request.method == "POST" and wechat.unbind(actor.user):
        end_sessions(actor.user)
        keep_session(request, actor.user)
        told(actor.user, "wechat_unbound")
        messages.success(request, _("微信绑定已解除。别的设备上的登录都已退出。"))
    return redirect("wechat")


def told(user: User, name: str) -> None:
    deliver.message(user, name, {}, key=str(new_id()), path=reverse("wechat"))


page = connected(acting()(show_page))
code = connected(acting()(make_code))
picture = connected(acting()(draw))
drop = connected(acting()(drop_scan))
unbind = connected(acting()(end))
