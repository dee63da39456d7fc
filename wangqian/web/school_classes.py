"""辅导员与班级: which classes the roster has, with how many graduates, and who looks after each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from wangqian.chart.words import Refused
from wangqian.flows import staff
from wangqian.notices import deliver
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity, College, CounsellorClass, Graduate, Membership, SchoolProfile
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.pages import PlainPage, StepPage
from wangqian.web.panels import Alert, Button, EmptyState, Link, Tag
from wangqian.web.school_profile_form import DIALS
from wangqian.web.staff_words import lines

# How long after its closing a cohort's classes are still listed: terminations go on.
LISTED = timedelta(days=365)
NAMED = 10


@dataclass
class Klass:
    """One class of the roster."""

    college: UUID
    cohort: UUID
    year: int
    name: str
    count: int
    counsellors: list[Membership] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.cohort}|{self.name}"

    @property
    def words(self) -> str:
        return _("%(year)d 届 %(name)s（%(count)d 人）") % {"year": self.year, "name": self.name, "count": self.count}


def classes_of(own: Membership, college: UUID | None = None) -> list[Klass]:
    """The classes in the roster of his colleges, with their active counsellors; two queries."""
    place = [college] if college else list(staff.colleges(own).values_list("pk", flat=True))
    since = now() - LISTED
    found = (
        Graduate.objects.filter(school=own.school_id, college__in=place, cohort__closes_at__gt=since)
        .exclude(klass="")
        .values_list("college", "cohort", "cohort__year", "klass")
        .annotate(count=Count("pk"))
        .order_by("college__name", "-cohort__year", "klass")
    )
    classes = [Klass(*row) for row in found]
    by_key = {(one.college, one.cohort, one.name): one for one in classes}
    held = CounsellorClass.objects.filter(
        membership__school=own.school_id, membership__active=True, membership__user__is_active=True
    )
    for each in held.select_related("membership__user"):
        place_key = (each.membership.college_id, each.cohort_id, each.name)
        if place_key in by_key:
            by_key[place_key].counsellors.append(each.membership)
    return classes


def without_counsellor(own: Membership) -> str:
    """What becomes of a review where nobody sits at the counsellor's level (`rules.nobody_at_this_level`); "" where none has it."""
    last = SchoolProfile.of(own.school_id)
    chains = last.chains().items() if last else ()
    passed = "、".join(str(DIALS[f"{kind}_chain"]) for kind, chain in chains if Capacity.COUNSELLOR in chain[:-1])
    stuck = "、".join(str(DIALS[f"{kind}_chain"]) for kind, chain in chains if chain[-1] == Capacity.COUNSELLOR)
    said = _("这些班级的%(reviews)s会跳过辅导员一级，转下一级。") % {"reviews": passed} if passed else ""
    return said + (_("这些班级的%(reviews)s只经辅导员一级，会一直等到有辅导员为止。") % {"reviews": stuck} if stuck else "")


def uncovered(own: Membership) -> list[Alert]:
    """Classes without a counsellor, where counsellors review."""
    follows = without_counsellor(own)
    alone = [one for one in classes_of(own) if not one.counsellors] if follows else []
    if not alone:
        return []
    items = [one.words for one in alone[:NAMED]]
    said = follows + (_("下面列出前 %(most)d 个。") % {"most": NAMED} if len(alone) > NAMED else "")
    title = _("%(count)d 个班级没有辅导员") % {"count": len(alone)}
    return [Alert("warn", title, said, items, Link(_("查看全部班级"), reverse("classes")))]


@acting(Capacity.SCHOOL, Capacity.COLLEGE)
@require_safe
def classes(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All classes, those without a counsellor first."""
    own = actor.membership
    if staff.managed(own) is None:
        raise Http404
    names = dict(College.objects.filter(school=own.school_id).values_list("pk", "name"))
    found = sorted(classes_of(own), key=lambda one: bool(one.counsellors))
    columns = [Column(_("班级")), Column(_("院系")), Column(_("届别")), Column(_("毕业生"), number=True), Column(_("辅导员"))]
    empty = EmptyState(_("名单中还没有班级"), _("导入生源信息时填写“所在班级”，班级会列在这里。"))
    page = PlainPage(
        title=_("辅导员与班级"),
        lead=_("班级来自生源信息。要给辅导员分配班级，请打开这位辅导员勾选。"),
        back=Link(_("工作人员"), reverse("staff")),
        panels=[Table(_("班级"), columns, [row(one, names[one.college]) for one in found])] if found else [empty],
    )
    return show(request, page)


def row(one: Klass, college: str) -> Row:
    people = "、".join(member.called for member in one.counsellors)
    cells = [Cell(one.name), Cell(college), Cell(one.year), Cell(one.count)]
    return Row([*cells, Cell(people) if people else Cell(tag=Tag(_("没有辅导员"), "warn"))])


# --- assign ------------------------------------------------------------------------------------------


class ClassesForm(forms.Form):
    """The classes of his college, ticked where he has them; one that left the roster can still be taken away."""

    classes = forms.MultipleChoiceField(
        label=gettext_lazy("所带班级"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, own: Membership, member: Membership, *args: Any, **kwargs: Any) -> None:
        self.held = {f"{cohort}|{name}" for cohort, name in member.in_charge}
        kwargs["initial"] = {"classes": sorted(self.held)}
        super().__init__(*args, **kwargs)
        known = classes_of(own, member.college_id)
        choices = [(one.key, option(one, member)) for one in known]
        gone = member.classes.select_related("cohort").order_by("-cohort__year", "name")
        listed = {one.key for one in known}
        choices += [
            (key, _("%(year)d 届 %(name)s（已不在名单中）") % {"year": each.cohort.year, "name": each.name})
            for each in gone
            if (key := f"{each.cohort_id}|{each.name}") not in listed
        ]
        self.fields["classes"].choices = choices  # type: ignore[attr-defined]

    def wanted(self) -> list[tuple[UUID, str]]:
        split = (key.partition("|") for key in self.cleaned_data["classes"])
        return [(UUID(cohort), name) for cohort, _bar, name in split]


def option(one: Klass, member: Membership) -> str:
    others = "、".join(each.called for each in one.counsellors if each.pk != member.pk)
    return one.words + (_("，现由%(who)s负责") % {"who": others} if others else "")


@acting(Capacity.SCHOOL, Capacity.COLLEGE)
def assign(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Tick the classes of one counsellor."""
    own = actor.membership
    member = staff.members(own).select_related("user", "college").filter(pk=pk, kind=Capacity.COUNSELLOR).first()
    if member is None:
        raise Http404
    form = ClassesForm(own, member, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                change = staff.assign(actor, pk, form.wanted())
                deliver.tell_staff(change, lines(change))
        except Refused as refusal:
            messages.warning(request, str(refusal))
            return redirect("staff-member", pk)
        messages.success(request, _("%(name)s所带班级已保存，并已通知本人。") % {"name": member.called})
        return redirect("staff-member", pk)
    page = StepPage(
        title=_("%(name)s所带班级") % {"name": member.called},
        lead=_("来自%(college)s的生源信息。一个班可以有几位辅导员；勾选的班级，其毕业生和待审核事项随即由他负责。")
        % {"college": member.college},
        back=Link(_("返回"), reverse("staff-member", args=[pk])),
        form=form,
        act=Button(_("保存"), method="submit", primary=True),
        cancel=Link(_("取消"), reverse("staff-member", args=[pk])),
    )
    return show(request, page, 422 if form.errors else 200)
