"""The graduate's home: what waits for me, whose turn is everything else, what comes next (M003 §3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases.act import Act
from wangqian.cases.models import Case
from wangqian.chart.words import DONE, OPEN, Flow, Refused
from wangqian.flows.correction_request import CorrectionRequest
from wangqian.flows.departure import DepartureConfirmation, Standing, standing
from wangqian.flows.destination import DestinationRegistration
from wangqian.flows.destinations import ENTRUSTED, WAITING, destinations
from wangqian.flows.dispute import Dispute
from wangqian.flows.offline import OfflineSigning
from wangqian.flows.paper import PaperRegistration
from wangqian.flows.parties import cases_for
from wangqian.flows.rules import UNFIT, entrusted, free, may_sign, no_draft
from wangqian.people.clock import now
from wangqian.people.field_classes import label
from wangqian.people.models import Actor, Capacity, Graduate, SchoolChange, SchoolProfile
from wangqian.web.doors import HomePage
from wangqian.web.factors.offer import offer
from wangqian.web.frame import show
from wangqian.web.panels import Alert, Button, Link, Tag, Task, Tasks, TurnCard
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
    corrected = unanswered(found)
    waiting = [case for case in found if case in corrected or (case.turn == Capacity.GRADUATE and not locked(case, held))]
    rest = [case for case in found if case not in waiting]
    stands, profile = standing(graduate), SchoolProfile.of(graduate.school_id)
    past = [case for case in rest if case.state == DepartureConfirmation.confirmed.name and no_longer(case, stands)]
    ways = entries(actor, profile, found) if profile else []
    page = HomePage(
        title=_("您好，%(name)s") % {"name": graduate.name},
        lead=f"{graduate.cohort} {_('届')} · {graduate.school} · {graduate.college} · {graduate.major}",
        alerts=[*closing(graduate, profile), *waits(actor), *offer(request, actor)],
        waiting=[correction(case) if case in corrected else card(case, actor, mine=True) for case in waiting],
        nothing=""
        if waiting
        else _("现在没有等您处理的事项。单位发来邀请、学校有审核结果时，会在这里并以消息通知您。"),
        tasks=tasks(graduate, held, waiting, stands, held in corrected),
        others=[outdated(case) if case in past else card(case, actor, mine=False, held=held) for case in rest],
        entries_title=_("签约和去向登记"),
        entries=[*ways, Link(_("下载操作手册"), reverse("guide"), _("每件事怎么办、没办成怎么办"))],
    )
    return show(request, page)


def unanswered(found: Sequence[Case]) -> list[Case]:
    """What the school corrected and he has neither confirmed nor disputed."""
    disputed = {case.parent_id for case in found if case.flow == Dispute.slug and case.word.kind == OPEN}
    return [case for case in found if case.unconfirmed_at and case.word.kind == DONE and case.pk not in disputed]


def no_longer(case: Case, stands: Standing) -> bool:
    """Whether a 离校确认 is of something that is not in force any more."""
    return stands.confirmed is None or stands.confirmed.case_id != case.pk


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


def correction(case: Case) -> TurnCard:
    """The school has changed what he had stated: his word is wanted, though the state says it is done."""
    url = reverse("case", args=[case.pk])
    said = _("学校更正了登记的内容。请核对：属实的点“确认更正”，不属实的提出异议。")
    button = Button(_("核对更正"), url, primary=True)
    return TurnCard(Tag(_("待您确认更正"), "warn"), title(case), said, since=case.unconfirmed_at, buttons=[button], url=url)


def outdated(case: Case) -> TurnCard:
    said = _("确认之后登记的内容有变动，这次确认不再代表现在的登记。")
    return TurnCard(Tag(_("登记已变动"), "off"), title(case), said, mine=False, url=reverse("case", args=[case.pk]))


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


def entries(actor: Actor, profile: SchoolProfile, found: list[Case]) -> list[Link]:
    """The three entries, each with when to choose it, or dead with why it cannot be chosen now; a draft is gone on with."""
    graduate, links, moment = actor.membership.graduate, [], now()
    assert graduate is not None
    held = any(case.holds and not in_wait(case) for case in found)
    for flow, when in ENTRIES.items():
        if flow is not DestinationRegistration and entrusted(graduate):
            continue  # 定向/委培 see only theirs (M003 §9.1)
        draft = next((case for case in found if case.flow == flow.slug and case.exclusive == "draft"), None)
        if draft:
            links.append(Link(_(flow.title), reverse("step", args=[draft.pk, "submit"]), _("继续填写没有提交的草稿。")))
            continue
        case = Case(flow=flow.slug, graduate=graduate, profile=profile)
        refusal = why_not(Act(case, flow.steps["fill"], actor, moment, locked=True), held)
        url = reverse("start-step", args=[flow.slug, "fill", "graduate", graduate.pk])
        if entrusted(graduate):
            when = _("只有“%(type)s”一类，填写后由学校审核。") % {"type": only_type()}
        links.append(Link(_(flow.title), "", str(refusal)) if refusal else Link(_(flow.title), url, str(when)))
    return links


def only_type() -> str:
    """What 定向/委培 may register."""
    return _(destinations()[ENTRUSTED].label)


def why_not(act: Act, held: bool) -> Refused | None:
    """What the step itself would say, from what the page has read: whether a case holds him (`held`), and that there is no draft."""
    known = {free: Refused(free.sentence) if held else None, no_draft: None}
    refusals = (known[rule] if rule in known else rule.refusal(act) for rule in act.step.only_if)
    return next(filter(None, refusals), None)


def tasks(graduate: Graduate, held: Case | None, waiting: list[Case], stands: Standing, corrected: bool) -> Tasks:
    """核对信息 → 签约 / 登记; what comes after says why it cannot start yet."""
    settled = held is not None and held.word.kind == DONE and not corrected
    confirmed = _("%(at)s 已确认") % {"at": clock(graduate.confirmed_at)} if graduate.confirmed_at else ""
    going = held is not None and not settled and held.turn not in ("", Capacity.GRADUATE)
    if held:
        signing = f"{_(held.chart.title)}：{_('学校有更正，待您确认') if corrected else _(held.word.label)}"
        if going:
            signing = _("办理中 · %(what)s，等待%(who)s办理") % {"what": signing, "who": turn_of(held)}
    elif waiting:
        signing = _("现在可办 · 有 %(count)d 项等您处理") % {"count": len(waiting)}
    elif entrusted(graduate):
        signing = _("请从下面的入口办理“%(type)s”") % {"type": only_type()}
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
            *leaving(stands),
        ],
    )


def leaving(stands: Standing) -> list[Task]:
    """档案户口 → 离校确认 (codes.md §6); each says why it cannot start yet."""
    if stands.entry is None or (stands.due and stands.entry.case.unconfirmed_at):
        later = _("先确认学校的更正；有异议的，等学校答复以后再办理") if stands.entry else _("去向登记以后才能办理")
        return [Task(_("档案和户口"), "later", later), Task(_("离校确认"), "later", later)]
    done, address = stands.confirmed is not None, reverse("departure")
    said = _("已确认，可以下载去向登记信息表") if done else _("请核对登记的去向、档案和户口，确认或提出异议")
    return [
        Task(_("档案和户口"), "done" if done else "now", _("按协议或去向填好，请核对"), reverse("my-dossier")),
        Task(_("离校确认"), "done" if done else "now", said, address),
    ]


def closing(graduate: Graduate, profile: SchoolProfile | None) -> list[Alert]:
    """L4 and L5, said before he tries."""
    moment, found = now(), []
    reopened = graduate.reopened_until
    if entrusted(graduate):
        only = _("定向、委培毕业生不在网上签约，在下面办理“%(type)s”。") % {"type": only_type()}
        found.append(Alert("info", only))
    elif profile and not may_sign(graduate, profile):
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
