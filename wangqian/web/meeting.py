"""应约码: the graduate makes a code or shows its QR card; the employer types or scans it (ux.md 18)."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from wangqian.chart.words import Refused
from wangqian.codes import serial
from wangqian.documents import qr
from wangqian.flows import favourites, meeting_codes
from wangqian.notices import deliver
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity, Favourite, MeetingCode, Membership
from wangqian.web import challenge
from wangqian.web.employer_search import listed
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.pages import PlainPage
from wangqian.web.panels import Alert, Button, EmptyState, Fact, Facts, Link, Picture, Tag, Text
from wangqian.web.wording import clock, left

SHOWN = 20


# --- the graduate ------------------------------------------------------------------------------------


@acting(Capacity.GRADUATE)
def codes(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All my codes, newest first; POST makes one and shows its card."""
    if request.method == "POST":
        try:
            return redirect("meeting-code", meeting_codes.make(actor).pk)
        except Refused as refusal:
            messages.warning(request, str(refusal))
            return redirect("meeting-codes")
    mine = MeetingCode.objects.filter(graduate=actor.membership.graduate).select_related("used_by__employer")
    rows = [code_row(one) for one in mine[:SHOWN]]
    columns = [Column(_("应约码")), Column(_("状态")), Column(_("有效至"))]
    why_not = str(meeting_codes.useless(meeting_codes.own_graduate(actor)) or "")
    panels = [Table(_("我的应约码"), columns, rows)] if rows else [nothing(why_not)]
    page = PlainPage(
        title=_("应约码"),
        lead=_(
            "把应约码交给您愿意签约的单位，单位凭它向您发起签约邀请，不需要您的证件号码。"
            "每个应约码 72 小时内有效，只能由一家单位使用一次。"
        ),
        back=Link(_("返回首页"), reverse("home")),
        panels=[making(why_not), *panels] if rows else panels,
    )
    return show(request, page)


def making(why_not: str) -> Text:
    button = Button(_("生成一个应约码"), reverse("meeting-codes"), "post", primary=True, icon="qrcode", disabled_reason=why_not)
    return Text(_("给另一家单位"), [_("一家单位一个；最多同时保留 5 个未使用的。")], buttons=[button])


def nothing(why_not: str) -> EmptyState:
    button = Button(_("生成一个应约码"), reverse("meeting-codes"), "post", primary=True, disabled_reason=why_not)
    return EmptyState(_("还没有应约码"), _("生成后可以让单位扫码，也可以把 10 位字符告诉单位。"), button, "qrcode")


def code_row(one: MeetingCode) -> Row:
    return Row(
        [Cell(serial.pretty(one.code)), Cell(tag=standing(one), note=by_whom(one)), Cell(clock(one.expires_at))],
        url=reverse("meeting-code", args=[one.pk]),
    )


def standing(one: MeetingCode) -> Tag:
    if one.used_at:
        return Tag(_("已使用"), "ok")
    if one.withdrawn_at:
        return Tag(_("已收回"), "off")
    return Tag(_("待使用"), "info") if one.expires_at > now() else Tag(_("已过期"), "off")


def by_whom(one: MeetingCode) -> str:
    return one.used_by.place() if one.used_by else ""


