"""One graduate's sheet as the school has it; his full identity number, shown once and written down."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wangqian.cases.models import Case
from wangqian.cases.queries import starts
from wangqian.chart.words import FLOWS
from wangqian.flows import confirming
from wangqian.flows.activation_slip import no_open_slip
from wangqian.flows.parties import REVIEWING, cases_for
from wangqian.people.clock import now
from wangqian.people.models import AccessLog, Actor, Capacity, Graduate, Membership, Status
from wangqian.web.data_panels import change_panels, changes_of, data_panels
from wangqian.web.factors.lost import reset_buttons
from wangqian.web.frame import acting, show
from wangqian.web.graduate import LOOKS
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.look_up import shut
from wangqian.web.pages import Panel, PlainPage, SheetPage
from wangqian.web.panels import Button, EmptyState, Fact, Facts, Link, Tag, Timeline, TimelineItem
from wangqian.web.school_graduates import in_place
from wangqian.web.wording import clock, until
from wangqian.web.words import TONES, state_tag


@acting(*REVIEWING)
@require_safe
def graduate(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Facts, contact, matters, and who looked at him."""
    found = in_scope(actor, pk)
    page = SheetPage(
        title=found.name,
        lead=_("%(cohort)s 届 · %(college)s · %(major)s")
        % {"cohort": found.cohort, "college": found.college, "major": found.major},
        back=Link(_("毕业生"), reverse("graduates")),
        tags=tags(found),
        panels=[*facts(found, actor), matters(found, actor)],
        side=[checked(found, actor), registration(found, actor), account(found, actor), *shut(found, actor), looked(found, actor)],
    )
    return show(request, page)


def in_scope(actor: Actor, pk: UUID) -> Graduate:
    related = ("school", "college", "cohort", "person")
    found = in_place(actor.membership).select_related(*related).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def tags(found: Graduate) -> list[Tag]:
    status = Tag(_(Status(found.status).label), "info" if found.status == Status.ENROLLED else "off")
    return [status, Tag(_("已核对信息"), "ok") if found.confirmed_at else Tag(_("未核对信息"), "warn")]


def facts(found: Graduate, actor: Actor) -> list[Panel]:
    """Everything about him, each group with who may change it, and what this reader may do."""
    show_number = Button(_("显示完整证件号"), reverse("graduate-identity", args=[found.pk]), icon="eye")
    kind = actor.membership.kind
    edit = [Button(_("更正信息"), reverse("graduate-edit", args=[found.pk]))]
    by_school = edit if kind == Capacity.SCHOOL else []
    by_office = edit if kind in (Capacity.COLLEGE, Capacity.SCHOOL) else []
    acts = {"person": [show_number, *by_school], "study": by_school, "until": by_office}
    return data_panels(found, acts, _("毕业生本人："))


def checked(found: Graduate, actor: Actor) -> Panel:
    """How far the data are settled: by himself, by the college; 学籍状态. With the buttons of this capacity."""
    at, by_college = found.confirmed_at, found.college_confirmed_at
    rows = [
        Fact(_("本人核对"), clock(at) if at else _("还没有核对")),
        Fact(_("院系确认"), clock(by_college) if by_college else _("还没有确认")),
        Fact(_("学籍状态"), _(Status(found.status).label)),
    ]
    note = _("院系确认后，毕业生不能再自行修改政治面貌、生源等项目。")
    history = Button(_("更改记录"), reverse("graduate-changes", args=[found.pk]))
    return Facts(_("信息核对"), rows, note=note, buttons=[*settling(found, actor), history])


def settling(found: Graduate, actor: Actor) -> list[Button]:
    """确认信息 or 撤销确认, 更改学籍状态, as far as this capacity goes."""
    kind, buttons = actor.membership.kind, list[Button]()
    if kind not in (Capacity.COLLEGE, Capacity.SCHOOL):
        return buttons
    if found.college_confirmed_at:
        buttons.append(Button(_("撤销确认"), reverse("graduate-unconfirm", args=[found.pk]), quiet=True))
    else:
        fields = (("pick", str(found.pk)), ("one", "on"))
        why = confirming.refusal(found)
        buttons.append(
            Button(_("确认信息"), reverse("graduates-confirm"), "post", fields=fields, disabled_reason=str(why or ""))
        )
    if kind == Capacity.SCHOOL:
        buttons.append(Button(_("更改学籍状态"), reverse("graduate-status", args=[found.pk])))
    return buttons


