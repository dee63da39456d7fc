"""The employer's workbench: what waits, then every matter by tab (M004 §4–10; flows.md §10)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page as Slice
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from wangqian.flows.favourites import may_look_up
from wangqian.flows.online import OnlineSigning
from wangqian.flows.parties import cases_for
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity, Membership
from wangqian.web import employer_tabs as tabs
from wangqian.web.employer_dossier import dossier, missing_dossier
from wangqian.web.employer_information import information, standing
from wangqian.web.employer_rows import case_rows, columns, favourite_rows
from wangqian.web.employer_search import add_favourite, remove_favourite
from wangqian.web.factors.offer import offer
from wangqian.web.frame import show
from wangqian.web.lists import Filter, Pager, Row, Tab
from wangqian.web.pages import DeskPage
from wangqian.web.panels import Alert, Button, EmptyState, Link, Tag
from wangqian.web.searching import forgotten, searched

PER_PAGE = 20
SOON = timedelta(hours=72)
PRIVATE = ("name", "number")


class BenchForm(forms.Form):
    """What the address asks for, and the session in its place; what does not fit is as if it were not asked."""

    tab = forms.ChoiceField(choices=[(group.slug, group.label) for group in tabs.GROUPS], required=False)
    year = forms.IntegerField(min_value=1900, max_value=2200, required=False)
    state = forms.CharField(max_length=30, required=False)
    name = forms.CharField(max_length=64, required=False)
    number = forms.CharField(max_length=30, required=False)
    page = forms.IntegerField(min_value=1, required=False)

    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}


def workbench(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Home: what waits, then the tabs. Everything is seen per cohort."""
    asked = BenchForm({**request.GET.dict(), **{name: searched(request, name) for name in PRIVATE}}).asked()
    years = tabs.years(actor.membership)
    year = asked["year"] if asked["year"] in years else years[0]
    counts = tabs.counts(actor.membership, year)
    group = chosen(asked["tab"], counts)
    options = tabs.state_options(group)
    if asked["state"] not in dict(options):
        asked["state"] = ""
    listed = tabs.listed(actor.membership, group, year, asked["state"], asked["name"], asked["number"])
    found = Paginator(listed, PER_PAGE).get_page(asked["page"] or 1)
    filtered = any(asked[name] for name in ("state", *PRIVATE))
    page = DeskPage(
        title=_("签约／解约"),
        tags=[Tag(_("%(year)s 届") % {"year": year}, "info")],
        alerts=[*forgotten(request), *alerts(actor, year), *offer(request, actor)],
        buttons=[*adding(actor), *(other_year(one, group) for one in years if one != year)],
        tabs=[tab(one, year, counts, one is group) for one in tabs.GROUPS],
        tab_sentence=str(group.sentence),
        filters=filters(group, year, asked, options),
        filter_url=reverse("home"),
        clear_url=address(group, year) if filtered else "",
        columns=columns(),
        rows=shown(actor, group, found),
        empty=empty(group, year, filtered, actor),
        pager=pager(found, group, year, {"state": asked["state"], "q": request.GET.get("q", "") if filtered else ""}),
    )
    return show(request, page)


def chosen(slug: str, counts: Counter[str]) -> tabs.Group:
    """The tab asked for; else what is under way, or the list to start from."""
    usual = tabs.SIGNING if counts[tabs.SIGNING.slug] else tabs.FAVOURITES
    return next((group for group in tabs.GROUPS if group.slug == slug), usual)


def shown(actor: Actor, group: tabs.Group, found: Slice[Any]) -> list[Row]:
    """The rows of one page."""
    if group is tabs.FAVOURITES:
        return favourite_rows(actor, list(found), found.start_index())
    return case_rows(actor, group, list(found), found.start_index())


def address(group: tabs.Group, year: int, **more: Any) -> str:
    """The workbench at a tab."""
    words = {name: value for name, value in more.items() if value}
    return f"{reverse('home')}?{urlencode({'tab': group.slug, 'year': year, **words})}"


def tab(group: tabs.Group, year: int, counts: Counter[str], active: bool) -> Tab:
    tone = "warn" if group is tabs.ENDING and counts[group.slug] else "off"
    return Tab(str(group.label), address(group, year), counts[group.slug], active, tone)  # type: ignore[arg-type]


def other_year(year: int, group: tabs.Group) -> Button:
    return Button(_("切换到 %(year)s 届") % {"year": year}, address(group, year), quiet=True)


