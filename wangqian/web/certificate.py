"""毕业去向登记信息表 on the screen: as pages in the site, and as PDF; only to the graduate it is about."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wangqian.chart.words import Refused
from wangqian.documents import read
from wangqian.documents.certificate import Certificate, certificate_of
from wangqian.documents.models import Artefact
from wangqian.documents.verify import seal_words
from wangqian.people.models import Actor, Capacity
from wangqian.web.doors import PreviewPage
from wangqian.web.frame import acting, show
from wangqian.web.graduate_data import own
from wangqian.web.panels import Alert, Button, Fact, Link, Picture, Progress


def newest(actor: Actor) -> Certificate:
    found = certificate_of(own(actor))
    if found is None:
        raise Http404
    return found


@acting(Capacity.GRADUATE)
@require_safe
def certificate(request: HttpRequest, actor: Actor) -> HttpResponse:
    """As pages in the site: WeChat cannot download."""
    found = newest(actor)
    state, file = read.agreement_state(found.departure.case)
    ready = isinstance(file, Artefact)
    pages = range(1, file.pages + 1) if isinstance(file, Artefact) else ()
    waiting = Progress(_("登记信息表生成中"), 0, sentence=_("稍后刷新即可查看。"))
    if state == "failed":
        waiting = Progress(_("登记信息表暂时没有生成"), 0, sentence=_("平台正在处理，请过些时候再来。"), tone="warn")
    page = PreviewPage(
        title=_("毕业去向登记信息表"),
        back=Link(_("离校确认"), reverse("departure")),
        alerts=[] if found.in_force else [Alert("bad", _("这份登记信息表已不再有效：%(state)s") % {"state": _(found.state)})],
        pictures=[
            Picture(reverse("certificate-page", args=[number]), _("登记信息表第 %(n)d 页") % {"n": number}) for number in pages
        ],
        buttons=[Button(_("下载 PDF"), reverse("certificate-pdf"), icon="download")] if ready else [],
        pending=None if ready else waiting,
        facts=[
            Fact(_("状态"), _(found.state)),
            Fact(_("转递编号"), found.transfer_number),
            Fact(_("核验编号"), found.verification_code),
            *([Fact(_("电子印章"), seal_words(file))] if isinstance(file, Artefact) else []),
        ],
    )
    return show(request, page)


@acting(Capacity.GRADUATE)
@require_safe
def pdf(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The stored file, its hash checked as it is read."""
    found = newest(actor)
    file = read.agreement_state(found.departure.case)[1]
    if not isinstance(file, Artefact):
        raise Http404
    try:
        data = read.pdf(file).read()
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("departure")
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{found.transfer_number}.pdf"'
    return answer


@acting(Capacity.GRADUATE)
@require_safe
def picture(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """One page as PNG."""
    pages = read.pages(newest(actor).departure.case)
    if not 1 <= number <= len(pages):
        raise Http404
    return HttpResponse(pages[number - 1], content_type="image/png")
