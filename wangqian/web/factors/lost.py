"""重置两步验证: for people whose devices are lost and who have no recovery code left. One asks, another confirms."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wangqian.chart.words import Refused
from wangqian.people import limits
from wangqian.people import resets as rules
from wangqian.people.models import Actor, Capacity, FactorReset, Membership
from wangqian.web.factors import telling
from wangqian.web.factors.fresh import fresh
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.menus import LABELS
from wangqian.web.pages import Panel, PlainPage, StepPage
from wangqian.web.panels import Alert, Button, Fact, Facts, Fieldset, Link
from wangqian.web.wording import clock


class FindForm(forms.Form):
    account = forms.CharField(
        label=gettext_lazy("账号、手机号或邮箱"),
        max_length=100,
        help_text=gettext_lazy("填这位老师、毕业生或单位用户登录时用的账号、手机号、邮箱或证件号码"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("情况说明"),
        max_length=200,
        help_text=gettext_lazy("例如：手机遗失，本人持身份证到就业办，已核对证件和照片"),
    )


def reset_buttons(actor: Actor, targets: Iterable[Membership]) -> dict[UUID, list[Button]]:
    """On the pages of people: for everybody the way to ask for him, or nothing."""
    targets = list(targets)
    may = rules.resettable(actor, targets)
    return {one.pk: [Button(_("重置两步验证"), reverse("request-reset", args=[one.pk]))] if one.pk in may else [] for one in targets}


def waiting_resets(actor: Actor) -> list[Alert]:
    """On the home of an administrator: somebody is locked out until he has seen him as well. Not for who asked."""
    count = len(rules.to_confirm(actor))
    link = Link(_("查看并确认"), reverse("resets"))
    return [Alert("warn", _("%(count)d 项重置两步验证等待另一位管理员确认") % {"count": count}, link=link)] if count else []


def administrator(actor: Actor) -> None:
    """Others get the 404 of things that do not exist."""
    if not rules.resets_others(actor):
        raise Http404


@acting(Capacity.SCHOOL, Capacity.OPERATOR)
def resets(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits for a second administrator, and a way to begin."""
    administrator(actor)
    form = FindForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        found = look_up(actor, form.cleaned_data["account"])
        if isinstance(found, Membership):
            return redirect("request-reset", found.pk)
        form.add_error("account", found)
    page = PlainPage(
        title=_("重置两步验证"),
        lead=_("有人丢了手机、恢复码也没有了，由一位管理员当面核对本人后申请，另一位管理员确认。重置后 24 小时内不能办理有约束力的事项。"),
        back=Link(_("返回"), reverse("home")),
        panels=waiting(actor),
        form=form,
        fieldsets=[Fieldset(_("替谁申请重置"), ["account"])],
        act=Button(_("查找"), method="submit", primary=True),
    )
    return show(request, page, 422 if form.errors else 200)


def look_up(actor: Actor, typed: str) -> Membership | str:
    if not limits.allowed("reset-look", str(actor.user.pk)):
        return _(limits.LIMITS["reset-look"].words)
    return rules.find(actor, typed) or _("没有找到由您管理的这个账号，请核对后再试。")


def waiting(actor: Actor) -> list[Panel]:
    rows = [row(actor, one) for one in rules.waiting_for(actor)]
    columns = [Column(_("申请重置的人")), Column(_("申请人")), Column(_("申请时间"))]
    return [Table(_("等待另一位管理员确认"), columns, rows)] if rows else []


def row(actor: Actor, one: FactorReset) -> Row:
    assert one.requested_by is not None
    return Row(
        [Cell(one.membership.user.name, note=one.membership.place()), Cell(one.requested_by.user.name), Cell(clock(one.requested_at))],
        reverse("confirm-reset", args=[one.pk]),
    )


@acting(Capacity.SCHOOL, Capacity.OPERATOR)
@fresh
def request_reset(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """The first of two: who it is, and what was checked."""
    target = Membership.objects.filter(pk=pk, active=True).select_related("user", "graduate", "school", "college", "employer").first()
    if target is None or not rules.may_reset(actor, target):
        raise Http404
    asked_already = rules.open_resets().filter(membership=target).first()
    if asked_already and request.method == "GET":
        return redirect("confirm-reset", asked_already.pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                telling.reset_asked(rules.request(actor, target, form.cleaned_data["reason"]), actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已提交，等待另一位管理员确认。本人已收到通知。"))
            return redirect("resets")
    page = StepPage(
        title=_("申请重置 %(name)s 的两步验证") % {"name": target.user.name},
        lead=_("请先当面核对本人和有效身份证件。本人会立即收到通知。"),
        back=Link(_("返回"), reverse("resets")),
        panels=[person(target)],
        form=form,
        act=Button(_("提交申请"), method="submit", primary=True),
        cancel=Link(_("取消"), reverse("resets")),
    )
    return show(request, page, 422 if form.errors else 200)


def person(target: Membership) -> Facts:
    place = Fact(str(LABELS[Capacity(target.kind)]), target.place())
    return Facts(_("要重置的账号"), [Fact(_("姓名"), target.user.name), place])


def visible(actor: Actor, pk: UUID) -> FactorReset:
    found = rules.open_resets().filter(pk=pk).first()
    if found is None or not rules.may_reset(actor, found.membership):
        raise Http404
    return found


@acting(Capacity.SCHOOL, Capacity.OPERATOR)
@fresh
def confirm_reset(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """The second of two."""
    found = visible(actor, pk)
    user = found.membership.user
    if request.method == "POST":
        try:
            with transaction.atomic():
                telling.reset_done(user, rules.confirm(actor, found))
        except Refused as refusal:
            messages.warning(request, str(refusal))
            return redirect("confirm-reset", pk)
        messages.success(request, _("已重置 %(name)s 的两步验证，本人已收到通知。") % {"name": user.name})
        return redirect("resets")
    assert found.requested_by is not None
    own = found.requested_by.user_id == actor.user.pk
    page = StepPage(
        title=_("确认重置 %(name)s 的两步验证") % {"name": user.name},
        lead=_("确认后，此人的通行密钥、验证器应用和恢复码全部删除，所有登录立即退出，24 小时内不能办理有约束力的事项。"),
        back=Link(_("返回"), reverse("resets")),
        alerts=[] if own else [Alert("warn", _("请您也当面核对本人和有效身份证件，再点确认"))],
        panels=[person(found.membership), asked(found)],
        act=Button(
            _("确认重置"),
            method="submit",
            danger=True,
            primary=True,
            disabled_reason=_("申请人不能自己确认，须由另一位管理员核对本人证件后确认。") if own else "",
        ),
        buttons=[Button(_("撤回申请"), reverse("withdraw-reset", args=[pk]), "post", quiet=True)],
        cancel=Link(_("返回"), reverse("resets")),
    )
    return show(request, page)


def asked(found: FactorReset) -> Facts:
    assert found.requested_by is not None
    rows = [
        Fact(_("申请人"), found.requested_by.user.name),
        Fact(_("申请时间"), clock(found.requested_at)),
        Fact(_("情况说明"), found.reason, long=True),
    ]
    return Facts(_("申请"), rows)


@acting(Capacity.SCHOOL, Capacity.OPERATOR)
@require_POST
def withdraw_reset(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    found = visible(actor, pk)
    try:
        rules.withdraw(actor, found)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("已撤回，没有改动。"))
    return redirect("resets")
