"""The graduate's pages: what waits for me, my information, the confirmation that comes first (M003 §2–3)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from wangqian.cases.models import Case
from wangqian.flows.parties import cases_for
from wangqian.flows.rules import may_sign
from wangqian.people.clock import now
from wangqian.people.models import AccessLog, Actor, Capacity, Graduate, SchoolProfile
from wangqian.web.doors import HomePage
from wangqian.web.frame import acting, before_confirming, show
from wangqian.web.pages import Panel, SheetPage, StepPage
from wangqian.web.panels import (
    Alert,
    Button,
    Fact,
    Facts,
    Task,
    Tasks,
    Timeline,
    TimelineItem,
    TurnCard,
)
from wangqian.web.wording import clock
from wangqian.web.words import LOCKED, state_tag, turn_of


def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is waiting for me, whose turn is everything else, and what happens if nobody acts."""
    graduate = actor.membership.graduate
    assert graduate is not None
    related = ("employer", "college", "school", "graduate")
    mine = cases_for(actor.membership).select_related(*related).prefetch_related("versions").order_by("-moved_at")
    found = list(mine.exclude(flow="reopening")[:50])
    held = next((case for case in found if case.holds), None)
    waiting = [case for case in found if case.turn == Capacity.GRADUATE and not locked(case, held)]
    rest = [case for case in found if case not in waiting]
    page = HomePage(
        title=_("您好，%(name)s") % {"name": graduate.name},
        lead=f"{graduate.cohort} {_('届')} · {graduate.school} · {graduate.college} · {graduate.major}",
        alerts=closing(graduate),
        waiting=[card(case, actor, mine=True) for case in waiting],
        nothing=""
        if waiting
        else _("现在没有等您处理的事项。单位发来邀请、学校有审核结果时，会在这里并以消息通知您。"),
        tasks=tasks(graduate, held, waiting),
        others=[card(case, actor, mine=False, held=held) for case in rest],
    )
    return show(request, page)


def locked(case: Case, held: Case | None) -> bool:
    """Another invitation while one is held: read-only, with the reason (M003 §4.2(1))."""
    return case.exclusive == "invitation" and held is not None


def card(case: Case, actor: Actor, mine: bool, held: Case | None = None) -> TurnCard:
    url = reverse("case", args=[case.pk])
    shut = not mine and locked(case, held)
    return TurnCard(
        tag=state_tag(case, actor.membership, shut),
        title=title(case),
        sentence=sentence(case, mine, shut),
        due=case.respond_by if case.word.due else None,
        since=case.since if case.turn else None,
        buttons=[Button(_("查看并答复"), url, primary=True)] if mine else [],
        mine=mine,
        url=url,
    )


def title(case: Case) -> str:
    versions = list(case.versions.all())  # prefetched, in order
    terms = versions[-1].content.get("terms", {}) if versions else {}
    parts = [case.employer.name if case.employer else "", terms.get("job_title", ""), _(case.chart.title)]
    return " · ".join(part for part in (parts if case.flow != "online" else parts[:2]) if part)


def sentence(case: Case, mine: bool, shut: bool) -> str:
    if shut:
        return str(LOCKED)
    if mine:
        return _(case.word.otherwise)
    if case.turn:
        return _("等待%(who)s办理；办好后会通知您。") % {"who": turn_of(case)}
    return _("%(at)s 更新") % {"at": clock(case.moved_at)}


def tasks(graduate: Graduate, held: Case | None, waiting: list[Case]) -> Tasks:
    """核对信息 → 签约 / 登记; what comes after says why it cannot start yet."""
    signed = held is not None and held.state == "signed"
    confirmed = _("%(at)s 已确认") % {"at": clock(graduate.confirmed_at)} if graduate.confirmed_at else ""
    if signed:
        signing = _("已签约，协议书可在事项中查看")
    elif held:
        signing = _("已接受邀请，等待学校审核")
    elif waiting:
        signing = _("现在可办 · 有 %(count)d 份等您答复") % {"count": len(waiting)}
    else:
        signing = _("等待单位发来邀请")
    return Tasks(
        _("我的事项"),
        [
            Task(_("核对基本信息"), "done", confirmed, reverse("my-information")),
            Task(_("签约"), "done" if signed else "later" if held else "now", signing, reverse("case", args=[held.pk]) if held else ""),
        ],
    )


