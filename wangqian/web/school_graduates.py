"""The graduates of a reviewer's place: list, filters, and how far each has come."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from wangqian.cases.models import Case
from wangqian.chart.words import DONE, FLOWS, State
from wangqian.codes.table import table
from wangqian.flows import confirming
from wangqian.flows.parties import GRADUATE, REVIEWING, own_place, where
from wangqian.people.models import Actor, Capacity, Graduate, Membership, Status
from wangqian.people.names import name_index
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Filter, Row
from wangqian.web.pages import DeskPage
from wangqian.web.paging import asked, counted, page_number, pager, window
from wangqian.web.panels import Button, EmptyState, Tag, Tone
from wangqian.web.school_desk import chosen_id, place_filters
from wangqian.web.searching import forgotten, searched
from wangqian.web.wording import day
from wangqian.web.words import kind

FILTERS = ("q", "college", "cohort", "education", "checked", "signing")
CHECKED = {
    "own": (gettext_lazy("本人未核对"), Q(confirmed_at=None)),
    "college": (gettext_lazy("待院系确认"), Q(confirmed_at__isnull=False, college_confirmed_at=None)),
    "done": (gettext_lazy("院系已确认"), Q(college_confirmed_at__isnull=False)),
}
STAGES: dict[str, tuple[object, Tone]] = {
    "none": (gettext_lazy("未签约"), "off"),
    "invited": (gettext_lazy("有邀请待应约"), "warn"),
    "own": (gettext_lazy("待学生办理"), "warn"),
    "review": (gettext_lazy("学校审核中"), "info"),
    "signed": (gettext_lazy("已签约"), "ok"),
    "registered": (gettext_lazy("已登记"), "ok"),
}


@acting(*REVIEWING)
@require_safe
def graduates(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everybody of my class, my college, my school; in the order of the roster."""
    found = filtered(request, actor.membership, in_place(actor.membership))
    count, number = counted(found), page_number(request)
    shown = window(found.order_by("id"), number).select_related("college", "cohort").prefetch_related(bound())
    filtering = any(asked(request, name) for name in FILTERS)
    office = actor.membership.kind in (Capacity.COLLEGE, Capacity.SCHOOL)
    names = (_("姓名"), _("学号"), _("院系／专业"), _("届别"), _("学历"), _("核对信息"), _("签约状态"))
    page = DeskPage(
        title=_("毕业生"),
        lead=_("只列出您负责范围内的毕业生。"),
        alerts=forgotten(request),
        columns=[Column(name) for name in names],
        rows=[row(graduate, office) for graduate in shown],
        filters=filters(request, actor.membership),
        clear_url=request.path if filtering else "",
        empty=nothing(actor.membership, filtering),
        pager=pager(request, count, number),
        batch=confirming_buttons(request) if office else (),
        batch_url=f"{reverse('graduates-confirm')}?{request.GET.urlencode()}" if office else "",
        batch_note=_("确认后毕业生不能再自行修改政治面貌、生源等项目；只能确认本人已核对的。") if office else "",
    )
    return show(request, page)


def confirming_buttons(request: HttpRequest) -> list[Button]:
    """The ticked ones; or, unless a name was looked for, all that the filter shows."""
    ticked = Button(_("确认勾选的信息"), method="submit", primary=True)
    everybody = Button(_("确认筛选出的全部"), method="submit", name="everybody", value="on")
    return [ticked] if asked(request, "q") else [ticked, everybody]


def in_place(membership: Membership) -> QuerySet[Graduate]:
    """The graduates a reviewer answers for; nobody else sees any."""
    place = own_place(membership)
    return Graduate.objects.none() if place is None else Graduate.objects.filter(where(place))


def bound() -> Prefetch[str, QuerySet[Case], str]:
    """What a graduate is bound by, and the invitations he has not answered."""
    live = Case.objects.filter(Q(holds=True) | Q(exclusive="invitation")).select_related("employer")
    return Prefetch("cases", live, to_attr="live")


def filtered(request: HttpRequest, membership: Membership, found: QuerySet[Graduate]) -> QuerySet[Graduate]:
    if (name := searched(request, "name")) and membership.school_id:
        found = found.filter(name_index=name_index(membership.school_id, name))
    if number := searched(request, "number"):
        found = found.filter(student_number__startswith=number)
    if education := asked(request, "education"):
        found = found.filter(education=education)
    for column in ("college", "cohort"):
        if pk := chosen_id(asked(request, column)):
            found = found.filter(**{f"{column}_id": pk})
    if (checked := asked(request, "checked")) in CHECKED:
        found = found.filter(CHECKED[checked][1])
    return signing(found, asked(request, "signing"))


