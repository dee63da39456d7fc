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
from wangqian.flows.parties import REVIEWING, cases_for
from wangqian.people.clock import now
from wangqian.people.models import AccessLog, Actor, Graduate, Status
from wangqian.web.frame import acting, show
from wangqian.web.graduate import LOOKS
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.pages import Panel, SheetPage
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
        panels=[*facts(found), matters(found, actor)],
        side=[registration(found, actor), looked(found, actor)],
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


def facts(found: Graduate) -> list[Panel]:
    show_number = Button(_("显示完整证件号"), reverse("graduate-identity", args=[found.pk]), icon="eye")
    return [
        Facts(
            _("基本信息"),
            [
                Fact(_("姓名"), found.name),
                Fact(_("证件号码"), found.masked_identity()),
                Fact(_("性别"), found.sex_name),
                Fact(_("民族"), found.ethnicity_name),
                Fact(_("政治面貌"), found.political_status_name),
                Fact(_("生源所在地"), found.origin_name),
            ],
            buttons=[show_number],
        ),
        Facts(
            _("学业信息"),
            [
                Fact(_("学号"), found.student_number or ""),
                Fact(_("考生号"), found.exam_number or ""),
                Fact(_("院系"), found.college.name),
                Fact(_("班级"), found.klass),
                Fact(_("专业"), found.major),
                Fact(_("学历"), found.education_name),
                Fact(_("培养方式"), found.training_mode_name),
                Fact(_("学制"), found.years),
                Fact(_("入学时间"), found.enrolled_on),
                Fact(_("毕业时间"), found.graduates_on),
            ],
            note=_("来自学校导入的生源信息；更正请重新导入含该毕业生的文件。"),
        ),
        Facts(
            _("联系方式"),
            [
                Fact(_("手机号码"), found.phone),
                Fact(_("电子邮箱"), found.email),
                Fact(_("家庭地址"), found.home_address),
                Fact(_("家庭电话"), found.home_phone),
            ],
            note=_("手机和邮箱由毕业生本人修改。"),
        ),
    ]


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
