"""The tabs of the employer's workbench (flows.md §10): which states each takes in, and how many cases stand in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases.models import Case
from wangqian.chart.words import FAILED, OPEN, State
from wangqian.codes.table import table
from wangqian.codes.width import half_width
from wangqian.flows.favourites import looked_up
from wangqian.flows.online import OnlineSigning
from wangqian.flows.online_termination import OnlineTermination
from wangqian.flows.parties import cases_for
from wangqian.people.clock import now
from wangqian.people.identity import blind_index
from wangqian.people.models import Capacity, Cohort, Favourite, Membership
from wangqian.people.names import name_index

Sign, End = OnlineSigning, OnlineTermination
GRADUATE = ("graduate__person", "graduate__school", "graduate__cohort")


@dataclass(frozen=True)
class Group:
    """One tab. `states` of the agreement; with `endings`, its last termination must be in one of them."""

    slug: str
    label: str | Promise
    sentence: str | Promise
    states: tuple[State, ...] = ()
    endings: tuple[State, ...] = ()

    @property
    def ending(self) -> bool:
        """Whether the list is about terminations."""
        return bool(self.endings)

    def takes(self, state: str, ending: str | None) -> bool:
        inside = state in {one.name for one in self.states}
        return inside and (not self.ending or ending in {one.name for one in self.endings})


def of_kind(kind: str) -> tuple[State, ...]:
    return tuple(state for state in End.states.values() if state.kind == kind)


FAVOURITES = Group(
    "favourites",
    gettext_lazy("学生收藏夹"),
    gettext_lazy(
        "通过“添加学生”查询并加入收藏夹的学生，确认信息无误后对其发起签约邀请；不同届别注意切换。签约办理中或生效中的不能移出。"
    ),
)
SIGNING = Group(
    "signing",
    gettext_lazy("签约中"),
    gettext_lazy(
        "已发送邀请函正等待对方应约、学生已应约正由学校（学院）审核的记录。学校审核通过后进入“已签约”，"
        "学生拒绝、超时、学校审核不通过的进入“签约失败”。"
    ),
    (Sign.invited, Sign.review),
)
SIGNED = Group(
    "signed",
    gettext_lazy("已签约"),
    gettext_lazy("学校审核通过、协议有效的记录。正在解约的，在解约完成前仍然有效，同时列在“解约中”。"),
    (Sign.signed,),
)
FAILED_SIGNING = Group(
    "failed",
    gettext_lazy("签约失败"),
    gettext_lazy("学生拒绝签约、学生逾期未回应、学校（学院）审核不通过的记录。您可再次发起邀请。"),
    (Sign.declined, Sign.lapsed, Sign.refused),
)
ENDING = Group(
    "ending",
    gettext_lazy("解约中"),
    gettext_lazy("已申请解约正等待对方回应、或正由学校审核的记录。学校审核通过后进入“已解约”；在此之前签约仍然有效。"),
    (Sign.signed,),
    of_kind(OPEN),
)
ENDED = Group(
    "ended",
    gettext_lazy("已解约"),
    gettext_lazy("学校审核通过解约、或由学校依法解除的记录，协议不再有效。您可再次发起邀请。"),
    (Sign.terminated, Sign.released),
)
FAILED_ENDING = Group(
    "unended",
    gettext_lazy("解约失败"),
    gettext_lazy("最近一次解约对方不同意、逾期未回应、学校审核不通过的记录。签约仍然有效，协商后可再次申请解约。"),
    (Sign.signed,),
    of_kind(FAILED),
)
VOID = Group(
    "void",
    gettext_lazy("失效"),
    gettext_lazy("由贵单位撤回、或因学生或单位情况变化而失效的邀请。您可再次发起邀请。"),
    (Sign.retracted, Sign.void),
)
GROUPS = (FAVOURITES, SIGNING, SIGNED, FAILED_SIGNING, ENDING, ENDED, FAILED_ENDING, VOID)


def last_ending(membership: Membership) -> QuerySet[Case]:
    """The newest termination of the agreement in the outer query."""
    return cases_for(membership).filter(flow=End.slug, parent=OuterRef("pk")).order_by("-opened_at", "-pk")


def agreements(membership: Membership, year: int) -> QuerySet[Any]:
    """The employer's online cases of one cohort, each with `ending`, the state of its last termination."""
    mine = cases_for(membership).filter(flow=Sign.slug, cohort__year=year)
    return mine.annotate(ending=Subquery(last_ending(membership).values("state")[:1]))


