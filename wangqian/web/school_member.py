"""One of the staff: what he is, what was changed about him; end, restore, move, name an administrator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from wangqian.chart.words import Refused
from wangqian.flows import staff
from wangqian.notices import deliver
from wangqian.people.identity import masked_phone
from wangqian.people.models import Actor, Capacity, Membership, SchoolChange
from wangqian.web.factors.lost import reset_buttons
from wangqian.web.frame import acting, show
from wangqian.web.menus import LABELS
from wangqian.web.pages import Panel, SheetPage, StepPage
from wangqian.web.panels import Alert, Button, Fact, Facts, Link, Tag, Text
from wangqian.web.school_staff import MANAGERS
from wangqian.web.staff_forms import PlaceForm
from wangqian.web.staff_words import history, lines, recorded, state_tag
from wangqian.web.wording import clock


def member_of(actor: Actor, pk: UUID) -> Membership:
    found = staff.members(actor.membership).select_related("user", "school", "college").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@acting(*MANAGERS)
@require_safe
def member(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    found = member_of(actor, pk)
    own = found.user_id == actor.user.pk
    alerts = [Alert("info", _("这是您自己的身份，须由另一位管理员更改。"))] if own else []
    page = SheetPage(
        title=found.called,
        lead=capacity_words(found),
        back=Link(_("工作人员"), reverse("staff")),
        tags=[state_tag(found), *([Tag(_("管理员"), "info")] if found.admin else [])],
        alerts=alerts,
        panels=[*facts(found), changes(found)],
        buttons=[] if own else buttons(found, actor),
    )
    return show(request, page)


def changes(found: Membership) -> Panel:
    done = recorded(found.school, membership__user=found.user_id)
    return history(done) if done else Text(_("修改记录"), [_("还没有修改记录。")])


def capacity_words(found: Membership) -> str:
    label = str(LABELS[Capacity(found.kind)])
    return f"{label} · {found.college.name}" if found.college else label


def facts(found: Membership) -> list[Panel]:
    rows = [
        Fact(_("姓名"), found.called),
        Fact(_("手机"), masked_phone(found.user.phone)),
        Fact(_("身份"), str(LABELS[Capacity(found.kind)])),
        Fact(_("院系"), found.college.name) if found.college else Fact(_("院系"), _("全校")),
        Fact(_("添加时间"), clock(found.created_at)),
    ]
    panels: list[Panel] = [Facts(_("身份"), rows, note=_("手机写错时，请停用后用正确的号码重新添加。"))]
    if found.kind == Capacity.COUNSELLOR:
        held = found.classes.select_related("cohort").order_by("-cohort__year", "name")
        classes = [Fact(_("%(year)d 届") % {"year": one.cohort.year}, one.name) for one in held]
        panels.append(Facts(_("所带班级"), classes or [Fact(_("所带班级"), "", tag=Tag(_("未分配"), "warn"))]))
    return panels


# --- acts --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """One change of rights: the button, what it means, how it is done, what is said afterwards."""

    label: Any
    means: Any
    done: Any
    danger: bool = False


ACTS = {
    "stop": Act(
        gettext_lazy("停用"),
        gettext_lazy("停用后本人不能再以此身份登录和办理；以前办理的事项和记录都保留，需要时可以恢复。"),
        gettext_lazy("已停用%(name)s的这个身份，并已通知本人。"),
        danger=True,
    ),
    "restore": Act(
        gettext_lazy("恢复"),
        gettext_lazy("恢复为停用前的身份和班级；管理员须另行指定。"),
        gettext_lazy("已恢复%(name)s的身份，并已通知本人。"),
    ),
    "name": Act(
        gettext_lazy("设为管理员"),
        gettext_lazy("学校管理员可以管理工作人员、院系和学校设置；院系管理员可以管理本院系的辅导员（学校设置允许时）。"),
        gettext_lazy("%(name)s已是管理员，并已通知本人。"),
    ),
    "unname": Act(
        gettext_lazy("取消管理员"),
        gettext_lazy("取消后本人仍可审核，但不能再管理工作人员和设置。"),
        gettext_lazy("%(name)s已不是管理员，并已通知本人。"),
    ),
}


def take(what: str, actor: Actor, pk: UUID) -> SchoolChange:
    if what in ("name", "unname"):
        return staff.name_administrator(actor, pk, what == "name")
    return (staff.stop if what == "stop" else staff.restore)(actor, pk)


def offered(found: Membership, actor: Actor) -> list[str]:
    """The acts that fit how he is now."""
    if not found.active:
        return ["restore"]
    names = found.kind != Capacity.COUNSELLOR and actor.membership.kind == Capacity.SCHOOL
    return [*(["unname" if found.admin else "name"] if names else []), "stop"]


def buttons(found: Membership, actor: Actor) -> list[Button]:
    ways = []
    if found.active and found.kind == Capacity.COUNSELLOR:
        ways.append(Button(_("勾选班级"), reverse("staff-classes", args=[found.pk]), primary=True))
    if found.active and actor.membership.kind == Capacity.SCHOOL:
        ways.append(Button(_("调整身份"), reverse("staff-move", args=[found.pk])))
    acts = [
        Button(str(ACTS[name].label), reverse("staff-act", args=[found.pk, name]), danger=ACTS[name].danger)
        for name in offered(found, actor)
    ]
    return [*ways, *reset_buttons(actor, [found])[found.pk], *acts]


@acting(*MANAGERS)
def act(request: HttpRequest, actor: Actor, pk: UUID, what: str) -> HttpResponse:
    """What it means (GET), then do it and tell him (POST)."""
    found = member_of(actor, pk)
    if what not in ACTS:
        raise Http404
    if request.method == "POST":
        return acted(request, actor, found, what)
    chosen = ACTS[what]
    page = StepPage(
        title=_("%(act)s：%(name)s") % {"act": chosen.label, "name": found.called},
        lead=str(chosen.means),
        back=Link(_("返回"), reverse("staff-member", args=[pk])),
        panels=[*facts(found)],
        act=Button(str(chosen.label), method="submit", primary=not chosen.danger, danger=chosen.danger),
        cancel=Link(_("取消"), reverse("staff-member", args=[pk])),
    )
    return show(request, page)


def acted(request: HttpRequest, actor: Actor, found: Membership, what: str) -> HttpResponse:
    try:
        with transaction.atomic():
            change = take(what, actor, found.pk)
            deliver.tell_staff(change, lines(change))
    except Refused as refusal:
        if refusal.status == 404:
            raise Http404 from refusal
        messages.warning(request, str(refusal))
    else:
        messages.success(request, str(ACTS[what].done) % {"name": found.called})
    return redirect("staff-member", found.pk)


@acting(Capacity.SCHOOL)
def move(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Another capacity of the same person: the old one ends and stays on record, a new one begins."""
    found = member_of(actor, pk)
    known = {"kind": found.kind, "college": str(found.college_id or "")}
    form = PlaceForm(actor.membership, request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                change = staff.move(actor, pk, *form.place())
                deliver.tell_staff(change, lines(change))
        except Refused as refusal:
            form.add_error("kind", str(refusal))
        else:
            messages.success(request, _("已调整%(name)s的身份，并已通知本人。") % {"name": found.called})
            assert change.membership is not None
            return redirect("staff-member", change.membership.pk)
    page = StepPage(
        title=_("调整%(name)s的身份") % {"name": found.called},
        lead=_("原来的身份随即停用，办理过的事项仍记在原身份名下；新身份从现在开始。现在：%(now)s。") % {"now": capacity_words(found)},
        back=Link(_("返回"), reverse("staff-member", args=[pk])),
        form=form,
        act=Button(_("保存"), method="submit", primary=True),
        cancel=Link(_("取消"), reverse("staff-member", args=[pk])),
    )
    return show(request, page, 422 if form.errors else 200)
