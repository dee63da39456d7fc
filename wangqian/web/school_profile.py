"""学校设置: the dials of the review, the office people call, the cohorts' dates. Every change is a new version."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.people.clock import SHANGHAI, end_of, now
from wangqian.people.models import Actor, Capacity, Cohort, School, SchoolProfile
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.pages import Panel, PlainPage, SheetPage
from wangqian.web.panels import Alert, Button, Fact, Facts, Fieldset
from wangqian.web.wording import ZONE, clock

LEVELS = {
    Capacity.COUNSELLOR.value: gettext_lazy("辅导员"),
    Capacity.COLLEGE.value: gettext_lazy("院系"),
    Capacity.SCHOOL.value: gettext_lazy("学校"),
}
CHAINS = (
    "college,school",
    "school",
    "college",
    "counsellor",
    "counsellor,college",
    "counsellor,school",
    "counsellor,college,school",
)
DIALS = {
    "signing_chain": gettext_lazy("签约审核"),
    "termination_chain": gettext_lazy("解约审核"),
    "in_service_can_sign": gettext_lazy("培养方式为“在职”的毕业生可以网上签约"),
    "one_user_many_levels": gettext_lazy("同一位老师可以审核一个事项的多级"),
    "days_to_respond": gettext_lazy("对解约申请的回应期限"),
}
OFFICE = {
    "office": gettext_lazy("就业部门"),
    "contact": gettext_lazy("联系人"),
    "phone": gettext_lazy("电话"),
    "hours": gettext_lazy("办公时间"),
}
CHANGED = gettext_lazy("设置刚被其他老师修改过，下面是最新内容，请核对后重新保存。")


def chain_words(chain: str) -> str:
    return " → ".join(str(LEVELS[level]) for level in chain.split(","))


def opening(day: date) -> datetime:
    """0:00 of a day in Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)


def last_day(moment: datetime) -> date:
    """The last day before a half-open end."""
    local = moment.astimezone(ZONE)
    return local.date() if local.time() != time() else date.fromordinal(local.date().toordinal() - 1)


