"""The graduate's pages: what waits for me, my information, the confirmation that comes first (M003 §2–3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from wangqian.cases.engine import lock_graduate
from wangqian.cases.models import Case
from wangqian.chart.words import DONE, Flow
from wangqian.flows.correction_request import CorrectionRequest
from wangqian.flows.departure import standing
from wangqian.flows.destination import DestinationRegistration
from wangqian.flows.destinations import WAITING, destinations
from wangqian.flows.offline import OfflineSigning
from wangqian.flows.paper import PaperRegistration
from wangqian.flows.parties import cases_for
from wangqian.flows.rules import UNFIT, entrusted, may_sign
from wangqian.people.clock import now
from wangqian.people.field_classes import label
from wangqian.people.models import AccessLog, Actor, Capacity, Graduate, SchoolChange, SchoolProfile
from wangqian.web.data_panels import data_panels, fingerprint
from wangqian.web.doors import HomePage
from wangqian.web.factors.offer import offer
from wangqian.web.frame import acting, before_confirming, show
from wangqian.web.look_up import own_shut
from wangqian.web.pages import Panel, SheetPage, StepPage
from wangqian.web.panels import (
    Alert,
    Button,
    Link,
    Task,
    Tasks,
    Text,
    Timeline,
    TimelineItem,
    TurnCard,
)
from wangqian.web.wording import clock, until
from wangqian.web.words import LOCKED, partner, state_tag, turn_of

# How long a change of the dates is said on the home page.
RECENT = timedelta(days=14)


def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is waiting for me, whose turn is everything else, and what happens if nobody acts."""
    graduate = actor.membership.graduate
    assert graduate is not None
    related = ("employer", "college", "school", "graduate__person", "parent")
    mine = cases_for(actor.membership).select_related(*related).prefetch_related("versions").order_by("-moved_at")
    found = list(mine.exclude(flow__in=("reopening", "activation_slip"))[:50])
    held = next((case for case in found if case.holds), None)
    waiting = [case for case in found if case.turn == Capacity.GRADUATE and not locked(case, held)]
    rest = [case for case in found if case not in waiting]
    page = HomePage(
        title=_("您好，%(name)s") % {"name": graduate.name},
        lead=f"{graduate.cohort} {_('届')} · {graduate.school} · {graduate.college} · {graduate.major}",
        alerts=[*closing(graduate), *waits(actor), *offer(request, actor)],
        waiting=[card(case, actor, mine=True) for case in waiting],
        nothing=""
        if waiting
        else _("现在没有等您处理的事项。单位发来邀请、学校有审核结果时，会在这里并以消息通知您。"),
        tasks=tasks(graduate, held, waiting),
        others=[card(case, actor, mine=False, held=held) for case in rest],
        entries_title=_("签约和去向登记"),
        entries=[*entries(actor, found), Link(_("下载操作手册"), reverse("guide"), _("每件事怎么办、没办成怎么办"))],
    )
    return show(request, page)


def locked(case: Case, held: Case | None) -> bool:
    """Another invitation while one is held: read-only, with the reason (M003 §4.2(1))."""
    return case.exclusive == "invitation" and held is not None and not in_wait(held)


def in_wait(case: Case) -> bool:
    """待就业 and its like, registered: they stand in nobody's way, he voids them when something better comes."""
    return case.topic in WAITING and case.state == DestinationRegistration.registered.name


def card(case: Case, actor: Actor, mine: bool, held: Case | None = None) -> TurnCard:
    url = reverse("case", args=[case.pk])
    shut = not mine and locked(case, held)
    return TurnCard(
        tag=state_tag(case, actor.membership, shut),
        title=title(case),
        sentence=sentence(case, mine, shut),
        due=case.respond_by if case.word.due else None,
        since=case.since if case.turn else None,
        buttons=[going_on(case, url)] if mine else [],
        mine=mine,
        url=url,
    )


