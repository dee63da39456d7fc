"""工作人员: who acts for the school, as what, for which classes; add somebody."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Case as Choose
from django.db.models import Count, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wangqian.chart.words import Refused
from wangqian.flows import staff
from wangqian.notices import deliver
from wangqian.people.identity import masked_phone
from wangqian.people.models import Actor, Capacity, Membership
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Filter, Row
from wangqian.web.menus import LABELS
from wangqian.web.pages import DeskPage, PlainPage
from wangqian.web.paging import asked, counted, page_number, pager, window
from wangqian.web.panels import Button, EmptyState, Link, Tag
from wangqian.web.school_classes import uncovered
from wangqian.web.school_desk import chosen_id
from wangqian.web.staff_forms import PersonForm
from wangqian.web.staff_words import history, lines, recorded, state_tag

MANAGERS = (Capacity.SCHOOL, Capacity.COLLEGE)
ORDER = Choose(*(When(kind=kind, then=Value(place)) for place, kind in enumerate(("school", "college", "counsellor"))))


def managing(actor: Actor) -> Membership:
    """The manager; others get the 404 of pages that do not exist."""
    if staff.managed(actor.membership) is None:
        raise Http404
    return actor.membership


@acting(*MANAGERS)
@require_safe
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everybody he may manage, by kind and college; classes that nobody looks after; what was changed."""
    own = managing(actor)
    found = filtered(request, staff.members(own))
    count, number = counted(found), page_number(request)
    ordered = found.annotate(rank=ORDER).order_by("-active", "rank", "college__name", "created_at")
    shown = window(ordered, number).select_related("user", "college").annotate(many=Count("classes"))
    whole = own.kind == Capacity.SCHOOL
    adding = Button(_("添加工作人员") if whole else _("添加辅导员"), reverse("staff-add"), primary=True, icon="plus")
    ways = [Button(_("院系管理"), reverse("colleges"))] if whole else []
    page = DeskPage(
        title=_("工作人员") if whole else _("辅导员"),
        lead=_("身份和权限的每次变动都有记录，并通知本人；本人的登录随即失效。"),
        alerts=uncovered(own),
        buttons=[adding, Button(_("辅导员与班级"), reverse("classes")), *ways, Button(_("修改记录"), reverse("staff-history"))],
        columns=[Column(name) for name in (_("姓名"), _("身份"), _("院系"), _("所带班级"), _("手机"), _("状态"))],
        rows=[row(member, own) for member in shown],
        filters=filters(request, own),
        clear_url=request.path if any(asked(request, name) for name in ("kind", "college", "state")) else "",
        empty=EmptyState(_("没有符合条件的工作人员"), _("请换一个筛选条件，或添加工作人员。"), adding),
        pager=pager(request, count, number),
    )
    return show(request, page)


def filtered(request: HttpRequest, found: QuerySet[Membership]) -> QuerySet[Membership]:
    if (kind := asked(request, "kind")) in LABELS:
        found = found.filter(kind=kind)
    if pk := chosen_id(asked(request, "college")):
        found = found.filter(college=pk)
    in_use = Q(active=True, user__is_active=True)
    states = {"on": in_use, "off": ~in_use, "admin": in_use & Q(admin=True)}
    return found.filter(states.get(asked(request, "state"), Q()))


def filters(request: HttpRequest, own: Membership) -> list[Filter]:
    everything = ("", _("全部"))
    states = [everything, ("on", _("在用")), ("off", _("已停用")), ("admin", _("管理员"))]
    found = [Filter("state", _("状态"), asked(request, "state"), "select", states)]
    if own.kind != Capacity.SCHOOL:
        return found
    kinds = [everything, *((str(kind), str(LABELS[kind])) for kind in staff.kinds(own))]
    places = [everything, *((str(pk), name) for pk, name in staff.colleges(own).values_list("pk", "name"))]
    return [
        Filter("kind", _("身份"), asked(request, "kind"), "select", kinds),
        Filter("college", _("院系"), asked(request, "college"), "select", places),
        *found,
    ]


def row(member: Any, own: Membership) -> Row:
    counsellor = member.kind == Capacity.COUNSELLOR
    none = Tag(_("未分配"), "warn") if counsellor and member.active and not member.many else None
    cells = [
        Cell(member.called),
        Cell(str(LABELS[Capacity(member.kind)]), note=notes(member, own)),
        Cell(member.college.name if member.college else ""),
        Cell(_("%(count)d 个班") % {"count": member.many} if member.many else "", tag=none),
        Cell(masked_phone(member.user.phone)),
        Cell(tag=state_tag(member)),
    ]
    return Row(cells, reverse("staff-member", args=[member.pk]))


def notes(member: Membership, own: Membership) -> str:
    marks = [(_("管理员"), member.admin), (_("您本人"), member.user_id == own.user_id)]
    return "、".join(words for words, holds in marks if holds)


@acting(*MANAGERS)
@require_safe
def changed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What was changed of staff and colleges; an administrator of a college sees what concerns his counsellors."""
    own = managing(actor)
    only = {} if own.kind == Capacity.SCHOOL else {"membership__in": staff.members(own)}
    found = recorded(own.school, 100, **only)
    nothing = EmptyState(_("还没有修改记录"), _("添加、停用或调整身份后会列在这里。"))
    page = PlainPage(
        title=_("工作人员和院系的修改记录"),
        lead=_("最近 100 条，最新的在前。"),
        back=Link(_("工作人员"), reverse("staff")),
        panels=[history(found)] if found else [nothing],
    )
    return show(request, page)


# --- add ---------------------------------------------------------------------------------------------


@acting(*MANAGERS)
def add(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The same answer whether the phone had an account or not."""
    own = managing(actor)
    form = PersonForm(own, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                person = staff.Person(given["person"], given["phone"], given["email"])
                change = staff.add(actor, person, *form.place(), admin=bool(given.get("admin")))
                deliver.tell_staff(change, lines(change))
        except Refused as refusal:
            form.add_error("phone", str(refusal))
            return ask(request, own, form, refusal.status)
        return added(request, given["person"], change.membership)
    return ask(request, own, form, 422 if form.errors else 200)


def added(request: HttpRequest, name: str, member: Membership | None) -> HttpResponse:
    assert member is not None
    messages.success(request, _("已添加%(name)s，并已通知本人用手机验证码登录。") % {"name": name})
    if member.kind == Capacity.COUNSELLOR:
        messages.info(request, _("请勾选所带的班级。"))
        return redirect("staff-classes", member.pk)
    return redirect("staff-member", member.pk)


def ask(request: HttpRequest, own: Membership, form: PersonForm, status: int) -> HttpResponse:
    page = PlainPage(
        title=_("添加工作人员") if own.kind == Capacity.SCHOOL else _("添加辅导员"),
        lead=_("不设初始密码：本人第一次登录时用手机验证码，进入后自己设置密码和动态口令。"),
        back=Link(_("工作人员"), reverse("staff")),
        form=form,
        act=Button(_("添加"), method="submit", primary=True),
    )
    return show(request, page, status)