class ProfileForm(forms.Form):
    """The dials, the office, two dates per cohort and room for one more cohort."""

    base = forms.IntegerField(widget=forms.HiddenInput)
    signing_chain = forms.ChoiceField(
        label=DIALS["signing_chain"], help_text=gettext_lazy("依次审核的各级；已提交的事项按提交时的设置走完")
    )
    termination_chain = forms.ChoiceField(label=DIALS["termination_chain"])
    days_to_respond = forms.IntegerField(
        label=DIALS["days_to_respond"],
        min_value=1,
        max_value=60,
        help_text=gettext_lazy("1 到 60 天；到期未回应则解约失败，签约仍然有效"),
        widget=forms.NumberInput(attrs={"data-unit": gettext_lazy("天"), "data-narrow": True}),
    )
    in_service_can_sign = forms.BooleanField(label=DIALS["in_service_can_sign"], required=False)
    one_user_many_levels = forms.BooleanField(
        label=DIALS["one_user_many_levels"], required=False, help_text=gettext_lazy("仅供审核人很少的学校使用")
    )
    office = forms.CharField(label=OFFICE["office"], max_length=60)
    contact = forms.CharField(label=OFFICE["contact"], max_length=60, required=False)
    phone = forms.CharField(label=OFFICE["phone"], max_length=40, required=False)
    hours = forms.CharField(label=OFFICE["hours"], max_length=60, required=False)
    year = forms.IntegerField(
        label=gettext_lazy("新增届别（毕业年份）"),
        min_value=2000,
        max_value=2100,
        required=False,
        help_text=gettext_lazy("不新增请留空"),
        widget=forms.NumberInput(attrs={"data-unit": gettext_lazy("届"), "data-narrow": True}),
    )
    year_opens = forms.DateField(label=gettext_lazy("新届别开放日期"), required=False)
    year_closes = forms.DateField(
        label=gettext_lazy("新届别截止日期"),
        required=False,
        help_text=gettext_lazy("到这一天的 24:00；留空则为当年 8 月 31 日"),
    )

    def __init__(self, school: School, profile: SchoolProfile, *args: Any, **kwargs: Any) -> None:
        self.school, self.profile = school, profile
        self.cohorts = list(school.cohorts.order_by("-year"))
        kwargs["initial"] = self.known()
        super().__init__(*args, **kwargs)
        for name in ("signing_chain", "termination_chain"):
            self.fields[name].choices = [(chain, chain_words(chain)) for chain in CHAINS]  # type: ignore[attr-defined]
        for cohort in self.cohorts:
            self.fields[f"opens_{cohort.year}"] = forms.DateField(
                label=_("%(year)d 届开放日期") % {"year": cohort.year}
            )
            self.fields[f"closes_{cohort.year}"] = forms.DateField(
                label=_("%(year)d 届截止日期") % {"year": cohort.year}, help_text=_("到这一天的 24:00")
            )

    def known(self) -> dict[str, Any]:
        found: dict[str, Any] = {"base": self.profile.version}
        found |= {name: getattr(self.profile, name) for name in DIALS}
        found |= {name: getattr(self.school, name) for name in OFFICE}
        for cohort in self.cohorts:
            found[f"opens_{cohort.year}"] = cohort.opens_at.astimezone(ZONE).date()
            found[f"closes_{cohort.year}"] = last_day(cohort.closes_at)
        return found

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        for cohort in self.cohorts:
            self.in_order(f"opens_{cohort.year}", f"closes_{cohort.year}")
        year = given.get("year")
        if year is None:
            return given
        if any(cohort.year == year for cohort in self.cohorts):
            self.add_error("year", _("已有 %(year)d 届") % {"year": year})
        if not given.get("year_opens"):
            self.add_error("year_opens", _("请选择新届别开放日期"))
        given["year_closes"] = given.get("year_closes") or date(year, 8, 31)
        self.in_order("year_opens", "year_closes")
        return given

    def in_order(self, opens: str, closes: str) -> None:
        first, last = self.cleaned_data.get(opens), self.cleaned_data.get(closes)
        if first and last and last < first:
            self.add_error(closes, _("截止日期不能早于开放日期"))

    def fieldsets(self) -> list[Fieldset]:
        dates = [f"{end}_{cohort.year}" for cohort in self.cohorts for end in ("opens", "closes")]
        return [
            Fieldset(_("审核与签约"), list(DIALS), _("修改只影响以后提交的事项。")),
            Fieldset(_("就业部门联系方式"), list(OFFICE), _("显示在毕业生和单位页面的底部。")),
            Fieldset(_("届别"), [*dates, "year", "year_opens", "year_closes"]),
        ]


