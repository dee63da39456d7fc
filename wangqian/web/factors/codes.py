"""恢复码: shown once, to be written down; renewed when lost."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wangqian.people import factors, recovery
from wangqian.people.clock import now
from wangqian.people.models import Actor
from wangqian.web.factors import telling
from wangqian.web.factors.fresh import fresh
from wangqian.web.frame import acting, before_confirming, show
from wangqian.web.pages import PlainPage
from wangqian.web.panels import Alert, Button, Link, Text

DOWNLOADS = timedelta(minutes=10)  # after they were shown: the same person, at the same table


def card(codes: list[str]) -> list[str]:
    return [f"{code[:4]} {code[4:]}" for code in codes]


@before_confirming
@require_safe
@fresh
def view_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    if not factors.enrolled(actor.user):
        return redirect("mfa_index")
    left, shown = recovery.left(actor.user), recovery.shown(actor.user)
    show_them = Button(_("显示恢复码"), reverse("mfa_show_recovery_codes"), "post", primary=True)
    renew_them = Button(_("换一组新的恢复码"), reverse("mfa_generate_recovery_codes"), "post", primary=shown)
    page = PlainPage(
        title=_("恢复码"),
        lead=_("手机丢失或损坏时，一个恢复码可以代替它登录一次。共 10 个，每个只能用一次。"),
        back=Link(_("返回两步验证"), reverse("mfa_index")),
        alerts=[Alert("info", _("还剩 %(left)d 个没有用过") % {"left": left})] if shown else [],
        panels=[
            Text(
                _("恢复码只显示一次"),
                [_("已经显示过，不能再次查看。抄下的那张找不到了，就换一组新的；旧的随即作废。")]
                if shown
                else [_("请准备好纸笔或打印机，再点下面的按钮。显示之后请抄下来，和证件放在一起，不要存在这部手机里。")],
                buttons=[renew_them] if shown else [show_them],
            )
        ],
    )
    return show(request, page)


view = acting()(view_page)


@before_confirming
@require_POST
@fresh
def show_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    codes = recovery.show(actor.user)
    return shown_page(request, codes) if codes else redirect("mfa_view_recovery_codes")


show_codes = acting()(show_page)


@before_confirming
@require_POST
@fresh
def renew_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """New ones; they are shown by the next button, so that reloading this answer changes nothing."""
    if factors.enrolled(actor.user):
        recovery.renew(actor.user)
        telling.recovery_renewed(actor.user)
        messages.success(request, _("旧的恢复码已作废，新的已生成。"))
    return redirect("mfa_view_recovery_codes")


renew = acting()(renew_page)


def shown_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    page = PlainPage(
        title=_("请抄下这些恢复码"),
        lead=_("离开本页后不能再次查看。每个只能用一次。"),
        panels=[
            Text(
                _("%(count)d 个恢复码") % {"count": len(codes)},
                items=card(codes),
                buttons=[
                    Button(_("下载为文本文件"), reverse("mfa_download_recovery_codes"), "post", icon="download", again=True),
                    Button(_("已抄好，返回"), reverse("mfa_index"), primary=True),
                ],
            )
        ],
    )
    answer = show(request, page)
    answer["Cache-Control"] = "no-store"
    return answer


@before_confirming
@require_POST
@fresh
def download_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The same once more as a file, shortly after they were shown."""
    codes = recovery.recent(actor.user, DOWNLOADS)
    if not codes:
        return redirect("mfa_view_recovery_codes")
    lines = [_("网签平台恢复码（每个只能用一次，请妥善保管）"), made(now()), "", *card(codes), ""]
    headers = {"Content-Disposition": 'attachment; filename="wangqian-recovery-codes.txt"', "Cache-Control": "no-store"}
    return HttpResponse("\r\n".join(lines), content_type="text/plain; charset=utf-8", headers=headers)


download = acting()(download_page)


def made(moment: datetime) -> str:
    return _("%(day)s 下载") % {"day": moment.astimezone().strftime("%Y-%m-%d")}