@acting(*REVIEWING)
@require_safe
def changes(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Before and after of every change of his data."""
    found = in_scope(actor, pk)
    nothing = EmptyState(_("还没有更改记录"), _("本人或学校更改信息后，更改前后的内容会列在这里。"))
    page = PlainPage(
        title=_("%(name)s的信息更改记录") % {"name": found.name},
        lead=_("最近 100 项，最新的在前。"),
        back=Link(_("返回"), reverse("graduate", args=[pk])),
        panels=change_panels(changes_of(found), actor) or [nothing],
    )
    return show(request, page)


def matters(found: Graduate, actor: Actor) -> Panel:
    cases = cases_for(actor.membership).filter(graduate=found).select_related("employer", "college", "school")
    rows = [matter(case, actor) for case in cases.order_by("-moved_at")[:50]]
    if not rows:
        return EmptyState(_("还没有签约事项"), _("有单位邀请后会列在这里。"))
    names = (_("事项"), _("用人单位"), _("状态"), _("最近办理"))
    return Table(_("签约与其他事项"), [Column(name) for name in names], rows)


def matter(case: Case, actor: Actor) -> Row:
    state = state_tag(case, actor.membership) if case.turn else Tag(_(case.word.label), TONES[case.word.kind])
    employer = case.employer.name if case.employer else ""
    cells = [Cell(_(case.chart.title)), Cell(employer), Cell(tag=state), Cell(clock(case.moved_at))]
    return Row(cells, reverse("case", args=[case.pk]))


def registration(found: Graduate, actor: Actor) -> Panel:
    """L5: when he may act; the school reopens one graduate after the cohort's closing."""
    cohort, moment = found.cohort, now()
    closed = moment >= cohort.closes_at
    rows = [
        Fact(_("本届登记时间"), f"{clock(cohort.opens_at)} – {until(cohort.closes_at)}"),
        Fact(_("现在"), _("已截止") if closed else _("开放中") if moment >= cohort.opens_at else _("尚未开始")),
    ]
    if found.reopened_until:
        tag = Tag(_("已重新开放"), "ok") if found.reopened_until > moment else Tag(_("已到期"), "off")
        rows.append(Fact(_("对该生重新开放至"), until(found.reopened_until), tag=tag))
    return Facts(_("登记时间"), rows, buttons=reopening(found, actor, closed))


def account(found: Graduate, actor: Actor) -> Panel:
    """Whether he has activated his account, and the ways for one whose phone cannot be reached, or is lost."""
    mine = Membership.objects.filter(graduate=found, active=True).select_related("user").first()
    at = mine.user.activated_at if mine else None
    buttons = [
        Button(
            _(move.label),
            reverse("start-step", args=[move.flow.slug, move.step.name, "graduate", found.pk]),
            disabled_reason=str(move.refusal or ""),
        )
        for move in starts(FLOWS["activation_slip"], actor, graduate=found)
    ]
    if no_open_slip.sentence in [button.disabled_reason for button in buttons]:
        slip = Case.objects.filter(graduate=found, flow="activation_slip").order_by("-opened_at").first()
        buttons += [Button(_("查看办理中的激活码"), reverse("case", args=[slip.pk]))] if slip else []
    if mine:
        buttons += reset_buttons(actor, [mine])[mine.pk]
    note = _("激活靠发到登记手机的验证码；手机不能用的，本人带证件到场，由两位老师核对后发放激活码。")
    return Facts(_("账号"), [Fact(_("状态"), _("已激活") if at else _("未激活"), note=clock(at) if at else "")], note=note, buttons=buttons)


def reopening(found: Graduate, actor: Actor, closed: bool) -> list[Button]:
    """The button of 重新开放登记 where the role has it; before the closing it says that nothing needs reopening."""
    return [
        Button(
            _(move.label),
            reverse("start-step", args=[move.flow.slug, move.step.name, "graduate", found.pk]),
            disabled_reason=str(move.refusal or "") if closed else _("本届登记还没有截止，不需要重新开放。"),
        )
        for move in starts(FLOWS["reopening"], actor, graduate=found)
    ]


def looked(found: Graduate, actor: Actor) -> Panel:
    """Who looked at his data; colleagues by name."""
    related = ("actor", "membership__employer", "membership__school", "membership__college")
    logged = AccessLog.objects.filter(subject=found).select_related(*related).order_by("-id")[:20]
    items = [TimelineItem(row.at, viewer(row, actor), str(LOOKS.get(row.what, row.what)), row.why) for row in logged]
    return Timeline(
        _("谁查看过该生信息"), items, note="" if items else _("还没有人查看过。毕业生本人也能看到这些记录。")
    )


def viewer(row: AccessLog, actor: Actor) -> str:
    if row.membership is None:
        return _("公开核验")
    ours = row.membership.school_id == actor.membership.school_id
    return f"{row.membership.place()} {row.actor.name if ours and row.actor else ''}".strip()