def adding(actor: Actor) -> list[Button]:
    """By the code the student gave, or by three exact facts."""
    assert actor.membership.employer is not None
    why = _("认证通过后可用") if may_look_up(actor.membership.employer) else ""
    return [
        Button(_("用应约码添加"), reverse("use-meeting-code"), primary=True, icon="qrcode", disabled_reason=why),
        Button(_("添加学生"), reverse("add-favourite"), disabled_reason=why),
    ]


def filters(group: tabs.Group, year: int, asked: dict[str, Any], options: list[tuple[str, str]]) -> list[Filter]:
    return [
        Filter("tab", "", group.slug, "hidden"),
        Filter("year", "", str(year), "hidden"),
        Filter("state", _("最新状态"), asked["state"], "select", options),
        Filter("name", _("学生姓名（完整）"), asked["name"], private=True),
        Filter("number", _("证件号码（完整）"), asked["number"], private=True),
    ]


def pager(found: Slice[Any], group: tabs.Group, year: int, asked: dict[str, str]) -> Pager | None:
    if not found.paginator.count:
        return None
    words = {"first": found.start_index(), "last": found.end_index(), "count": found.paginator.count}

    def turn(page: int) -> str:
        return address(group, year, **asked, page=page)

    return Pager(
        _("第 %(first)d–%(last)d 条，共 %(count)d 条") % words,
        turn(found.previous_page_number()) if found.has_previous() else "",
        turn(found.next_page_number()) if found.has_next() else "",
        turn(1) if found.number > 2 else "",
    )


def empty(group: tabs.Group, year: int, filtered: bool, actor: Actor) -> EmptyState:
    """Nothing here: why, and what to do."""
    if filtered:
        clear = Button(_("清除筛选条件"), address(group, year))
        return EmptyState(_("没有符合条件的记录"), _("姓名和证件号码须完整填写。"), clear, "search")
    if group is tabs.FAVOURITES:
        sentence = _("请学生在手机上生成应约码，您扫码或输入即可添加；也可以准确填写姓名、证件号码和毕业院校查找。")
        return EmptyState(_("收藏夹里还没有这一届的学生"), sentence, adding(actor)[0])
    if group is tabs.SIGNING:
        button = Button(_("去学生收藏夹"), address(tabs.FAVOURITES, year))
        return EmptyState(_("没有正在办理的签约"), _("请在学生收藏夹中选择学生，发起签约邀请。"), button)
    return EmptyState(_("没有“%(tab)s”的记录") % {"tab": group.label}, _("有变化时会以消息通知您。"))


def alerts(actor: Actor, year: int) -> list[Alert]:
    """What waits for the employer, and what stands in its way."""
    employer = actor.membership.employer
    assert employer is not None
    found = [standing(employer)] if may_look_up(employer) else []
    found += [answer(actor, *one) for one in waiting(actor.membership)]
    moment = now()
    invited = cases_for(actor.membership).filter(flow=OnlineSigning.slug, state=OnlineSigning.invited.name)
    soon = invited.filter(cohort__year=year, respond_by__gt=moment, respond_by__lte=moment + SOON).count()
    if soon:
        title = _("%(count)d 份邀请将在 72 小时内到期") % {"count": soon}
        found.append(Alert("info", title, _("学生还没有答复。可与学生联系，或在查看详情中延长应约有效期。")))
    if missing_dossier(employer):
        link = Link(_("填写档案信息"), reverse("dossier"))
        text = _("发起邀请时如选择接收档案，须先填好转寄单位、地址、联系人和电话。")
        found.append(Alert("info", _("档案信息还没有填好"), text, link=link))
    return found


def waiting(membership: Membership) -> list[tuple[int, int]]:
    """(cohort, how many) terminations the employer has to answer."""
    mine = cases_for(membership).filter(turn=Capacity.EMPLOYER).order_by("cohort__year")
    found = Counter(mine.values_list("cohort__year", flat=True))
    return sorted(found.items(), reverse=True)


def answer(actor: Actor, year: int, count: int) -> Alert:
    title = _("%(count)d 份解约申请待您回应（%(year)d 届）") % {"count": count, "year": year}
    return Alert(
        "warn", title, _("逾期未回应则解约失败，签约仍然有效。"), link=Link(_("去回应"), address(tabs.ENDING, year))
    )


__all__ = ["add_favourite", "dossier", "information", "remove_favourite", "workbench"]
