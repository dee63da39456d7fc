"""The log of all events for anybody outside: signed heads, public keys, proofs that nothing was rewritten, the script that checks."""

from __future__ import annotations

from pathlib import Path

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wangqian.cases import log, log_export
from wangqian.cases.models import Head
from wangqian.documents.models import SealCertificate
from wangqian.documents.offline import verify
from wangqian.web.frame import show
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.pages import Panel, PlainPage
from wangqian.web.panels import EmptyState, Fact, Facts, Link, Text
from wangqian.web.wording import clock

SHOWN, PER_ANSWER = 20, 200


@require_safe
def log_page(request: HttpRequest) -> HttpResponse:
    """For people: what the log is, how it stands, how to check it."""
    heads = list(Head.objects.order_by("-pk")[:SHOWN])
    page = PlainPage(
        title=_("事件日志"),
        lead=_("所有签约事件按先后写入一份公开签名的日志。留存一个日志头，以后就能查出此前的任何改动。"),
        panels=[*([current(heads[0]), checking(), listed(heads)] if heads else [nothing()]), *seals()],
    )
    return show(request, page)


def nothing() -> Panel:
    return EmptyState(_("还没有日志头"), _("第一批事件写入日志后，这里会显示签名的日志头。"))


def current(head: Head) -> Panel:
    rows = [
        Fact(_("事件数"), head.size),
        Fact(_("根"), head.root, long=True),
        Fact(_("签名时间"), clock(head.at)),
        Fact(_("公钥指纹"), head.key_id, long=True),
    ]
    note = _("有新事件时每分钟签名一次，没有新事件时每小时一次。最近一次签名之后的事件还不在保护之内。")
    return Facts(_("最新的日志头"), rows, note=note)


def checking() -> Panel:
    lines = [
        _("把日志头保存在自己的电脑上；以后下载新的日志头和一致性证明，用核验程序检查新日志是否以旧日志为开头。"),
        _("一致性证明在 %(path)s?old=旧事件数&new=新事件数。") % {"path": reverse("log-proof")},
        _("拿到证据包或导出的日志，也用同一个核验程序离线检查。"),
    ]
    links = [
        Link(_("日志头（JSON）"), reverse("log-heads"), icon="download"),
        Link(_("核验程序 verify.py"), reverse("log-verify"), icon="download"),
    ]
    return Text(_("怎样核对"), lines, links=links)


def seals() -> list[Panel]:
    """The certificates that sealed agreements: what the fingerprint in an evidence package is compared with."""
    rows = [
        Fact(one.subject, one.fingerprint, note=_("序列号 %(serial)s") % {"serial": one.serial}, long=True)
        for one in SealCertificate.objects.order_by("-first_used_at")[:SHOWN]
    ]
    return [Facts(_("电子印章的证书指纹"), rows, note=_("与证据包、协议书 PDF 中的印章证书核对。"))] if rows else []


def listed(heads: list[Head]) -> Panel:
    rows = [Row([Cell(clock(head.at)), Cell(head.size), Cell(head.root[:16] + "…")]) for head in heads]
    return Table(_("最近的日志头"), [Column(_("签名时间")), Column(_("事件数")), Column(_("根"))], rows)


class HeadsForm(forms.Form):
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62)


@require_safe
def heads_json(request: HttpRequest) -> HttpResponse:
    """The newest heads first; `before` (the `next` of an answer) goes on to older ones."""
    form = HeadsForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"error": "before: a number"}, status=422)
    heads = Head.objects.order_by("-pk")
    if before := form.cleaned_data["before"]:
        heads = heads.filter(pk__lt=before)
    page = list(heads[:PER_ANSWER])
    answer = {
        "heads": [log.head_json(head) for head in page],
        "keys": log_export.public_keys(),
        "next": page[-1].pk if len(page) == PER_ANSWER else None,
    }
    return JsonResponse(answer)


class ProofForm(forms.Form):
    old = forms.IntegerField(min_value=1, max_value=2**62)
    new = forms.IntegerField(min_value=1, max_value=2**62)

    def sizes(self) -> tuple[int, int] | None:
        """(old, new), if the log has that many signed events."""
        last = Head.objects.last()
        if not self.is_valid() or last is None:
            return None
        old, new = self.cleaned_data["old"], self.cleaned_data["new"]
        return (old, new) if old <= new <= last.size else None


@require_safe
def proof_json(request: HttpRequest) -> HttpResponse:
    """That the log of `new` events begins with the log of `old` events (RFC 9162 §2.1.4)."""
    sizes = ProofForm(request.GET).sizes()
    if sizes is None:
        return JsonResponse({"error": "old, new: 1 ≤ old ≤ new ≤ size of the last head"}, status=422)
    return JsonResponse({"old": sizes[0], "new": sizes[1], "path": log.consistency(*sizes)})


@require_safe
def verify_py(request: HttpRequest) -> HttpResponse:
    """The script itself."""
    answer = HttpResponse(Path(verify.__file__).read_bytes(), content_type="text/x-python; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="verify.py"'
    return answer