def going_on(case: Case, url: str) -> Button:
    """To the form of a draft or of what was sent back; to the case otherwise."""
    form = next((step.keeps for step in case.chart.steps_from(case.word) if step.keeps), "")
    if form:
        return Button(_("继续填写"), reverse("step", args=[case.pk, form]), primary=True)
    return Button(_("查看并答复") if case.exclusive else _("查看和办理"), url, primary=True)


def title(case: Case) -> str:
    versions = list(case.versions.all())  # prefetched, in order
    for version in versions[-1:]:
        version.case = case
    terms = versions[-1].content.get("terms", {}) if versions else {}
    kind = _(destinations()[case.topic].label) if case.topic in destinations() else ""
    if case.flow == CorrectionRequest.slug:
        kind = label(case.topic)
    parts = [partner(case), kind or terms.get("job_title", ""), _(case.chart.title)]
    return " · ".join(part for part in (parts if case.flow != "online" else parts[:2]) if part)


def sentence(case: Case, mine: bool, shut: bool) -> str:
    if shut:
        return str(LOCKED)
    if mine:
        return _(case.word.otherwise)
    if case.turn:
        return _("等待%(who)s办理；办好后会通知您。") % {"who": turn_of(case)}
    return _("%(at)s 更新") % {"at": clock(case.moved_at)}


# When to choose which entry (M003 §3): the manual's names, a sentence each.
ENTRIES: dict[type[Flow], Any] = {
    OfflineSigning: gettext_lazy("单位没有在平台注册，还没有签协议：在线填写，学校审核后打印，请单位盖章。"),
    PaperRegistration: gettext_lazy("已经和单位签好了纸质就业协议书：填写协议内容，上传盖章的图像。"),
    DestinationRegistration: gettext_lazy("升学、参军、基层项目、劳动合同、创业、自由职业、暂未就业等，不需要就业协议。"),
}


def entries(actor: Actor, found: list[Case]) -> list[Link]:
    """The three entries, each with when to choose it, or why it cannot be chosen now; a draft is gone on with."""
    graduate, links, moment = actor.membership.graduate, [], now()
    assert graduate is not None
    for flow, when in ENTRIES.items():
        if flow is not DestinationRegistration and entrusted(graduate):
            continue  # 定向/委培 see only theirs (M003 §9.1)
        draft = next((case for case in found if case.flow == flow.slug and case.exclusive == "draft"), None)
        if draft:
            links.append(Link(_(flow.title), reverse("step", args=[draft.pk, "submit"]), _("继续填写没有提交的草稿。")))
            continue
        url = reverse("start-step", args=[flow.slug, "fill", "graduate", graduate.pk])
        links.append(Link(_(flow.title), url, why_not(graduate, found, moment) or str(when)))
    return links


def why_not(graduate: Graduate, found: list[Case], moment: datetime) -> str:
    """What stands in the way of all of them, from what the page knows; the rest is said by the step itself."""
    reopened = graduate.reopened_until
    if moment < graduate.cohort.opens_at:
        return _("本届登记尚未开始，请在学校公布的时间内办理。")
    if moment >= graduate.cohort.closes_at and not (reopened and moment < reopened):
        return _("本届登记已截止，请联系学校。")
    if any(case.holds and not in_wait(case) for case in found):
        return _("您已有一份签约（登记）在办理或生效中，解除、取消或作废以后才能再办理。")
    return ""


