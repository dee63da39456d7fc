"""两步验证: what is on, since when, last used; and the way to each."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from wangqian.people import factors, passkeys, recovery, resets, totp
from wangqian.people.models import Actor
from wangqian.web.frame import acting, before_confirming, show
from wangqian.web.pages import Panel, PlainPage
from wangqian.web.panels import Alert, Button, Fact, Facts, Link, Tag, Text
from wangqian.web.wording import clock

PASSKEY = gettext_lazy("通行密钥就是用您手机或电脑的指纹、面容或锁屏密码来代替密码和短信验证码，别人就算知道您的密码也用不了。")


@before_confirming
@require_safe
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    user = actor.user
    keys, app = list(passkeys.of(user)), totp.of(user)
    panels: list[Panel] = [keys_panel(keys), app_panel(app)]
    if keys or app:
        panels.append(codes_panel(recovery.left(user), recovery.shown(user)))
    if resets.resets_others(actor):
        panels.append(others_panel())
    return show(
        request,
        PlainPage(
            title=_("两步验证"),
            lead=_("除了密码，再用一样只有您有的东西确认是您本人：登录时、签约或审核时用。"),
            back=Link(_("返回"), reverse("account")),
            alerts=must(actor, bool(keys or app)),
            panels=panels,
        ),
    )


index = acting()(page)


def must(actor: Actor, has: bool) -> list[Alert]:
    """What stops him until he has one; in the demo, that it would."""
    if has or not factors.needs_one(actor.membership):
        return []
    sentence = _("老师、平台用户和单位管理员须用通行密钥或验证器应用，只有密码不能办理。")
    if factors.obligatory():
        return [Alert("warn", _("请先设置一种，再继续办理"), sentence)]
    return [Alert("info", _("正式使用时须先设置一种"), sentence)]


def keys_panel(keys: list[Authenticator]) -> Facts:
    rows = [
        Fact(
            passkeys.name_of(one),
            used(one),
            tag=Tag(_("可在您的多台设备上使用"), "info") if one.data["synced"] else None,
            link=Link(_("改名或删除"), reverse("mfa_edit_webauthn", args=[one.pk])),
        )
        for one in keys
    ]
    return Facts(
        _("通行密钥"),
        rows or [Fact(_("状态"), _("还没有添加"))],
        note=str(PASSKEY),
        buttons=[Button(_("添加通行密钥"), reverse("mfa_add_webauthn"), primary=not keys, icon="fingerprint")],
    )


def app_panel(app: Authenticator | None) -> Facts:
    on = Button(_("停用"), reverse("mfa_deactivate_totp"), quiet=True)
    off = Button(_("设置验证器应用"), reverse("mfa_activate_totp"))
    return Facts(
        _("验证器应用"),
        [Fact(_("状态"), used(app) if app else _("没有设置"))],
        note=_("手机上的验证器应用每 30 秒显示一组 6 位数字，没有网络也能用。不支持通行密钥的浏览器里可以用它。"),
        buttons=[on if app else off],
    )


def codes_panel(left: int, shown: bool) -> Facts:
    left_words = _("还剩 %(left)d 个") % {"left": left}
    return Facts(
        _("恢复码"),
        [Fact(_("状态"), left_words if shown else _("%(left)s，您还没有抄下来") % {"left": left_words})],
        note=_("手机丢失或损坏时，一个恢复码可以代替它登录一次。请抄在纸上，和证件放在一起。"),
        buttons=[Button(_("查看或更换恢复码"), reverse("mfa_view_recovery_codes"), primary=not shown)],
    )


def others_panel() -> Text:
    return Text(
        _("有人丢了手机？"),
        [_("您管理的人手机丢失、恢复码也没有了时，由两位管理员当面核对本人后重置。")],
        buttons=[Button(_("重置别人的两步验证"), reverse("resets"))],
    )


def used(one: Authenticator) -> str:
    since = _("%(at)s 设置") % {"at": clock(one.created_at)}
    return f"{since} · {_('最近使用 %(at)s') % {'at': clock(one.last_used_at)}}" if one.last_used_at else since