def favourites(membership: Membership, year: int) -> QuerySet[Any]:
    """The employer's list of one cohort, each with its last case of the pair: `last` (key) and `last_state`."""
    pair = cases_for(membership).filter(flow=Sign.slug, graduate=OuterRef("graduate"))
    newest = pair.order_by("-opened_at", "-pk")
    mine = Favourite.objects.filter(employer=membership.employer, graduate__cohort__year=year)
    return mine.annotate(last=Subquery(newest.values("pk")[:1]), last_state=Subquery(newest.values("state")[:1]))


def counts(membership: Membership, year: int) -> Counter[str]:
    """How many rows each tab has, by slug; two queries."""
    found: Counter[str] = Counter()
    found[FAVOURITES.slug] = Favourite.objects.filter(employer=membership.employer, graduate__cohort__year=year).count()
    grouped = agreements(membership, year).order_by().values_list("state", "ending").annotate(rows=Count("pk"))
    for state, ending, rows in grouped:
        for group in GROUPS:
            found[group.slug] += rows if group.takes(state, ending) else 0
    return found


def years(membership: Membership) -> list[int]:
    """The cohorts the employer has something in, newest first; then others open now, the one that leaves first before."""
    own = set(cases_for(membership).values_list("cohort__year", flat=True).distinct())
    own |= set(Favourite.objects.filter(employer=membership.employer).values_list("graduate__cohort__year", flat=True))
    moment = now()
    open_now = Cohort.objects.filter(opens_at__lte=moment, closes_at__gt=moment)
    others = set(open_now.values_list("year", flat=True)) - own
    return [*sorted(own - {None}, reverse=True), *sorted(others)] or [moment.year]


def indexes(number: str) -> list[bytes]:
    """The blind indexes a number may stand under: the kind of document is not asked."""
    return [blind_index(kind.code, half_width(number)) for kind in table("document_kind")]


def names(membership: Membership, year: int, name: str) -> list[bytes]:
    """The indexes a name may stand under: one for each school the employer has somebody of."""
    kept = Favourite.objects.filter(employer=membership.employer, graduate__cohort__year=year)
    schools = {*kept.values_list("graduate__school", flat=True).distinct()}
    schools |= {*cases_for(membership).filter(cohort__year=year).values_list("school", flat=True).distinct()}
    return [name_index(school, name) for school in schools - {None}]


def matching(membership: Membership, year: int, name: str, number: str) -> Q:
    """The filters on the graduate of a row; a number finds only whom the employer has found by it before."""
    found = Q(graduate__name_index__in=names(membership, year, name)) if name else Q()
    return found & Q(graduate__identity_index__in=indexes(number), by_number=True) if number else found


def listed(membership: Membership, group: Group, year: int, state: str, name: str, number: str) -> QuerySet[Any]:
    """The rows of a tab, filtered, newest first, with all that a row shows; `by_number`: whether the number may stand in it."""
    who = matching(membership, year, name, number)
    by_number = Exists(looked_up(membership.employer).filter(subject=OuterRef("graduate")))
    if group is FAVOURITES:
        kept: QuerySet[Any] = favourites(membership, year).annotate(by_number=by_number)
        kept = kept.filter(who).select_related(*GRADUATE).order_by("-added_at", "pk")
        return kept.filter(last_state=None if state == "none" else state) if state else kept
    found: QuerySet[Any] = agreements(membership, year).annotate(by_number=by_number)
    found = found.filter(who, state__in=[one.name for one in group.states])
    if group.ending:
        found = found.filter(ending__in=[one.name for one in group.endings])
    if state:
        found = found.filter(**{"ending" if group.ending else "state": state})
    return found.select_related(*GRADUATE, "employer", "college", "school").order_by("-moved_at", "pk")


def state_options(group: Group) -> list[tuple[str, str]]:
    """(state, the employer's word) of the tab's filter 最新状态."""
    states: Sequence[State] = group.endings or group.states
    first = [("", _("全部"))]
    if group is FAVOURITES:
        states, first = tuple(Sign.states.values()), [*first, ("none", _("尚未邀请"))]
    words = [
        (state.name, _(state.read_by(Capacity.EMPLOYER, state.turn.name if state.turn else ""))) for state in states
    ]
    return [*first, *words]