def tasks(graduate: Graduate, held: Case | None, waiting: list[Case]) -> Tasks:
    """核对信息 → 签约 / 登记; what comes after says why it cannot start yet."""
    settled = held is not None and held.word.kind == DONE
    confirmed = _("%(at)s 已确认") % {"at": clock(graduate.confirmed_at)} if graduate.confirmed_at else ""
    going = held is not None and not settled and held.turn not in ("", Capacity.GRADUATE)
    if held:
        signing = f"{_(held.chart.title)}：{_(held.word.label)}"
        if going:
            signing = _("办理中 · %(what)s，等待%(who)s办理") % {"what": signing, "who": turn_of(held)}
    elif waiting:
        signing = _("现在可办 · 有 %(count)d 项等您处理") % {"count": len(waiting)}
    else:
        signing = _("等单位发来邀请，或从下面的入口办理")
    return Tasks(
        _("我的事项"),
        [
            Task(_("核对基本信息"), "done", confirmed, reverse("my-information")),
            Task(
                _("签约或登记去向"),
                "done" if settled else "going" if going else "now",
                signing,
                reverse("case", args=[held.pk]) if held else "",
            ),
            *leaving(graduate),
        ],
    )


def leaving(graduate: Graduate) -> list[Task]:
    """档案户口 → 离校确认 (codes.md §6); each says why it cannot start yet."""
    stands = standing(graduate)
    if stands.entry is None:
        later = _("去向登记以后才能办理")
        return [Task(_("档案和户口"), "later", later), Task(_("离校确认"), "later", later)]
    done, address = stands.confirmed is not None, reverse("departure")
    said = _("已确认，可以下载去向登记信息表") if done else _("请核对登记的去向、档案和户口，确认或提出异议")
    return [
        Task(_("档案和户口"), "done" if done else "now", _("按协议或去向填好，请核对"), reverse("my-dossier")),
        Task(_("离校确认"), "done" if done else "now", said, address),
    ]


def closing(graduate: Graduate) -> list[Alert]:
    """L4 and L5, said before he tries."""
    profile = SchoolProfile.objects.filter(school=graduate.school_id).order_by("-version").first()
    moment, found = now(), []
    reopened = graduate.reopened_until
    if profile and not may_sign(graduate, profile):
        found.append(Alert("warn", _(UNFIT)))
    if reopened and reopened > moment:
        found.append(Alert("info", _("学校已为您重新开放登记，到 %(at)s 为止。") % {"at": clock(reopened)}))
    elif moment >= graduate.cohort.closes_at:
        found.append(Alert("warn", _("本届登记已截止，请联系学校。")))
    return found + moved_closing(graduate, moment)


def waits(actor: Actor) -> list[Alert]:
    """After a slip, or after his second factors were reset: nothing binds him for a day."""
    opens = actor.user.binding_from
    if opens is None or opens <= now():
        return []
    why = _(
        "您的账号刚刚重新验证过身份。为防他人冒用，在此之前可以查看和拒绝邀请，不能应约、签约。"
        "如果不是您本人操作，请立即联系学校就业部门。"
    )
    return [Alert("warn", _("%(opens)s 起可以应约、签约") % {"opens": clock(opens)}, why)]


def moved_closing(graduate: Graduate, moment: datetime) -> list[Alert]:
    """The school moved the end of his cohort's registration a short while ago: until when it is now."""
    key = f"closes_{graduate.cohort.year}"
    recent = SchoolChange.objects.filter(school=graduate.school_id, what="settings", at__gt=moment - RECENT)
    if moment >= graduate.cohort.closes_at or not any(key in one.before for one in recent):
        return []
    return [Alert("info", _("学校调整了本届登记的截止时间，现在是 %(due)s。") % {"due": until(graduate.cohort.closes_at)})]


# --- information -------------------------------------------------------------------------------------


@before_confirming
def confirm_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """核对基本信息 first; until confirmed every page leads here (M003 §2 图3)."""
    graduate = actor.membership.graduate
    assert graduate is not None
    if request.method == "POST":
        return confirmed(request, graduate)
    if graduate.confirmed_at is not None:
        return redirect("my-information")
    page = StepPage(
        title=_("请先核对基本信息"),
        lead=_("确认无误后的信息会印在就业协议书上，请仔细核对。"),
        panels=information(graduate),
        alerts=[wrong(graduate)],
        form=SeenForm(initial={"seen": fingerprint(graduate)}),
        act=Button(_("信息确认无误，进入系统"), method="submit", primary=True),
    )
    return show(request, page)


