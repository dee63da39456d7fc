"""The agreement on the screen: as pages in the site (WeChat cannot download), and as PDF."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wangqian.cases.models import Case
from wangqian.chart.words import DONE, OPEN, Refused
from wangqian.codes.serial import pretty
from wangqian.documents import evidence, read
from wangqian.documents.models import Artefact
from wangqian.documents.verify import seal_words
from wangqian.flows.departure import DepartureConfirmation
from wangqian.notices import deliver
from wangqian.notices.channels import CHANNELS
from wangqian.people import limits
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity
from wangqian.web.doors import PreviewPage
from wangqian.web.frame import acting, show
from wangqian.web.pages import Panel
from wangqian.web.panels import Alert, Button, Fact, Link, Picture, Progress, Text
from wangqian.web.subjects import visible_case
from wangqian.web.words import state_words

PAPERS = ("online", "offline")  # flows that make an agreement


def paper_panels(case: Case, actor: Actor) -> list[Panel]:
    """The agreement of a case, or where it stands; the legal state never waits for it."""
    if case.flow == DepartureConfirmation.slug and actor.membership.kind == Capacity.GRADUATE:
        return [Text(_("毕业去向登记信息表"), buttons=[Button(_("查看登记信息表"), reverse("departure"), primary=True)])]
    if case.flow not in PAPERS or not case.number:
        return []
    state, found = read.agreement_state(case)
    if state == "making":
        return [Text(_("就业协议书"), [_("协议书生成中，稍后刷新即可查看。"), *unharmed(case)])]
    if state == "failed":
        return [Text(_("就业协议书"), [_("协议书暂时没有生成，平台正在处理。"), *unharmed(case)])]
    buttons = [
        Button(_("查看协议书"), reverse("paper", args=[case.pk]), primary=True, icon="file-text"),
        Button(download_words(case, actor), reverse("paper-pdf", args=[case.pk]), icon="download"),
    ]
    if actor.membership.kind in evidence.MAY:
        buttons.append(Button(_("下载证据包"), reverse("evidence", args=[case.pk]), icon="shield-check"))
    lines = [_("编号 %(number)s") % {"number": pretty(case.number)}]
    if isinstance(found, Artefact):
        lines.append(_("电子印章：%(seal)s") % {"seal": seal_words(found)})
    return [Text(_("就业协议书"), lines, buttons=buttons)]


def unharmed(case: Case) -> list[str]:
    """That what is in force does not wait for its paper; before that there is nothing to say so of."""
    return [_("不影响签约效力。")] if case.word.kind == DONE else []


def download_words(case: Case, actor: Actor) -> str:
    """As the graduate's manual calls it on paper (M003 §6.3)."""
    official = case.flow == "offline" and actor.membership.kind == Capacity.GRADUATE
    return _("点击下载电子协议书") if official else _("下载 PDF")


def signed_case(actor: Actor, pk: UUID) -> Case:
    case = visible_case(actor, pk)
    if not case.number or case.flow not in PAPERS:
        raise Http404
    return case


@acting()
@require_safe
def preview(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    case = signed_case(actor, pk)
    found = read.agreement_state(case)[1]
    ready = isinstance(found, Artefact)
    pages = range(1, found.pages + 1) if isinstance(found, Artefact) else ()
    page = PreviewPage(
        title=_("就业协议书"),
        back=Link(_("返回"), reverse("case", args=[pk])),
        alerts=in_force(case, actor),
        pictures=[
            Picture(reverse("paper-page", args=[pk, number]), _("协议书第 %(n)d 页") % {"n": number})
            for number in pages
        ],
        buttons=[Button(_("下载 PDF"), reverse("paper-pdf", args=[pk]), icon="download"), mailing(actor, pk)] if ready else [],
        copy_url=f"{settings.SITE_URL}{reverse('verify-code', args=[case.verification_code])}" if ready else "",
        pending=None if ready else Progress(_("协议书生成中"), 0, sentence=_("稍后刷新即可查看。")),
        facts=[
            Fact(_("协议编号"), pretty(case.number or "")),
            Fact(_("状态"), state_words(case, actor.membership)),
            *([Fact(_("电子印章"), seal_words(found))] if isinstance(found, Artefact) else []),
        ],
    )
    return show(request, page)


def mailing(actor: Actor, pk: UUID) -> Button:
    """To one's own mailbox: WeChat's browser can save no file."""
    here = reverse("paper-mail", args=[pk])
    return Button(_("发到我的邮箱"), here, "post", icon="mail", disabled_reason=unmailed(actor), again=True)


def unmailed(actor: Actor) -> str:
    """Why it cannot go there; "" when it can."""
    if not deliver.connected("email"):
        return _("邮件尚未接通，请下载，或在电脑上打开本页。")
    if not actor.user.email_proven_at:
        return _("您还没有验证过的邮箱，请先在“账号与安全”中验证邮箱。")
    return ""


@acting()
@require_POST
def mail(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """The stored file as an attachment, to the address the account has proven and to no other."""
    case = signed_case(actor, pk)
    found = read.agreement_state(case)[1]
    if not isinstance(found, Artefact):
        raise Http404
    try:
        if why_not := unmailed(actor):
            raise Refused(why_not)
        limits.spend("paper-mail", str(actor.user.pk))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("paper", pk)
    place, number = reverse("paper", args=[pk]), pretty(case.number or "")
    key = f"{found.pk}:{now():%m%d%H%M}"  # a second press within the minute sends no second one
    deliver.message(
        actor.user, "paper_mailed", {"number": number}, key=key, membership=actor.membership, path=place, attached=found.key
    )
    address = CHANNELS["email"].masked(actor.user.email)
    messages.success(request, _("协议书正在发往 %(address)s，几分钟内可以收到；没有收到时请看看垃圾邮件。") % {"address": address})
    return redirect("paper", pk)


def in_force(case: Case, actor: Actor) -> list[Alert]:
    """A paper that is not yet, or no longer, in force says so before anything else."""
    if case.word.kind == DONE:
        return []
    if case.word.kind == OPEN:
        return [Alert("info", _(case.word.verify))]
    state = state_words(case, actor.membership)
    return [Alert("bad", _("这份协议书已不再有效：%(state)s") % {"state": state}, _("以下是签约时的内容，仅供查阅。"))]


@acting()
@require_safe
def pdf(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """The stored file, its hash checked as it is read."""
    case = signed_case(actor, pk)
    found = read.agreement_state(case)[1]
    if not isinstance(found, Artefact):
        raise Http404
    try:
        data = read.pdf(found).read()
    except Refused as refused:
        return refused_download(request, pk, refused)
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{case.number}.pdf"'
    return answer


def refused_download(request: HttpRequest, pk: UUID, refused: Refused) -> HttpResponse:
    """Back to the case, with the sentence why not."""
    messages.error(request, str(refused))
    return redirect("case", pk)


@acting()
@require_safe
def page(request: HttpRequest, actor: Actor, pk: UUID, number: int) -> HttpResponse:
    """One page as PNG."""
    case = signed_case(actor, pk)
    pages = read.pages(case)
    if not 1 <= number <= len(pages):
        raise Http404
    return HttpResponse(pages[number - 1], content_type="image/png")
