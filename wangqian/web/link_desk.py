"""Behind the code: the paper to print, what it says, the stamped pages, and the one act of a capability link."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wangqian.cases.act import Act
from wangqian.cases.engine import perform
from wangqian.cases.files import Sender, complaint
from wangqian.cases.forms import Invalid
from wangqian.chart.words import FLOWS, Refused, Step
from wangqian.codes.serial import pretty
from wangqian.documents import read
from wangqian.documents.models import Artefact
from wangqian.documents.verify import seal_words
from wangqian.flows import link_codes, links
from wangqian.flows.agreement_needs import SCAN
from wangqian.flows.rules import facts_current
from wangqian.people.clock import now
from wangqian.web import exact
from wangqian.web.doors import PreviewPage
from wangqian.web.frame import show
from wangqian.web.link_door import Visit, dead, opened, proven
from wangqian.web.link_files import box_of, viewer_of
from wangqian.web.pages import PlainPage, StepPage
from wangqian.web.panels import Alert, Button, Fact, Link, Picture, Progress, Text

STEP = "receive"


def step_of(visit: Visit) -> Step:
    return FLOWS[visit.case.flow].steps[STEP]


def act_of(request: HttpRequest, visit: Visit) -> Act:
    """The act as the door will see it."""
    return Act(visit.case, step_of(visit), visit.bearer(request), now(), source=visit.case.word)


def desk(request: HttpRequest, visit: Visit, alerts: Sequence[Alert] = (), status: int = 200) -> HttpResponse:
    """Everything there is to do, in its order; what the agreement says stands below."""
    act = act_of(request, visit)
    wrong = facts_current.refusal(act)
    page = PlainPage(
        title=_("盖章回传就业协议书"),
        lead=_("验证后 30 分钟内有效，超过后请重新验证手机；已上传的文件会保留。"),
        alerts=[*alerts, *([Alert("warn", _("暂时不能提交"), str(wrong))] if wrong else [])],
        panels=[paper_panel(visit), box_of(visit), submitting(visit, str(wrong) if wrong else "")],
        after=exact.panels(act.content()),
    )
    return show(request, page, status)


def submitting(visit: Visit, wrong: str) -> Text:
    act = Button(_("下一步：核对后提交"), visit.url("link-confirm"), primary=True, disabled_reason=wrong)
    return Text(_("第三步：提交学校审核"), [_("上传齐全后，核对一遍再提交；提交之前可以删除、重拍。")], buttons=[act])


# --- the paper ---------------------------------------------------------------------------------------


def paper_panel(visit: Visit) -> Text:
    title, (state, _found) = _("第一步：下载、打印、盖章"), read.agreement_state(visit.case)
    if state != "ready":
        wait = _("协议书还在生成，请过几分钟刷新本页。") if state == "making" else _("协议书暂时没有生成，平台正在处理，请稍后再来。")
        return Text(title, [wait])
    lines = [
        _("协议编号 %(number)s") % {"number": pretty(visit.case.number or "")},
        _("请打印全部页，由单位盖章、毕业生签字；每页的二维码不要遮挡。"),
    ]
    look = Button(_("查看协议书"), visit.url("link-paper"), icon="file-text")
    return Text(title, lines, buttons=[look, Button(_("下载协议书 PDF"), visit.url("link-paper-pdf"), icon="download")])


@require_safe
@proven
def paper(request: HttpRequest, visit: Visit) -> HttpResponse:
    """As pages in the site: WeChat cannot download."""
    found = read.agreement_state(visit.case)[1]
    ready = found if isinstance(found, Artefact) else None
    page = PreviewPage(
        title=_("就业协议书"),
        back=Link(_("返回"), visit.url("link")),
        pictures=[
            Picture(visit.url("link-paper-page", number), _("协议书第 %(n)d 页") % {"n": number})
            for number in range(1, ready.pages + 1 if ready else 1)
        ],
        buttons=[Button(_("下载协议书 PDF"), visit.url("link-paper-pdf"), icon="download")] if ready else [],
        pending=None if ready else Progress(_("协议书生成中"), 0, sentence=_("稍后刷新即可查看。")),
        facts=[
            Fact(_("协议编号"), pretty(visit.case.number or "")),
            *([Fact(_("电子印章"), seal_words(ready))] if ready else []),
        ],
    )
    return show(request, page)


@require_safe
@proven
def paper_pdf(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The stored file, its hash checked as it is read."""
    found = read.agreement_state(visit.case)[1]
    if not isinstance(found, Artefact):
        raise Http404
    try:
        data = read.pdf(found).read()
    except Refused as refusal:
        return desk(request, visit, [Alert("warn", _("现在不能下载"), str(refusal))], refusal.status)
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{visit.case.number}.pdf"'
    return answer


@require_safe
@proven
def paper_page(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """One page as PNG."""
    pages = read.pages(visit.case)
    if not 1 <= number <= len(pages):
        raise Http404
    return HttpResponse(pages[number - 1], content_type="image/png")


# --- the act -----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@opened
def confirm(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What was uploaded, once more; then the act, however often it is posted."""
    if visit.done or not visit.code:
        return redirect("link", visit.secret)
    if request.method == "POST":
        return submitted(request, visit)
    if wrong := complaint(SCAN, list(Sender(link=visit.link.pk).usable(visit.case, SCAN))):
        return desk(request, visit, [Alert("warn", _("还不能提交"), wrong)])
    page = StepPage(
        title=_("核对后提交"),
        lead=_(step_of(visit).explain),
        back=Link(_("返回修改"), visit.url("link")),
        panels=[viewer_of(visit)],
        act=Button(_(step_of(visit).label), method="submit", primary=True),
        cancel=Link(_("返回修改"), visit.url("link")),
        action_url=visit.url("link-confirm"),
    )
    return show(request, page)


def submitted(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The case's row lock and the link's `used_at` let one through; the same browser's other posts get the same answer."""
    assert visit.code
    try:
        with transaction.atomic():
            perform(visit.case, STEP, by=visit.bearer(request))
            link_codes.close(visit.code)
    except (Refused, Invalid) as refusal:
        if not link_codes.done(visit.code):
            return not_submitted(request, visit, str(refusal), refusal.status)
    return redirect("link", visit.secret)


def not_submitted(request: HttpRequest, visit: Visit, why: str, status: int) -> HttpResponse:
    """The sentence beside what is to be mended; of a link that has ended meanwhile nothing is shown."""
    visit.case.refresh_from_db()
    visit.link.refresh_from_db(fields=["used_at"])
    if not links.alive(visit.link, now()):
        return dead(request)
    return desk(request, visit, [Alert("warn", _("没有提交"), why)], status)