class SeenForm(forms.Form):
    """What was on the screen: he confirms what he read, not what somebody changed meanwhile."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


def confirmed(request: HttpRequest, graduate: Graduate) -> HttpResponse:
    """Confirm under the row's lock, if what he read still stands."""
    form = SeenForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else ""
    with transaction.atomic():
        locked = lock_graduate(graduate.pk)
        if locked.confirmed_at is not None:
            return redirect("home")
        if seen != fingerprint(locked):
            messages.warning(request, _("您的信息刚刚有变动，请核对最新内容后再确认。"))
            return redirect("confirm-information")
        Graduate.objects.filter(pk=graduate.pk).update(confirmed_at=now())
    messages.success(request, _("基本信息已确认。"))
    return redirect("home")


confirm_information = acting(Capacity.GRADUATE)(confirm_page)


def wrong(graduate: Graduate) -> Alert:
    school = graduate.school
    contact = " ".join(part for part in (school.contact, school.phone, school.hours) if part)
    return Alert(
        "info",
        _("信息有误？"),
        _("标明“不可修改”的项目请申请更正，也可以联系%(school)s%(office)s：%(contact)s。")
        % {"school": school.name, "office": school.office, "contact": contact or _("见学校通知")},
        link=Link(_("申请更正"), reverse("my-corrections")),
    )


def changed() -> Panel:
    """The way to what was changed and asked for."""
    return Text(
        _("更改和更正"),
        links=[
            Link(_("信息更改记录"), reverse("my-changes"), _("谁在什么时候把什么改成了什么")),
            Link(_("更正申请"), reverse("my-corrections"), _("申请和处理结果")),
        ],
    )


def information(graduate: Graduate) -> list[Panel]:
    """Everything the school has about him, each group with who may change it (codes.md §3)."""
    asking = [Button(_("申请更正"), reverse("my-corrections"))]
    own = [Button(_("修改"), reverse("my-data"))]
    contact = [*own, Button(_("修改手机和邮箱"), reverse("account"))]
    until = own if graduate.college_confirmed_at is None else asking
    return data_panels(graduate, {"person": asking, "study": asking, "until": until, "always": contact})


@acting(Capacity.GRADUATE)
@require_safe
def my_information(request: HttpRequest, actor: Actor) -> HttpResponse:
    """我的信息, and who looked at it."""
    graduate = actor.membership.graduate
    assert graduate is not None
    page = SheetPage(
        title=_("我的信息"),
        lead=_("以学校登记的为准。"),
        alerts=[*own_shut(graduate), wrong(graduate)],
        panels=information(graduate),
        side=[changed(), looked(graduate)],
    )
    return show(request, page)


LOOKS = {
    "look_up": gettext_lazy("单位按姓名、证件号查询了您"),
    "look_up_reopened": gettext_lazy("学校重新开放了单位对您的查询"),
    "meeting_code": gettext_lazy("单位使用了您给的应约码"),
    "unmask": gettext_lazy("查看了您的完整证件号"),
    "verification": gettext_lazy("有人核验了您的协议"),
    "evidence": gettext_lazy("下载了您的协议证据包"),
    "upload": gettext_lazy("下载了您上传的材料原件"),
    "roster_import": gettext_lazy("学校修改了您的信息"),
    "contact_changed": gettext_lazy("您修改了联系方式"),
}


def looked(graduate: Graduate) -> Panel:
    """Look-ups, unmasking, verifications: he sees each of them."""
    rows = AccessLog.objects.filter(subject=graduate).select_related(
        "membership__employer", "membership__school", "membership__college"
    )
    items = [
        TimelineItem(
            row.at,
            row.membership.place() if row.membership else _("公开核验"),
            str(LOOKS.get(row.what, row.what)),
            row.why,
        )
        for row in rows.order_by("-id")[:20]
    ]
    return Timeline(_("谁查看过我的信息"), items, note="" if items else _("还没有人查看过。"))
