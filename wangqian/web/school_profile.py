"""学校设置: the dials of the review, the office people call, the cohorts' dates. Every change is a new version."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.people.clock import end_of, now
from wangqian.people.models import Actor, Capacity, Cohort, School, SchoolProfile
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.pages import Panel, PlainPage, SheetPage
from wangqian.web.panels import Alert, Button, Fact, Facts
from wangqian.web.school_profile_form import DIALS, OFFICE, ProfileForm, chain_words, last_day, opening
from wangqian.web.wording import ZONE, clock

CHANGED = gettext_lazy("设置刚被其他老师修改过，下面是最新内容，请核对后重新保存。")


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
