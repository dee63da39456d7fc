"""学校设置: the dials of the review, the office people call, the cohorts' dates. Every change is a new version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.people.clock import end_of, now
from wangqian.people.models import Actor, Capacity, Cohort, School, SchoolChange, SchoolProfile
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.pages import Panel, PlainPage, SheetPage
from wangqian.web.panels import Alert, Button, Fact, Facts
from wangqian.web.school_profile_form import DIALS, L5, OFFICE, ProfileForm, chain_words, last_day, opening
from wangqian.web.wording import ZONE, clock

SETTINGS = "settings"
CHANGED = gettext_lazy("设置刚被其他老师修改过，下面是最新内容，请核对后重新保存。")


@acting(Capacity.SCHOOL)
def profile(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The administrator edits; colleagues read."""
    assert actor.membership.school is not None
    school = School.objects.get(pk=actor.membership.school.pk)
    current = SchoolProfile.of(school.pk)
    assert current is not None
    if not actor.membership.admin:
        if request.method == "POST":
            raise Http404  # what he sent is not shown as if it had been taken
        return read_only(request, school, current)
    if request.method != "POST":
        return edit(request, ProfileForm(school, current))
    form = ProfileForm(school, current, data=request.POST)
    if not form.is_valid():
        return edit(request, form, 422)
    if not save(form, actor):
        fresh = school.profiles.order_by("-version")[0]
        return edit(request, ProfileForm(School.objects.get(pk=school.pk), fresh), 409, [Alert("warn", str(CHANGED))])
    messages.success(request, _("学校设置已保存。") if changed(form)[1] else _("没有改动，不用保存。"))
    return redirect("profile")


def save(form: ProfileForm, actor: Actor) -> bool:
    """Write what was changed, in a new version; False when somebody else saved since the form was read."""
    given = form.cleaned_data
    with transaction.atomic():
        School.objects.select_for_update().get(pk=form.school.pk)
        last = form.school.profiles.order_by("-version")[0]
        if last.version != given["base"]:
            return False
        before, after = changed(form)
        if after:
            dials = {name: given[name] for name in DIALS}
            moment, number = now(), last.version + 1
            profile = SchoolProfile.objects.create(
                school=form.school, version=number, edited_by=actor.user, edited_at=moment, **dials
            )
            School.objects.filter(pk=form.school.pk).update(**{name: given[name] for name in OFFICE})
            save_cohorts(form)
            SchoolChange.objects.create(
                school=form.school, at=moment, by=actor.membership, what=SETTINGS, profile=profile, before=before, after=after
            )
    return True


def changed(form: ProfileForm) -> tuple[dict[str, Any], dict[str, Any]]:
    """(before, after) of everything that differs: dials, office, first and last day of each cohort."""
    given, known = form.cleaned_data, form.known()
    names = [*DIALS, *OFFICE, *(f"{end}_{cohort.year}" for cohort in form.cohorts for end in ("opens", "closes"))]
    differing = [name for name in names if given[name] != known[name]]
    before = {name: plain(known[name]) for name in differing}
    after = {name: plain(given[name]) for name in differing}
    if given["year"]:
        after |= {f"opens_{given['year']}": plain(given["year_opens"]), f"closes_{given['year']}": plain(given["year_closes"])}
    return before, after


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


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
        Facts(_("届别"), cohorts, note=str(L5)),
        history(school),
    ]
    page = SheetPage(title=_("学校设置"), lead=_("由学校管理员修改；您可以查看。"), panels=panels)
    return show(request, page)


def said(name: str, version: SchoolProfile) -> str:
    """A dial in words."""
    return value_of(name, getattr(version, name))


def history(school: School) -> Table:
    """Who changed what, when; newest first."""
    versions = list(school.profiles.select_related("edited_by").order_by("-version")[:20])
    recorded = {one.profile_id: one for one in SchoolChange.objects.filter(profile__in=versions, what=SETTINGS)}
    rows = [
        Row(
            [
                Cell(_("第 %(version)d 版") % {"version": version.version}),
                Cell(clock(version.edited_at)),
                Cell(version.edited_by.name if version.edited_by else _("平台")),
                Cell(difference(version, before, recorded.get(version.pk))),
            ]
        )
        for version, before in zip(versions, [*versions[1:], None], strict=True)
    ]
    return Table(
        _("修改记录"), [Column(_("版本")), Column(_("时间")), Column(_("修改人")), Column(_("改了什么"))], rows
    )


def difference(version: SchoolProfile, before: SchoolProfile | None, recorded: SchoolChange | None) -> str:
    """What the version changed; for the oldest ones, written before changes were recorded, by comparing dials."""
    if recorded:
        return "；".join(worded(name, recorded) for name in in_order(recorded.after))
    if before is None:
        return _("初始设置") if version.version == 1 else ""
    changes = [
        _("%(label)s：“%(old)s”改为“%(new)s”") % {"label": label, "old": said(name, before), "new": said(name, version)}
        for name, label in DIALS.items()
        if getattr(version, name) != getattr(before, name)
    ]
    return "；".join(changes) or _("联系方式或届别日期")


def in_order(names: Iterable[str]) -> list[str]:
    """As the page lists them; the database keeps the keys of JSON in an order of its own."""
    known = [*DIALS, *OFFICE]
    return sorted(names, key=lambda name: (known.index(name) if name in known else len(known), name))


def worded(name: str, change: SchoolChange) -> str:
    """One recorded setting, before and after, in words."""
    label, new = label_of(name), value_of(name, change.after[name])
    if name not in change.before:
        return _("%(label)s：设为“%(new)s”") % {"label": label, "new": new}
    return _("%(label)s：“%(old)s”改为“%(new)s”") % {"label": label, "old": value_of(name, change.before[name]), "new": new}


def label_of(name: str) -> str:
    end, _bar, year = name.partition("_")
    if year.isdigit():
        return (_("%(year)s 届开放日期") if end == "opens" else _("%(year)s 届截止日期")) % {"year": year}
    return str(DIALS.get(name) or OFFICE[name])


def value_of(name: str, value: Any) -> str:
    if name.endswith("_chain"):
        return chain_words(value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, int):
        return _("%(count)d 天") % {"count": value}
    return str(value) or _("（空）")