@acting(Capacity.SCHOOL)
def profile(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The administrator edits; colleagues read."""
    assert actor.membership.school is not None
    school = School.objects.get(pk=actor.membership.school.pk)
    current = school.profiles.order_by("-version").first()
    assert current is not None
    if not actor.membership.admin:
        return read_only(request, school, current)
    if request.method != "POST":
        return edit(request, ProfileForm(school, current))
    form = ProfileForm(school, current, data=request.POST)
    if not form.is_valid():
        return edit(request, form, 422)
    if not save(form, actor):
        fresh = school.profiles.order_by("-version")[0]
        return edit(request, ProfileForm(School.objects.get(pk=school.pk), fresh), 409, [Alert("warn", str(CHANGED))])
    messages.success(request, _("学校设置已保存。") if form.changed_data else _("没有改动，不用保存。"))
    return redirect("profile")


def save(form: ProfileForm, actor: Actor) -> bool:
    """Write what was changed, in a new version; False when somebody else saved since the form was read."""
    given = form.cleaned_data
    with transaction.atomic():
        School.objects.select_for_update().get(pk=form.school.pk)
        last = form.school.profiles.order_by("-version")[0]
        if last.version != given["base"]:
            return False
        if form.changed_data:
            dials = {name: given[name] for name in DIALS}
            moment, number = now(), last.version + 1
            SchoolProfile.objects.create(
                school=form.school, version=number, edited_by=actor.user, edited_at=moment, **dials
            )
            School.objects.filter(pk=form.school.pk).update(**{name: given[name] for name in OFFICE})
            save_cohorts(form)
    return True


def save_cohorts(form: ProfileForm) -> None:
    given = form.cleaned_data
    for cohort in form.cohorts:
        opens, closes = f"opens_{cohort.year}", f"closes_{cohort.year}"
        if opens in form.changed_data or closes in form.changed_data:
            times = {"opens_at": opening(given[opens]), "closes_at": end_of(given[closes])}
            Cohort.objects.filter(pk=cohort.pk).update(**times)
    if given["year"]:
        times = {"opens_at": opening(given["year_opens"]), "closes_at": end_of(given["year_closes"])}
        Cohort.objects.create(school=form.school, year=given["year"], **times)


def edit(request: HttpRequest, form: ProfileForm, status: int = 200, alerts: list[Alert] | None = None) -> HttpResponse:
    page = PlainPage(
        title=_("学校设置"),
        lead=_("第 %(version)d 版，%(at)s 保存。")
        % {"version": form.profile.version, "at": clock(form.profile.edited_at)},
        alerts=alerts or [],
        form=form,
        fieldsets=form.fieldsets(),
        act=Button(_("保存设置"), method="submit", primary=True),
        after=[history(form.school)],
    )
    return show(request, page, status)


def read_only(request: HttpRequest, school: School, current: SchoolProfile) -> HttpResponse:
    cohorts = [
        Fact(
            _("%(year)d 届登记时间") % {"year": cohort.year},
            f"{cohort.opens_at.astimezone(ZONE).date()} – {last_day(cohort.closes_at)} 24:00",
        )
        for cohort in school.cohorts.order_by("-year")
    ]
    panels: list[Panel] = [
        Facts(_("审核与签约"), [Fact(str(label), said(name, current)) for name, label in DIALS.items()]),
        Facts(_("就业部门联系方式"), [Fact(str(label), getattr(school, name)) for name, label in OFFICE.items()]),
        Facts(_("届别"), cohorts),
        history(school),
    ]
    page = SheetPage(title=_("学校设置"), lead=_("由学校管理员修改；您可以查看。"), panels=panels)
    return show(request, page)


def said(name: str, version: SchoolProfile) -> str:
    """A dial in words."""
    value = getattr(version, name)
    if name.endswith("_chain"):
        return chain_words(value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return _("%(count)d 天") % {"count": value}


def history(school: School) -> Table:
    """Who changed what, when; newest first."""
    versions = list(school.profiles.select_related("edited_by").order_by("-version")[:20])
    rows = [
        Row(
            [
                Cell(_("第 %(version)d 版") % {"version": version.version}),
                Cell(clock(version.edited_at)),
                Cell(version.edited_by.name if version.edited_by else _("平台")),
                Cell(difference(version, before)),
            ]
        )
        for version, before in zip(versions, [*versions[1:], None], strict=True)
    ]
    return Table(
        _("修改记录"), [Column(_("版本")), Column(_("时间")), Column(_("修改人")), Column(_("改了什么"))], rows
    )


def difference(version: SchoolProfile, before: SchoolProfile | None) -> str:
    if before is None:
        return _("初始设置") if version.version == 1 else ""
    changes = [
        _("%(label)s：“%(old)s”改为“%(new)s”") % {"label": label, "old": said(name, before), "new": said(name, version)}
        for name, label in DIALS.items()
        if getattr(version, name) != getattr(before, name)
    ]
    return "；".join(changes) or _("联系方式或届别日期")