@acting(Capacity.GRADUATE)
@require_safe
def card(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """The card to show: QR, ten characters, until when; afterwards, who used it."""
    one = own(actor, pk)
    live = not one.used_at and not one.withdrawn_at and one.expires_at > now()
    refusal = meeting_codes.useless(meeting_codes.own_graduate(actor))
    shown = Picture(
        reverse("meeting-code-qr", args=[pk]),
        _("应约码的二维码"),
        _("请用人单位扫描，或输入这 10 位字符"),
        width=240,
        height=240,
        words=serial.pretty(one.code),
    )
    facts = [Fact(_("状态"), standing(one).text, note=by_whom(one))]
    if live:
        facts.append(Fact(_("有效期"), left(one.expires_at), note=_("至 %(at)s") % {"at": clock(one.expires_at)}))
    give_up = Button(_("收回这个应约码"), reverse("meeting-code-withdraw", args=[pk]), "post", quiet=True)
    page = PlainPage(
        title=_("应约码") if live else _("应约码 %(code)s") % {"code": serial.pretty(one.code)},
        lead=card_words(one, live, another=refusal is None),
        back=Link(_("我的应约码"), reverse("meeting-codes")),
        alerts=[Alert("warn", _("单位现在不能使用这个应约码"), str(refusal))] if live and refusal else [],
        panels=[*([shown] if live else []), Facts(_("这个应约码"), facts, buttons=[give_up] if live else [])],
    )
    return show(request, page)


def card_words(one: MeetingCode, live: bool, another: bool) -> str:
    """What it does, or did; and the way to `another`, where one may be made."""
    if live:
        return _("单位用它能看到您的姓名、学校、专业和学历，并把您加入收藏夹；看不到证件号码和电话。")
    if one.used_by:
        return _("%(who)s已把您加入收藏夹，可以向您发起签约邀请；收到邀请时会通知您。") % {"who": by_whom(one)}
    return _("这个应约码不能再用了。还要给单位的，请回到“我的应约码”另生成一个。") if another else ""


def own(actor: Actor, pk: UUID) -> MeetingCode:
    found = MeetingCode.objects.select_related("used_by__employer").filter(graduate=actor.membership.graduate, pk=pk).first()
    if found is None:
        raise Http404
    return found


@acting(Capacity.GRADUATE)
@require_safe
def picture(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """The QR of the address an employer scans; the code of a spent card is not drawn again."""
    one = own(actor, pk)
    if one.used_at or one.withdrawn_at or one.expires_at <= now():
        raise Http404
    url = f"{settings.SITE_URL}{reverse('scanned-meeting-code', args=[one.code])}"
    return HttpResponse(qr.svg(url), content_type="image/svg+xml")


@acting(Capacity.GRADUATE)
@require_POST
def withdraw(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    own(actor, pk)
    if meeting_codes.withdraw(actor, pk):
        messages.success(request, _("应约码已收回，单位不能再使用。"))
    else:
        messages.info(request, _("这个应约码已经用过或过期，不需要收回。"))
    return redirect("meeting-codes")


# --- the employer ------------------------------------------------------------------------------------


class CodeForm(challenge.Challenged):
    """The ten characters; after some wrong ones with a challenge."""

    purpose = "meeting-code"
    code = forms.CharField(
        label=gettext_lazy("应约码"),
        max_length=40,
        help_text=gettext_lazy("10 位字母和数字，不分大小写，例如 K7MPX-2Q9R5"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "data-narrow": True}),
    )

    def clean_code(self) -> str:
        code = serial.normal(self.cleaned_data["code"])
        if len(code) != serial.MEETING_LENGTH:
            raise forms.ValidationError(_("应约码是 10 位字母和数字，这里是 %(count)d 位，请核对后再试。") % {"count": len(code)})
        if not serial.meeting_valid(code):
            raise forms.ValidationError(_("这个应约码不对，可能有一位看错或输错了（应约码里没有 0、1、I、O），请与学生逐位核对后再试。"))
        return code


@acting(Capacity.EMPLOYER)
def use(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Type the code; POST spends it and keeps the graduate."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return ask(request, actor, form, 422 if form.errors else 200)
    try:
        challenge.require_after(request, form, "meeting-misses", str(actor.membership.employer_id))
        kept = meeting_codes.use(actor, form.cleaned_data["code"], partial(tell, actor))
    except Refused as refusal:
        form.add_error("code", str(refusal))
        return ask(request, actor, form, 429 if refusal.status == 429 else 422)
    messages.success(request, kept_words(actor, kept))
    return redirect(listed(kept.graduate))


@acting(Capacity.EMPLOYER)
@require_safe
def scanned(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """From the QR: the code is filled in, nothing is spent and nobody shown before the button is pressed."""
    return ask(request, actor, CodeForm(initial={"code": serial.pretty(serial.normal(code)[:40])}))


def ask(request: HttpRequest, actor: Actor, form: CodeForm, status: int = 200) -> HttpResponse:
    assert actor.membership.employer is not None
    refusal = favourites.may_look_up(actor.membership.employer)
    page = PlainPage(
        title=_("用应约码添加学生"),
        lead=_("请学生在手机上打开“应约码”，扫描二维码或输入 10 位字符，即可加入学生收藏夹，不需要证件号码。"),
        back=Link(_("返回学生收藏夹"), listed()),
        alerts=[Alert("warn", _("现在不能添加"), str(refusal))] if refusal else [],
        form=form,
        act=Button(
            _("加入收藏夹"),
            method="submit",
            primary=True,
            disabled_reason=_("认证通过后可用") if refusal else "",
        ),
        action_url=reverse("use-meeting-code"),
        after=[
            Text(
                _("学生没有应约码？"),
                [_("也可以准确填写姓名、证件号码和毕业院校来查找。")],
                links=[Link(_("按姓名和证件号码查找"), reverse("add-favourite"))],
            )
        ],
    )
    return show(request, page, status)


def tell(actor: Actor, kept: Favourite) -> None:
    """Both sides, in the transaction that spends the code."""
    employer, graduate = actor.membership.employer, kept.graduate
    assert employer is not None
    key = f"{now():%Y%m%d%H%M%S}:{kept.pk}"
    theirs = Membership.objects.select_related("user").filter(graduate=graduate, active=True).first()
    if theirs:
        deliver.message(
            theirs.user, "meeting_code_used", {"who": employer.name}, key=key, membership=theirs, path=reverse("meeting-codes")
        )
    deliver.message(
        actor.user, "meeting_code_kept", {"who": graduate.name}, key=key, membership=actor.membership, path=listed(graduate)
    )


def kept_words(actor: Actor, kept: Favourite) -> str:
    """Who it is, and whether he may be invited now."""
    graduate = kept.graduate
    assert actor.membership.employer is not None
    facts: dict[str, Any] = {
        "name": graduate.name,
        "about": "，".join((graduate.school.name, graduate.major, graduate.education_name)),
    }
    why = favourites.refusals(actor.membership.employer, [graduate], now()).get(graduate.pk)
    return _("%(name)s（%(about)s）已加入收藏夹。") % facts + (str(why) if why else _("可以发起签约邀请。"))