def closing(graduate: Graduate) -> list[Alert]:
    """L4 and L5, said before he tries."""
    profile = SchoolProfile.objects.filter(school=graduate.school_id).order_by("-version").first()
    moment, found = now(), []
    reopened = graduate.reopened_until
    if profile and not may_sign(graduate, profile):
        found.append(Alert("warn", _("您的培养方式或学籍状态不能网上签约，如有疑问请联系学校就业部门。")))
    if reopened and reopened > moment:
        found.append(Alert("info", _("学校已为您重新开放登记，到 %(at)s 为止。") % {"at": clock(reopened)}))
    elif moment >= graduate.cohort.closes_at:
        found.append(Alert("warn", _("本届登记已截止，请联系学校。")))
    return found


# --- information -------------------------------------------------------------------------------------


@before_confirming
def confirm_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """核对基本信息 first; until confirmed every page leads here (M003 §2 图3)."""
    graduate = actor.membership.graduate
    assert graduate is not None
    if request.method == "POST":
        if graduate.confirmed_at is None:
            Graduate.objects.filter(pk=graduate.pk).update(confirmed_at=now())
            messages.success(request, _("基本信息已确认。"))
        return redirect("home")
    if graduate.confirmed_at is not None:
        return redirect("my-information")
    page = StepPage(
        title=_("请先核对基本信息"),
        lead=_("确认无误后的信息会印在就业协议书上，请仔细核对。"),
        panels=information(graduate, actor),
        alerts=[wrong(graduate)],
        act=Button(_("信息确认无误，进入系统"), method="submit", primary=True),
    )
    return show(request, page)


confirm_information = acting(Capacity.GRADUATE)(confirm_page)


def wrong(graduate: Graduate) -> Alert:
    school = graduate.school
    contact = " ".join(part for part in (school.contact, school.phone, school.hours) if part)
    return Alert(
        "info",
        _("信息有误？"),
        _("请联系%(school)s%(office)s更正：%(contact)s。手机和邮箱可由您自己修改。")
        % {"school": school.name, "office": school.office, "contact": contact or _("见学校通知")},
    )


def information(graduate: Graduate, actor: Actor) -> list[Panel]:
    """The block of `codes.md` §8 and the rest of the roster, as the school has it."""
    return [
        Facts(
            _("基本信息"),
            [
                Fact(_("姓名"), graduate.name),
                Fact(_("证件号码"), graduate.masked_identity()),
                Fact(_("性别"), graduate.sex_name),
                Fact(_("民族"), graduate.ethnicity_name),
                Fact(_("政治面貌"), graduate.political_status_name),
                Fact(_("生源所在地"), graduate.origin_name),
            ],
        ),
        Facts(
            _("学业信息"),
            [
                Fact(_("学校"), graduate.school.name),
                Fact(_("院系"), graduate.college.name),
                Fact(_("届别"), str(graduate.cohort.year)),
                Fact(_("学历"), graduate.education_name),
                Fact(_("专业"), graduate.major),
                Fact(_("学号"), graduate.student_number or ""),
                Fact(_("培养方式"), graduate.training_mode_name),
                Fact(_("学制"), graduate.years),
            ],
        ),
        Facts(
            _("联系方式"),
            [
                Fact(_("手机号码"), graduate.phone),
                Fact(_("电子邮箱"), graduate.email),
                Fact(_("家庭地址"), graduate.home_address),
            ],
            note=_("手机和邮箱用于接收邀请、验证码和审核结果。"),
            change_url=reverse("my-contact"),
        ),
    ]


@acting(Capacity.GRADUATE)
@require_safe
def my_information(request: HttpRequest, actor: Actor) -> HttpResponse:
    """我的信息, and who looked at it."""
    graduate = actor.membership.graduate
    assert graduate is not None
    page = SheetPage(
        title=_("我的信息"),
        lead=_("以学校登记的为准。"),
        alerts=[wrong(graduate)],
        panels=information(graduate, actor),
        side=[looked(graduate)],
    )
    return show(request, page)


LOOKS = {
    "look_up": gettext_lazy("单位按姓名、证件号查询了您"),
    "unmask": gettext_lazy("查看了您的完整证件号"),
    "verification": gettext_lazy("有人核验了您的协议"),
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
