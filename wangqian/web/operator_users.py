"""An employer's users on the operator's pages: who acts for it, who no longer does and why; end one, give one back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.chart.words import Refused
from wangqian.notices import deliver
from wangqian.people import members
from wangqian.people.identity import masked_phone
from wangqian.people.models import Actor, Capacity, Employer, Membership, MembershipChange
from wangqian.web.factors.lost import reset_buttons
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.menus import capacity_words
from wangqian.web.pages import StepPage
from wangqian.web.panels import Alert, Button, EmptyState, Fact, Facts, Link, Tag
from wangqian.web.wording import clock

SHOWN = 100


class WhyForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=200,
        help_text=gettext_lazy("例如：单位来函告知该用户已离职；本人会看到，并留下记录"),
    )


@dataclass(frozen=True)
class Act:
    """One change: the button, what it means, how it is done, what is said afterwards."""

    label: Any
    means: Any
    done: Any
    do: Any


ACTS = {
    "stop": Act(
        gettext_lazy("停用"),
        gettext_lazy("停用后本人不能再为该单位登录和办理；以前办理的事项和记录都保留，需要时可以恢复。"),
        gettext_lazy("已停用%(name)s，并已通知本人。"),
        members.stop,
    ),
    "restore": Act(
        gettext_lazy("恢复"),
        gettext_lazy("恢复后本人又可以为该单位登录和办理。"),
        gettext_lazy("已恢复%(name)s，并已通知本人。"),
        members.restore,
    ),
}
WHAT = {members.STOPPED: gettext_lazy("停用"), members.BACK: gettext_lazy("恢复")}


def fitting(one: Membership) -> str:
    """The act that fits how he is now."""
    return "stop" if one.active else "restore"


def users(found: Employer, actor: Actor) -> Table | EmptyState:
    people = found.memberships.select_related("user").order_by("-active", "created_at")[:SHOWN]
    resets = reset_buttons(actor, people)
    rows = [row(one, resets[one.pk]) for one in people]
    if not rows:
        return EmptyState(_("还没有用户"), _("可用命令 add_member 为单位建立账号。"))
    return Table(_("用户"), [Column(name) for name in (_("姓名"), _("手机号码"), _("状态"))], rows)


def row(one: Membership, more: list[Button]) -> Row:
    name = fitting(one)
    return Row(
        [
            Cell(one.called, note=_("管理员") if one.admin else ""),
            Cell(masked_phone(one.user.phone) if one.user.phone else "", note="" if one.user.activated_at else _("还没有登录过")),
            Cell(tag=state_tag(one)),
        ],
        buttons=[*more, Button(str(ACTS[name].label), reverse("employer-user", args=[one.pk, name]))],
    )


def state_tag(one: Membership) -> Tag:
    return Tag(_("在用"), "ok") if one.active and one.user.is_active else Tag(_("已停用"), "off")


def history(found: Employer) -> list[Table]:
    rows = [
        Row([Cell(clock(one.at)), Cell(one.by.called if one.by else _("平台")), Cell(said(one)), Cell(one.why)])
        for one in members.changes(found.pk)[:SHOWN]
    ]
    names = (_("时间"), _("办理人"), _("改了什么"), _("原因"))
    return [Table(_("用户的停用和恢复"), [Column(name) for name in names], rows)] if rows else []


def said(one: MembershipChange) -> str:
    return f"{WHAT[one.what]}：{one.membership.called}"


@acting(Capacity.OPERATOR)
def act(request: HttpRequest, actor: Actor, pk: UUID, what: str) -> HttpResponse:
    """What it means and why it is done (GET), then do it and tell him (POST)."""
    found = Membership.objects.filter(pk=pk, kind=Capacity.EMPLOYER).select_related("user", "employer").first()
    if found is None or what not in ACTS:
        raise Http404
    form = WhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return acted(request, actor, found, what, form.cleaned_data["why"])
    return show(request, page(found, what, form), 422 if form.errors else 200)


def page(found: Membership, what: str, form: WhyForm) -> StepPage:
    back = reverse("employer", args=[found.employer_id])
    return StepPage(
        title=_("%(act)s：%(name)s") % {"act": ACTS[what].label, "name": found.called},
        lead=str(ACTS[what].means),
        back=Link(_("返回"), back),
        alerts=left_alone(found) if what == "stop" else [],
        panels=[about(found)],
        form=form,
        act=Button(str(ACTS[what].label), method="submit", primary=what != "stop", danger=what == "stop"),
        cancel=Link(_("取消"), back),
    )


def about(found: Membership) -> Facts:
    rows = [
        Fact(_("姓名"), found.called),
        Fact(_("手机号码"), masked_phone(found.user.phone) if found.user.phone else ""),
        Fact(_("单位"), found.place()),
        Fact(_("状态"), "", tag=state_tag(found)),
        Fact(_("添加时间"), clock(found.created_at)),
    ]
    return Facts(_("用户"), rows)


def left_alone(found: Membership) -> list[Alert]:
    """What the employer is left without."""
    others = members.peers(found)
    if not others.exists():
        return [
            Alert(
                "warn",
                _("这是该单位唯一在用的用户"),
                _("停用后没有人能为该单位登录，邀请、解约等都没有人办理。可先用命令 add_member 添加新的用户。"),
            )
        ]
    if found.admin and not others.filter(admin=True).exists():
        return [Alert("warn", _("这是该单位唯一的管理员"), _("停用后该单位只有普通用户，仍可办理签约和解约。"))]
    return []


def acted(request: HttpRequest, actor: Actor, found: Membership, what: str, why: str) -> HttpResponse:
    try:
        with transaction.atomic():
            tell(ACTS[what].do(actor, found.pk, why))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, str(ACTS[what].done) % {"name": found.called})
    return redirect("employer", found.employer_id)


def tell(change: MembershipChange) -> None:
    """To the person, in the transaction that did it."""
    user, stopped = change.membership.user, change.what == members.STOPPED
    with translation.override(user.language):
        facts = {"who": capacity_words(change.membership), "reason": change.why}
    name, path = ("member_stopped", "/") if stopped else ("member_back", "/home/")
    deliver.message(user, name, facts, key=str(change.pk), path=path)
