"""Public verification: by number and name, by the code on paper, by the file itself. Live state, the minimum, one neutral miss.

Number and name can be guessed, so they take a challenge (web/challenge.py); a code or a file cannot, and takes one only where an
address asks more often than people do.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_safe

from wangqian.chart.words import Refused
from wangqian.documents import verify as verification
from wangqian.documents.verify_file import MOST, Checked, Verdict, by_file
from wangqian.people import limits
from wangqian.people.clock import now
from wangqian.web import challenge
from wangqian.web.doors import Verified, VerifyPage
from wangqian.web.equal import in_equal_time
from wangqian.web.frame import show
from wangqian.web.middleware import actor_in, address, line
from wangqian.web.panels import Alert, Button, Fact, Tag
from wangqian.web.verify_forms import FileForm, MarkForm, VerifyForm

MISS = gettext_lazy("没有查到相符的文件。请核对编号和姓名，或扫描文件上的二维码。")
CROWDED = gettext_noop("您所在的网络 10 分钟内查询较多，核验前需要完成一次安全验证：编号已填好，点“核验”即可，不需要输入别的内容。")
TITLES = {
    Verdict.OURS: gettext_lazy("这份文件不是存档的那一份"),
    Verdict.UNKNOWN: gettext_lazy("没有查到"),
}
SENTENCES = {
    Verdict.OURS: gettext_lazy(
        "文件里有本平台的电子印章，但与存档的任何一份协议书都不完全相同：可能被修改、另存或合并过，也可能不完整。"
        "请不要以它为准；可以按编号查询协议书的真实状态，或请对方重新提供原文件。"
    ),
    Verdict.UNKNOWN: gettext_lazy("这份文件与存档的任何一份协议书都不相同，也没有本平台的电子印章。打印后再扫描的文件请用编号核验。"),
}


@in_equal_time
def verify(request: HttpRequest) -> HttpResponse:
    """By number and name; a code on paper may be typed instead."""
    form = VerifyForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return verify_page(request, form, status=422 if form.errors else 200)
    try:
        found = asked(request, form)
    except Refused as refusal:
        return verify_page(request, form, refusal=refusal)
    return verify_page(request, form, **answered(request, found))


def asked(request: HttpRequest, form: VerifyForm) -> verification.Facts | None:
    """What was typed, looked up. Raises `Refused`."""
    number, ip, viewer = form.plain(), address(request), actor_in(request)
    if form.by_code():
        challenge.require_of_many(request, form, "verify-code", number)
        return verification.by_code(number, ip, viewer, name=form.cleaned_data["name"])
    challenge.require(request, form, number)
    return verification.by_number(number, form.cleaned_data["name"], ip, viewer)


@partial(in_equal_time, reading=True)
@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """From the QR. Where an address has scanned a lot, the code stands in the form, and a press on its button goes on."""
    if not limits.allowed("verify-code", line(request)):
        form = VerifyForm.with_code(code)
        return verify_page(request, form, refusal=limits.Over(CROWDED), refused=_("请点“核验”继续"))
    mark = MarkForm(request.GET)
    version = mark.cleaned_data["v"] if mark.is_valid() else 0
    found = verification.by_code(code, address(request), actor_in(request), version)
    return verify_page(request, VerifyForm(), status=200 if found else 404, **answered(request, found))


def verify_file(request: HttpRequest) -> HttpResponse:
    """By the file itself. Its bytes are read once and forgotten."""
    if request.method != "POST":
        return redirect("verify")
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return verify_page(request, VerifyForm(), file_form=form, status=422)
    try:
        challenge.require_of_many(request, form, "verify-file", line(request))
        checked = by_file(form.cleaned_data["file"].read(MOST + 1), address(request), actor_in(request))
    except (limits.Over, challenge.Stale) as refusal:
        return verify_page(request, VerifyForm(), refusal=refusal)
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return verify_page(request, VerifyForm(), file_form=form, status=422)
    return verify_page(request, VerifyForm(), **of_file(request, checked))


def answered(request: HttpRequest, found: verification.Facts | None) -> dict[str, Any]:
    """What the page says of an agreement found, or not."""
    if found is None:
        return {"miss": str(MISS), "miss_title": _("没有查到")}
    return {"result": verified(request, found)}


def of_file(request: HttpRequest, checked: Checked) -> dict[str, Any]:
    if checked.facts is None:
        return {"miss": str(SENTENCES[checked.verdict]), "miss_title": str(TITLES[checked.verdict])}
    return {"result": verified(request, checked.facts, _("您上传的文件与存档的文件完全一致。"))}


def verify_page(
    request: HttpRequest,
    form: VerifyForm,
    *,
    file_form: FileForm | None = None,
    status: int = 200,
    refusal: Refused | None = None,
    refused: str = "",
    **said: Any,
) -> HttpResponse:
    page = VerifyPage(
        title=_("协议核验"),
        lead=_("核对一份就业协议书或毕业去向登记信息表现在是否有效。查询会留下记录，毕业生本人可以看到。"),
        form=form,
        act=Button(_("核验"), method="submit", primary=True),
        action_url=reverse("verify"),
        file_form=file_form or FileForm(),
        file_act=Button(_("核验文件"), method="submit"),
        file_url=reverse("verify-file"),
        alerts=[Alert("warn", refused or _("现在不能查询"), str(refusal))] if refusal else [],
        **said,
    )
    return show(request, page, refusal.status if refusal else status)


def verified(request: HttpRequest, found: verification.Facts, first: str = "") -> Verified:
    rows = [Fact(label, value) for label, value in found.rows()]
    return Verified(
        tag=Tag(_(found.state), "ok" if found.in_force else "warn" if found.pending else "bad"),
        sentence=first + standing(found),
        rows=rows,
        checked_at=now(),
        domain=request.get_host(),
    )


def standing(found: verification.Facts) -> str:
    said = {"what": found.what, "state": _(found.state), "version": found.newer}
    if found.in_force:
        return _("这份%(what)s现在有效。") % said
    words = _("这份%(what)s现在的状态是“%(state)s”。") % said
    newer = _("您手里的是旧的一版；信息更正后已重新生成，请以第 %(version)d 版为准。") % said
    return words + newer if found.newer else words