def signing(found: QuerySet[Graduate], status: str) -> QuerySet[Graduate]:
    """Narrowed by how far they have come, as `standing` says it."""
    mine = Case.objects.filter(graduate=OuterRef("pk"))
    held, invited = Exists(mine.filter(holds=True)), Exists(mine.filter(exclusive="invitation"))
    if status == "none":
        return found.filter(~held, ~invited)
    if status == "invited":
        return found.filter(invited, ~held)
    return found.filter(Exists(mine.filter(bound_as(status), holds=True))) if status in STAGES else found


def stage(word: State) -> str:
    """Of a graduate bound by a case in this state: settled, or whose turn it is."""
    if word.kind is DONE:
        return word.name
    return "own" if word.turn is GRADUATE else "review"


def bound_as(wanted: str) -> Q:
    """The cases whose state is of this stage, by the charts."""
    found = Q(pk__in=[])
    for slug, flow in FLOWS.items():
        names = [name for name, word in flow.states.items() if word.holds and stage(word) == wanted]
        found |= Q(flow=slug, state__in=names)
    return found


def filters(request: HttpRequest, membership: Membership) -> list[Filter]:
    everything = ("", _("全部"))
    stages = [everything, *((name, str(label)) for name, (label, _tone) in STAGES.items())]
    degrees = [everything, *table("education").choices()]
    checks = [everything, *((name, str(label)) for name, (label, _condition) in CHECKED.items())]
    return [
        Filter("name", _("姓名（完整）"), searched(request, "name"), private=True),
        Filter("number", _("学号"), searched(request, "number"), private=True),
        *place_filters(request, membership),
        Filter("education", _("学历"), asked(request, "education"), "select", degrees),
        Filter("checked", _("信息核对"), asked(request, "checked"), "select", checks),
        Filter("signing", _("签约状态"), asked(request, "signing"), "select", stages),
    ]


def row(graduate: Graduate, office: bool) -> Row:
    tag, note = standing(graduate)
    left = Tag(_(Status(graduate.status).label), "off") if graduate.status != Status.ENROLLED else None
    cells = [
        Cell(graduate.name, tag=left),
        Cell(graduate.student_number or ""),
        Cell(graduate.college.name, note=graduate.major),
        Cell(graduate.cohort.year),
        Cell(graduate.education_name),
        checked(graduate),
        Cell(tag=tag, note=note),
    ]
    url = reverse("graduate", args=[graduate.pk])
    if not office:
        return Row(cells, url)
    return Row(cells, url, key=str(graduate.pk), name=graduate.name, locked=str(confirming.refusal(graduate) or ""))


def checked(graduate: Graduate) -> Cell:
    """核对 by himself, and under it the college's confirmation."""
    by_college = graduate.college_confirmed_at
    note = _("院系 %(day)s 确认") % {"day": day(by_college)} if by_college else _("待院系确认")
    if graduate.confirmed_at is None:
        return Cell(tag=Tag(_("未核对"), "warn"), note=note if by_college else "")
    return Cell(day(graduate.confirmed_at), note=note)


def standing(graduate: Graduate) -> tuple[Tag, str]:
    """The word for how far he has come, and with whom or where to; `graduate.live` was prefetched by `bound`."""
    live: list[Case] = graduate.live  # type: ignore[attr-defined]
    held = next((case for case in live if case.holds), None)
    if held:
        name, whom = stage(held.word), held.employer.name if held.employer else kind(held)
        at = "" if held.word.kind is DONE else _(held.word.label)
        return tag(name), " · ".join(filter(None, (at, whom)))
    if live:
        return tag("invited"), _("%(count)d 份") % {"count": len(live)}
    return tag("none"), ""


def tag(name: str) -> Tag:
    label, tone = STAGES[name]
    return Tag(str(label), tone)


def nothing(membership: Membership, filtering: bool) -> EmptyState:
    if filtering:
        return EmptyState(_("没有符合条件的毕业生"), _("请换一个筛选条件，或清除筛选。"), icon="search")
    if membership.kind == Capacity.SCHOOL:
        button = Button(_("导入生源信息"), reverse("roster"), primary=True)
        return EmptyState(_("还没有毕业生"), _("导入本届生源信息后，毕业生会列在这里。"), button)
    return EmptyState(_("还没有毕业生"), _("学校导入生源信息后，您负责的毕业生会列在这里。"))
