"""离校确认: what is in force about me, confirmed or disputed; the sheet that certifies it; who may verify it and who did."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wangqian.cases.models import Case
from wangqian.cases.queries import moves, starts
from wangqian.chart.words import Refused
from wangqian.documents.certificate import Certificate, certificate_of
from wangqian.flows.departure import DepartureConfirmation, Standing, standing
from wangqian.flows.dispute import Dispute
from wangqian.people.models import AccessLog, Actor, Capacity, Graduate
from wangqian.web.departure_panels import household, in_force
from wangqian.web.frame import acting, show
from wangqian.web.graduate_data import own
from wangqian.web.pages import Panel, SheetPage
from wangqian.web.panels import (
    Alert,
    Button,
    EmptyState,
    Fact,
    Facts,
    Link,
    Tag,
    Text,
    Timeline,
    TimelineItem,
)
from wangqian.web.wording import clock

SHOWN = 20


@acting(Capacity.GRADUATE)
@require_safe
def departure(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is in force, the sheet, who looked."""
    graduate = own(actor)
    now_stands, found = standing(graduate), certificate_of(graduate)
    page = SheetPage(
        title=_("离校确认"),
        lead=_("离校前请核对学校登记的毕业去向、档案和户口去向，确认属实；不属实的请提出异议。"),
        back=Link(_("返回首页"), reverse("home")),
        alerts=alerts(actor, graduate, now_stands),
        panels=in_order(now_stands, registered(actor, now_stands), sheet(actor, found)),
        side=[truthfully(), *([checked(graduate)] if found else [])],
    )
    return show(request, page)


def in_order(stands: Standing, registered: list[Panel], sheet: list[Panel]) -> list[Panel]:
    """First what there is to do: confirm, or once that is done, use the sheet."""
    return [*sheet, *registered] if stands.confirmed else [*registered, *sheet]


def alerts(actor: Actor, graduate: Graduate, stands: Standing) -> list[Alert]:
    """What is to be done, or what stands in the way."""
    if stands.entry is None:
        return []
    if stands.confirmed:
        return [Alert("ok", _("您已确认现在的登记"), _("登记以后有变动的，会再请您确认。"))]
    said = _("上次确认之后登记有变动，请重新核对确认。") if stands.stale else _("下面的登记还没有经您确认。")
    refusal = confirming(actor, graduate)
    return [Alert("warn", said), *([Alert("warn", _("现在还不能确认"), str(refusal))] if refusal else [])]


def confirming(actor: Actor, graduate: Graduate) -> Refused | None:
    """Why he cannot confirm now."""
    found = starts(DepartureConfirmation, actor, graduate=graduate)
    return found[0].refusal if found else None


def registered(actor: Actor, stands: Standing) -> list[Panel]:
    """The destination in force, where dossier and household registration go, and the two answers to it."""
    if stands.entry is None:
        button = Button(_("去登记"), reverse("home"), primary=True)
        return [EmptyState(_("还没有登记在案的毕业去向"), _("签约完成或去向登记审核通过后，在这里确认。"), button)]
    case, graduate = stands.entry.case, own(actor)
    buttons = []
    if stands.due:
        url = reverse("start-step", args=[DepartureConfirmation.slug, "confirm", "graduate", graduate.pk])
        refusal = confirming(actor, graduate)
        buttons.append(Button(_("核对并确认"), url, primary=True, disabled_reason=str(refusal) if refusal else ""))
    buttons += disputing(actor, case)
    way = Link(_("查看这条登记"), reverse("case", args=[case.pk]))
    return [in_force(stands.entry, buttons, way), *household(stands)]


def disputing(actor: Actor, case: Case) -> list[Button]:
    """提出异议, if it is open to him."""
    case = Case.objects.select_related("profile", "employer").get(pk=case.pk)
    case.graduate = own(actor)
    found = starts(Dispute, actor, parent=case) if case.word in Dispute.opens_on else []
    url = reverse("start-step", args=[Dispute.slug, "dispute", "case", case.pk])
    return [
        Button(_("提出异议"), url, quiet=True, disabled_reason=str(move.refusal) if move.refusal else "") for move in found
    ]


def sheet(actor: Actor, found: Certificate | None) -> list[Panel]:
    """The certificate: its numbers, whether it is in force, whether others may verify it."""
    if found is None:
        return []
    case = found.departure.case
    rows = [
        Fact(_("状态"), "", tag=Tag(_(found.state), "ok" if found.in_force else "bad")),
        Fact(_("转递编号"), found.transfer_number, note=_("随档案使用")),
        Fact(_("核验编号"), found.verification_code),
        Fact(_("确认时间"), clock(case.opened_at)),
    ]
    buttons = [Button(_("查看登记信息表"), reverse("certificate"), primary=found.in_force, icon="file-text")]
    if found.file == "ready":
        buttons.append(Button(_("下载 PDF"), reverse("certificate-pdf"), icon="download"))
    return [Facts(_("毕业去向登记信息表"), rows, buttons=buttons), consent(actor, found)]


def consent(actor: Actor, found: Certificate) -> Panel:
    """核验授权, granted and withdrawn by himself."""
    since = found.departure.authorised_at
    words = (
        _("已授权（%(at)s）：持有编号和姓名、或扫描二维码的人，可以查到这份表是否有效。") % {"at": clock(since)}
        if since
        else _("未授权：任何人都查不到这份表，与没有这份表一样。")
    )
    case = found.departure.case
    case.graduate = own(actor)
    names = ("authorise", "withdraw_authorisation")
    buttons = [
        Button(_(move.label), reverse("step", args=[case.pk, move.step.name]), primary=not since, quiet=bool(since))
        for move in moves(case, actor)
        if move.step.name in names
    ]
    return Text(_("核验授权"), [words, _("查询的人看不到单位、档案地址和您的联系方式。")], buttons=buttons)


def truthfully() -> Panel:
    """四不准, where it matters."""
    return Text(
        _("请如实确认"),
        [
            _("任何人不得以任何方式强迫毕业生签约，不得把毕业证书、学位证书发放与签约挂钩，不得以户档托管为由劝说毕业生签订虚假协议，"
              "不得以毕业生顶岗实习、见习证明材料作为就业证明材料。"),
            _("登记与实际不符的，请不要确认，并提出异议；确认只能由您本人办理。"),
        ],
    )  # fmt: skip


def checked(graduate: Graduate) -> Panel:
    """Who verified a paper of mine, and how."""
    related = ("membership__employer", "membership__school", "membership__college")
    rows = AccessLog.objects.filter(subject=graduate, what="verification").select_related(*related)
    items = [
        TimelineItem(row.at, row.membership.place() if row.membership else _("公开核验"), _("核验了您的文件"), row.why)
        for row in rows.order_by("-id")[:SHOWN]
    ]
    return Timeline(_("谁核验过"), items, note="" if items else _("还没有人核验过。"))
