"""添加学生: three exact facts, one neutral answer, then a card with 加入收藏夹 (M004 §4; security.md §2.1)."""

from __future__ import annotations

from typing import Any
from uuid import uuid5

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wangqian.chart.words import Refused
from wangqian.codes import resident_id
from wangqian.codes.table import table
from wangqian.flows import favourites
from wangqian.notices import deliver
from wangqian.people.clock import now, today
from wangqian.people.models import Actor, Capacity, Favourite, Graduate, Membership, School
from wangqian.web import challenge
from wangqian.web.equal import in_equal_time
from wangqian.web.frame import acting, show
from wangqian.web.pages import PlainPage
from wangqian.web.panels import Alert, Button, Fact, Facts, Link, Text
from wangqian.web.school_field import SchoolField

SALT, MINUTES = "wangqian.favourite", 10
MISS = gettext_lazy(
    "没有找到三项都相符的毕业生，或暂时不能用这种方式查询。请与毕业生本人逐字核对姓名、证件号码和毕业院校；"
    "该届登记未开放时也查不到。多次查不到的，请学生联系学校就业部门。"
)


def kinds() -> list[tuple[str, str]]:
    return [(code, _(name)) for code, name in table("document_kind").choices()]


class SearchForm(forms.Form):
    """All three facts; a resident number that cannot exist is said at the field and costs no look-up."""

    name = forms.CharField(
        label=gettext_lazy("学生姓名"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    kind = forms.ChoiceField(label=gettext_lazy("证件类型"), choices=kinds, initial="resident")
    number = forms.CharField(
        label=gettext_lazy("证件号码"), max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    school = SchoolField(
        label=gettext_lazy("毕业院校"),
        queryset=School.objects.filter(active=True).order_by("name"),
        empty_label=gettext_lazy("请选择"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("kind") == "resident" and cleaned.get("number"):
            try:
                resident_id.parse(cleaned["number"])
            except ValueError as wrong:
                self.add_error("number", str(wrong))
        return cleaned


class LookUpForm(challenge.Challenged, SearchForm):
    """With a challenge, which is due after some misses of the employer."""

    purpose = "look-up"


@in_equal_time
@acting(Capacity.EMPLOYER)
def add_favourite(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Search (POST, so that no number stands in an address), then keep what was found (POST with its token)."""
    if request.method == "POST" and "token" in request.POST:
        return keep(request, actor, request.POST["token"])
    form = LookUpForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return search_page(request, actor, form, status=422 if form.errors else 200)
    given = form.cleaned_data
    try:
        challenge.require_after(request, form, "look-up-misses", str(actor.membership.employer_id))
        found = favourites.find(actor, given["name"], given["kind"], given["number"], given["school"].pk)
    except Refused as refusal:
        return search_page(request, actor, form, Alert("warn", _("现在不能查询"), str(refusal)), refusal.status)
    if found is None:
        return search_page(request, actor, form, Alert("warn", _("没有查到"), str(MISS)))
    tell(actor, found)
    return show(request, found_page(actor, found))


def tell(actor: Actor, graduate: Graduate) -> None:
    """"X looked you up": once a day per employer and school, to the account if he has one yet."""
    membership = Membership.objects.select_related("user").filter(graduate=graduate, active=True).first()
    employer = actor.membership.employer
    if membership and employer:
        key = f"{today(now()):%Y%m%d}:{uuid5(employer.pk, str(graduate.pk))}"
        deliver.message(membership.user, "looked_up", {"who": employer.name}, key=key, membership=membership)


def search_page(
    request: HttpRequest, actor: Actor, form: SearchForm, alert: Alert | None = None, status: int = 200
) -> HttpResponse:
    assert actor.membership.employer is not None
    refusal = favourites.may_look_up(actor.membership.employer)
    if refusal and alert is None:
        alert = Alert("warn", _("现在不能查询"), str(refusal))
    page = PlainPage(
        title=_("添加学生"),
        lead=_("请准确输入学生的姓名、证件号码和毕业院校，三项都相符才能查到。每次查到，学生本人都会知道。"),
        back=Link(_("返回学生收藏夹"), listed()),
        alerts=[alert] if alert else [],
        form=form,
        act=Button(
            _("搜索"),
            method="submit",
            primary=True,
            icon="search",
            disabled_reason=_("认证通过后可用") if refusal else "",
        ),
        after=[
            Text(
                _("学生给了您应约码？"),
                [_("扫码或输入 10 位字符就能添加，不需要证件号码。")],
                links=[Link(_("用应约码添加"), reverse("use-meeting-code"))],
            )
        ],
    )
    return show(request, page, status)


def found_page(actor: Actor, graduate: Graduate) -> PlainPage:
    """The card of the one graduate found."""
    kept = Favourite.objects.filter(employer=actor.membership.employer, graduate=graduate).exists()
    url = reverse("add-favourite")
    if kept:
        act = Button(_("已在收藏夹中，去查看"), listed(graduate), primary=True)
    else:
        act = Button(_("加入收藏夹"), url, "post", primary=True, fields=[("token", token(actor, graduate))])
    card = Facts(
        _("查到的学生"),
        [
            Fact(_("学生姓名"), graduate.name),
            Fact(_("证件号码"), graduate.masked_identity()),
            Fact(_("毕业院校"), graduate.school.name),
            Fact(_("学历层次"), graduate.education_name),
            Fact(_("专业"), graduate.major),
            Fact(_("届别"), _("%(year)s 届") % {"year": graduate.cohort.year}),
        ],
        note=_("以学校登记的为准，加入收藏夹后不能修改；信息不符请不要加入。"),
        buttons=[act, Button(_("重新搜索"), url)],
    )
    return PlainPage(
        title=_("添加学生"),
        lead=_("请核对。无误后加入收藏夹，即可对该学生发起签约邀请。"),
        back=Link(_("返回学生收藏夹"), listed()),
        panels=[card],
    )


def listed(graduate: Graduate | None = None) -> str:
    """The list of favourites, of the graduate's cohort."""
    year = f"&year={graduate.cohort.year}" if graduate else ""
    return f"{reverse('home')}?tab=favourites{year}"


def token(actor: Actor, graduate: Graduate) -> str:
    """Says that this employer has just found this graduate."""
    return signing.dumps([str(actor.membership.employer_id), str(graduate.pk)], salt=SALT)


def keep(request: HttpRequest, actor: Actor, text: str) -> HttpResponse:
    """加入收藏夹 for what the token names; an old, foreign or broken one asks for a new search."""
    try:
        employer, pk = signing.loads(text, salt=SALT, max_age=MINUTES * 60)
    except signing.BadSignature:
        employer = pk = ""
    if employer != str(actor.membership.employer_id):
        messages.warning(request, _("查询结果已过期（10 分钟内有效），没有加入收藏夹，请重新搜索。"))
        return redirect("add-favourite")
    graduate = Graduate.objects.select_related("cohort").get(pk=pk)
    try:
        _kept, new = favourites.add(actor, graduate)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("add-favourite")
    sentence = _("%(name)s已加入收藏夹。") if new else _("%(name)s已在收藏夹中。")
    assert actor.membership.employer is not None
    why = favourites.refusals(actor.membership.employer, [graduate], now()).get(graduate.pk)
    following = str(why) if why else _("可以发起签约邀请。")
    messages.success(request, f"{sentence % {'name': graduate.name}}{following}")
    return redirect(listed(graduate))


@acting(Capacity.EMPLOYER)
@require_POST
def remove_favourite(request: HttpRequest, actor: Actor, pk: Any) -> HttpResponse:
    """移出收藏夹; he can be found and added again."""
    mine = Favourite.objects.filter(employer=actor.membership.employer).select_related("graduate__cohort")
    one = mine.filter(pk=pk).first()
    if one is None:
        raise Http404
    try:
        favourites.remove(actor, one)
        messages.success(request, _("已将%(name)s移出收藏夹。") % {"name": one.graduate.name})
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect(listed(one.graduate))
