"""The operator's employers: list, sheet, certification, and a new one with its first user."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wangqian.codes import nature, uscc
from wangqian.flows.certification import certification_of, suspensions_asked
from wangqian.people.identity import masked_phone
from wangqian.people.models import CERTIFIED, Actor, Capacity, Employer
from wangqian.web.accounts import AccountForm
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Filter, Row
from wangqian.web.operator_certification import certifying, consequences, happened, standing_alerts
from wangqian.web.operator_employer_form import EmployerForm
from wangqian.web.operator_users import history, users
from wangqian.web.pages import DeskPage, PlainPage, SheetPage
from wangqian.web.paging import asked, counted, page_number, pager, window
from wangqian.web.panels import Button, EmptyState, Fact, Facts, Fieldset, Link, Tag, Timeline
from wangqian.web.places import remark
from wangqian.web.wording import clock, day


@acting(Capacity.OPERATOR)
def employers(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list; with `?add=1`, and on POST, the form of a new one."""
    if request.method == "POST" or asked(request, "add"):
        return add(request, actor)
    found = filtered(request)
    count, number = counted(found), page_number(request)
    filtering = bool(asked(request, "name") or asked(request, "certified"))
    adding = Button(_("添加单位"), f"{request.path}?add=1", primary=True, icon="plus")
    names = (_("单位名称"), _("统一社会信用代码"), _("性质／行业"), _("认证"), _("注册时间"))
    options = [("", _("全部")), ("yes", _("已认证")), ("no", _("未认证")), ("asked", _("已提请暂停")), ("suspended", _("已暂停"))]
    page = DeskPage(
        title=_("用人单位"),
        buttons=[adding],
        columns=[Column(name) for name in names],
        rows=[row(one) for one in window(found.order_by("-id"), number)],
        filters=[
            Filter("name", _("名称或信用代码"), asked(request, "name")),
            Filter("certified", _("认证"), asked(request, "certified"), "select", options),
        ],
        clear_url=request.path if filtering else "",
        empty=EmptyState(
            _("没有符合条件的单位") if filtering else _("还没有用人单位"),
            _("可以添加单位并为它的第一位用户建立账号。"),
            adding,
        ),
        pager=pager(request, count, number),
    )
    return show(request, page)


def filtered(request: HttpRequest) -> QuerySet[Employer]:
    found = Employer.objects.all()
    if name := asked(request, "name"):
        found = found.filter(Q(name__contains=name) | Q(uscc=uscc.normal(name)))
    conditions = {
        "yes": CERTIFIED,
        "no": Q(certified_at=None),
        "asked": Q(pk__in=suspensions_asked().values("employer")),
        "suspended": Q(suspended_at__isnull=False),
    }
    return found.filter(conditions.get(asked(request, "certified"), Q()))


def row(one: Employer) -> Row:
    cells = [
        Cell(one.name),
        Cell(one.uscc),
        Cell(one.nature_name, note=one.industry_name),
        Cell(tag=standing(one), note=day(one.certified_at) if one.certified_at else ""),
        Cell(day(one.created_at)),
    ]
    return Row(cells, reverse("employer", args=[one.pk]))


def standing(one: Employer) -> Tag:
    if one.suspended_at:
        return Tag(_("认证已暂停"), "bad")
    return Tag(_("已认证"), "ok") if one.certified_at else Tag(_("未认证"), "warn")


def add(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = EmployerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = form.save(actor)
        messages.success(
            request,
            _("已添加%(employer)s。%(person)s第一次登录请用手机 %(phone)s 收验证码，再设置密码；认证通过后才能发起邀请。")
            % {"employer": made.name, "person": form.cleaned_data["person"], "phone": masked_phone(form.cleaned_data["phone"])},
        )
        return redirect("employer", made.pk)
    about = ["name", "uscc", "pass_reason", "nature", "industry", "region", "address", "postcode"]
    page = PlainPage(
        title=_("添加单位"),
        lead=_("添加后单位即可登录查看；认证通过后才能发起签约邀请。"),
        back=Link(_("用人单位"), reverse("employers")),
        form=form,
        fieldsets=[Fieldset(_("单位"), about), Fieldset(_("第一位用户"), list(AccountForm.ACCOUNT_FIELDS))],
        act=Button(_("添加单位"), method="submit", primary=True),
    )
    return show(request, page, 422 if form.errors else 200)


@acting(Capacity.OPERATOR)
@require_safe
def employer(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Who it is, who acts for it, who certified it and on what grounds."""
    found = Employer.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    case = certification_of(found.pk)
    page = SheetPage(
        title=found.name,
        lead=_("统一社会信用代码 %(uscc)s") % {"uscc": found.uscc},
        back=Link(_("用人单位"), reverse("employers")),
        tags=[standing(found)],
        alerts=standing_alerts(case),
        buttons=certifying(found, case, actor),
        panels=[about(found), *consequences(found), users(found, actor), *history(found)],
        timeline=Timeline(_("认证记录"), happened(found), note="" if found.certified_at else _("还没有认证。")),
    )
    return show(request, page)


def about(found: Employer) -> Facts:
    return Facts(
        _("单位信息"),
        [
            Fact(_("单位名称"), found.name),
            Fact(_("统一社会信用代码"), found.uscc, tag=code_tag(found)),
            Fact(_("单位性质"), found.nature_name, note=nature.doubt(found.uscc, found.nature)),
            Fact(_("单位行业"), found.industry_name),
            Fact(_("所在地"), found.region, note=remark(found.region_code)),
            Fact(_("通讯地址"), found.address),
            Fact(_("邮政编码"), found.postcode),
            Fact(_("注册时间"), clock(found.created_at)),
        ],
    )


def code_tag(found: Employer) -> Tag:
    try:
        uscc.validate(found.uscc)
    except ValueError:
        return Tag(_("校验码不符，已人工核对"), "warn")
    return Tag(_("校验通过"), "ok")
