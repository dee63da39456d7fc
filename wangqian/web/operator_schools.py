"""The operator's schools: list, sheet, and a new one with its first administrator."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from wangqian.people import accounts
from wangqian.people.clock import SHANGHAI, end_of, now
from wangqian.people.identity import masked_phone
from wangqian.people.models import Actor, Capacity, Cohort, School, SchoolProfile
from wangqian.web.accounts import AccountForm
from wangqian.web.factors.lost import reset_buttons
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Filter, Row, Table
from wangqian.web.menus import LABELS
from wangqian.web.pages import DeskPage, PlainPage, SheetPage
from wangqian.web.paging import asked, counted, page_number, pager, window
from wangqian.web.panels import Button, EmptyState, Fact, Facts, Fieldset, Link, Tag
from wangqian.web.school_profile import history, said
from wangqian.web.school_profile_form import DIALS
from wangqian.web.wording import clock, until

CODE = RegexValidator(r"^\d{5}$", gettext_lazy("院校代码是 5 位数字"))


class SchoolForm(AccountForm):
    code = forms.CharField(
        label=gettext_lazy("院校代码"),
        max_length=5,
        validators=[CODE],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-narrow": True}),
        help_text=gettext_lazy("教育部公布的 5 位院校代码"),
    )
    name = forms.CharField(label=gettext_lazy("学校名称"), max_length=60)
    year = forms.IntegerField(
        label=gettext_lazy("首个届别（毕业年份）"),
        min_value=2000,
        max_value=2100,
        widget=forms.NumberInput(attrs={"data-unit": gettext_lazy("届"), "data-narrow": True}),
        help_text=gettext_lazy("登记时间先设为上一年 9 月 1 日至当年 8 月 31 日 24:00，学校可以修改"),
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if School.objects.filter(code=code).exists():
            raise forms.ValidationError(_("已有代码为 %(code)s 的学校。") % {"code": code})
        return code

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if School.objects.filter(name=name).exists():
            raise forms.ValidationError(_("已有同名的学校。"))
        return name

    def save(self) -> School:
        """The school, its first profile, its first cohort, its first administrator: all or nothing."""
        given = self.cleaned_data
        with transaction.atomic():
            made = School.objects.create(code=given["code"], name=given["name"])
            SchoolProfile.objects.create(school=made, version=1, edited_at=now())
            opens = datetime.combine(date(given["year"] - 1, 9, 1), time(), SHANGHAI)
            closes = end_of(date(given["year"], 8, 31))
            Cohort.objects.create(school=made, year=given["year"], opens_at=opens, closes_at=closes)
            accounts.give(self.user(), Capacity.SCHOOL, school=made, admin=True, known_as=given["person"])
        return made


@acting(Capacity.OPERATOR)
def schools(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list; with `?add=1`, and on POST, the form of a new one."""
    if request.method == "POST" or asked(request, "add"):
        return add(request)
    people = Count("memberships", filter=Q(memberships__active=True))
    found = School.objects.all()
    if name := asked(request, "name"):
        found = found.filter(Q(name__contains=name) | Q(code=name))
    count, number = counted(found), page_number(request)
    rows = [
        Row(
            [Cell(one.name), Cell(one.code), Cell(one.contact, note=one.phone), Cell(one.people)],
            reverse("school", args=[one.pk]),
        )
        for one in window(found.annotate(people=people).order_by("code"), number)
    ]
    adding = Button(_("添加学校"), f"{request.path}?add=1", primary=True, icon="plus")
    page = DeskPage(
        title=_("学校"),
        buttons=[adding],
        columns=[
            Column(_("学校")),
            Column(_("院校代码")),
            Column(_("就业部门联系人")),
            Column(_("在用账号"), number=True),
        ],
        rows=rows,
        filters=[Filter("name", _("名称或代码"), asked(request, "name"))],
        clear_url=request.path if asked(request, "name") else "",
        empty=EmptyState(_("没有学校"), _("添加一所学校并为它的第一位管理员建立账号。"), adding),
        pager=pager(request, count, number),
    )
    return show(request, page)


def add(request: HttpRequest) -> HttpResponse:
    form = SchoolForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = form.save()
        messages.success(
            request,
            _("已添加%(school)s。%(person)s第一次登录请用手机 %(phone)s 收验证码，再设置密码。")
            % {"school": made.name, "person": form.cleaned_data["person"], "phone": masked_phone(form.cleaned_data["phone"])},
        )
        return redirect("school", made.pk)
    page = PlainPage(
        title=_("添加学校"),
        lead=_("学校的第一位管理员登录后可以设置审核级、导入生源。"),
        back=Link(_("学校"), reverse("schools")),
        form=form,
        fieldsets=[
            Fieldset(_("学校"), ["code", "name", "year"]),
            Fieldset(_("第一位管理员"), list(AccountForm.ACCOUNT_FIELDS)),
        ],
        act=Button(_("添加学校"), method="submit", primary=True),
    )
    return show(request, page, 422 if form.errors else 200)


@acting(Capacity.OPERATOR)
@require_safe
def school(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    found = School.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    current = SchoolProfile.of(found.pk)
    dials = [Fact(str(label), said(name, current)) for name, label in DIALS.items()] if current else []
    cohorts = [
        Fact(_("%(year)d 届登记时间") % {"year": one.year}, f"{clock(one.opens_at)} – {until(one.closes_at)}")
        for one in found.cohorts.order_by("-year")
    ]
    page = SheetPage(
        title=found.name,
        lead=_("院校代码 %(code)s") % {"code": found.code},
        back=Link(_("学校"), reverse("schools")),
        panels=[staff(found, actor), history(found)],
        side=[
            Facts(
                _("就业部门"),
                [
                    Fact(_("部门"), found.office),
                    Fact(_("联系人"), found.contact),
                    Fact(_("电话"), found.phone),
                    Fact(_("办公时间"), found.hours),
                ],
                note=_("由学校管理员在“学校设置”中修改。"),
            ),
            Facts(_("审核与签约"), dials),
            Facts(_("届别"), cohorts),
        ],
    )
    return show(request, page)


def staff(found: School, actor: Actor) -> Table | EmptyState:
    """Who acts for the school, active ones first."""
    members = found.memberships.select_related("user", "college").order_by("-active", "created_at")[:200]
    resets = reset_buttons(actor, members)
    rows = [
        Row(
            [
                Cell(one.called),
                Cell(str(LABELS[Capacity(one.kind)]), note=_("管理员") if one.admin else ""),
                Cell(one.college.name if one.college else ""),
                Cell(masked_phone(one.user.phone) if one.user.phone else "", note="" if one.user.activated_at else _("还没有登录过")),
                Cell(tag=Tag(_("在用"), "ok") if one.active and one.user.is_active else Tag(_("已停用"), "off")),
            ],
            buttons=resets[one.pk],
        )
        for one in members
    ]
    if not rows:
        return EmptyState(_("还没有账号"), _("可用命令 add_member 为学校建立账号。"))
    names = (_("姓名"), _("身份"), _("院系"), _("手机号码"), _("状态"))
    note = _("院系和辅导员由学校管理员在“工作人员”中添加。")
    return Table(_("账号"), [Column(name) for name in names], rows, note=note)
