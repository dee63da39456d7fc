"""The graduate's information: what the school has about him, and the confirmation that comes first (M003 §2)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from wangqian.cases.engine import lock_graduate
from wangqian.people.clock import now
from wangqian.people.models import AccessLog, Actor, Capacity, Graduate
from wangqian.web.data_panels import data_panels, fingerprint
from wangqian.web.frame import acting, before_confirming, show
from wangqian.web.look_up import own_shut
from wangqian.web.pages import Panel, SheetPage, StepPage
from wangqian.web.panels import Alert, Button, Link, Text, Timeline, TimelineItem


@before_confirming
def confirm_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """核对基本信息 first; until confirmed every page leads here (M003 §2 图3)."""
    graduate = actor.membership.graduate
    assert graduate is not None
    if request.method == "POST":
        return confirmed(request, graduate)
    if graduate.confirmed_at is not None:
        return redirect("my-information")
    page = StepPage(
        title=_("请先核对基本信息"),
        lead=_("确认无误后的信息会印在就业协议书上，请仔细核对。"),
        panels=information(graduate),
        alerts=[wrong(graduate)],
        form=SeenForm(initial={"seen": fingerprint(graduate)}),
        act=Button(_("信息确认无误，进入系统"), method="submit", primary=True),
    )
    return show(request, page)


class SeenForm(forms.Form):
    """What was on the screen: he confirms what he read, not what somebody changed meanwhile."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


def confirmed(request: HttpRequest, graduate: Graduate) -> HttpResponse:
    """Confirm under the row's lock, if what he read still stands."""
    form = SeenForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else ""
    with transaction.atomic():
        locked = lock_graduate(graduate.pk)
        if locked.confirmed_at is not None:
            return redirect("home")
        if seen != fingerprint(locked):
            messages.warning(request, _("您的信息刚刚有变动，请核对最新内容后再确认。"))
            return redirect("confirm-information")
        Graduate.objects.filter(pk=graduate.pk).update(confirmed_at=now())
    messages.success(request, _("基本信息已确认。"))
    return redirect("home")


confirm_information = acting(Capacity.GRADUATE)(confirm_page)


def wrong(graduate: Graduate) -> Alert:
    school = graduate.school
    contact = " ".join(part for part in (school.contact, school.phone, school.hours) if part)
    return Alert(
        "info",
        _("信息有误？"),
        _("标明“不可修改”的项目请申请更正，也可以联系%(school)s%(office)s：%(contact)s。")
        % {"school": school.name, "office": school.office, "contact": contact or _("见学校通知")},
        link=Link(_("申请更正"), reverse("my-corrections")),
    )


def changed() -> Panel:
    """The way to what was changed and asked for."""
    return Text(
        _("更改和更正"),
        links=[
            Link(_("信息更改记录"), reverse("my-changes"), _("谁在什么时候把什么改成了什么")),
            Link(_("更正申请"), reverse("my-corrections"), _("申请和处理结果")),
        ],
    )


def information(graduate: Graduate) -> list[Panel]:
    """Everything the school has about him, each group with who may change it (codes.md §3)."""
    asking = [Button(_("申请更正"), reverse("my-corrections"))]
    own = [Button(_("修改"), reverse("my-data"))]
    contact = [*own, Button(_("修改手机和邮箱"), reverse("account"))]
    until = own if graduate.college_confirmed_at is None else asking
    return data_panels(graduate, {"person": asking, "study": asking, "until": until, "always": contact})


@acting(Capacity.GRADUATE)
@require_safe
def my_information(request: HttpRequest, actor: Actor) -> HttpResponse:
    """我的信息, and who looked at it."""
    graduate = actor.membership.graduate
    assert graduate is not None
    page = SheetPage(
        title=_("我的信息"),
        lead=_("以学校登记的为准。"),
        alerts=[*own_shut(graduate), wrong(graduate)],
        panels=information(graduate),
        side=[changed(), looked(graduate)],
    )
    return show(request, page)


LOOKS = {
    "look_up": gettext_lazy("单位按姓名、证件号查询了您"),
    "look_up_reopened": gettext_lazy("学校重新开放了单位对您的查询"),
    "meeting_code": gettext_lazy("单位使用了您给的应约码"),
    "unmask": gettext_lazy("查看了您的完整证件号"),
    "verification": gettext_lazy("有人核验了您的协议"),
    "evidence": gettext_lazy("下载了您的协议证据包"),
    "upload": gettext_lazy("下载了您上传的材料原件"),
    "roster_import": gettext_lazy("学校修改了您的信息"),
    "contact_changed": gettext_lazy("您修改了联系方式"),
}


def looked(graduate: Graduate) -> Panel:
    """Look-ups, unmasking, verifications: he sees each of them."""
    rows = AccessLog.objects.filter(subject=graduate).select_related(
        "membership__employer", "membership__school", "membership__college"
    )
    items = [
        TimelineItem(
            row.at,
            row.membership.place() if row.membership else _("公开核验"),
            str(LOOKS.get(row.what, row.what)),
            row.why,
        )
        for row in rows.order_by("-id")[:20]
    ]
    return Timeline(_("谁查看过我的信息"), items, note="" if items else _("还没有人查看过。"))
