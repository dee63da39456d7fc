"""The operator's dead letters: messages that did not arrive, why, and sending them on their way again, one or all of a kind."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from wangqian.notices import budget, trouble
from wangqian.notices.channels import CHANNELS, shows
from wangqian.notices.fared import word
from wangqian.notices.models import Notice, Reason, State
from wangqian.notices.templates import CODE
from wangqian.notices.trouble import NONE, Kind, in_trouble
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Filter, Row, Table
from wangqian.web.pages import Figure, Panel, ReportPage
from wangqian.web.paging import asked, counted, many, page_number, pager, window
from wangqian.web.panels import Alert, Button, EmptyState, Link, Tag
from wangqian.web.wording import clock

SENDABLE = [name for name in CHANNELS if name != "inbox"]


class AgainForm(forms.Form):
    """One message, or all given up of a kind."""

    notice = forms.UUIDField(required=False)
    channel = forms.ChoiceField(choices=[(name, name) for name in SENDABLE], required=False)
    reason = forms.ChoiceField(choices=[(one, one) for one in (*Reason.values, NONE)], required=False)

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if not (given.get("notice") or (given.get("channel") and given.get("reason"))):
            raise forms.ValidationError("nothing named")
        return given


@acting(Capacity.OPERATOR)
def undelivered(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET: kinds and messages, narrowed by channel and reason. POST: again."""
    if request.method == "POST":
        return again(request, actor)
    kinds, found = trouble.kinds(), in_trouble(asked(request, "channel"), asked(request, "reason"))
    page = ReportPage(
        title=_("未送达的消息"),
        lead=_("暂时失败的会自动重试；已停止的在排除原因后可以重新发送。消息内容不给平台看。"),
        back=Link(_("运行情况"), reverse("home")),
        alerts=sms_alarm(),
        filters=filters(request),
        figures=figures(),
        panels=[*by_kind(kinds), listed(request, found)],
        as_of=now(),
    )
    return show(request, page)


def figures() -> list[Figure]:
    states = ((State.DEAD, _("已停止重试")), (State.FAILED, _("将自动重试")), (State.SUBMITTED, _("已提交运营商，等待回执")))
    found = [Figure(label=label, value=many(counted(Notice.objects.filter(state=state)))) for state, label in states]
    return found if shows() else [*found, spent()]


def spent() -> Figure:
    used, most = budget.used(), budget.limit()
    note = _("额度 %(limit)d 条，已用 %(percent)d%%") % {"limit": most, "percent": budget.percent()} if most else _("不限额")
    return Figure(label=_("今日短信"), value=str(used), note=note)


def sms_alarm() -> list[Alert]:
    """From 80 % of the day's budget on; at 100 % nothing goes out until the next day."""
    percent = 0 if shows() else budget.percent()
    if percent < budget.ALARM:
        return []
    words = {"used": budget.used(), "limit": budget.limit(), "percent": percent}
    used = _("已用 %(used)d 条，额度 %(limit)d 条（%(percent)d%%）。") % words
    if percent < 100:
        return [Alert("warn", _("今日短信额度将用完"), used + _("用完后短信和短信验证码当天停发。"))]
    return [Alert("bad", _("今日短信额度已用完"), used + _("短信和短信验证码已停发，次日自动继续；额度由 SMS_BUDGET 设置。"))]


def filters(request: HttpRequest) -> list[Filter]:
    channels = [("", _("全部")), *((name, CHANNELS[name].label()) for name in SENDABLE)]
    reasons = [("", _("全部")), *((reason, trouble.why("", reason)) for reason in Reason.values), (NONE, _("未注明"))]
    return [
        Filter("channel", _("渠道"), asked(request, "channel"), "select", channels),
        Filter("reason", _("原因"), asked(request, "reason"), "select", reasons),
    ]


def by_kind(kinds: list[Kind]) -> list[Panel]:
    """What was given up, by channel and reason, each with what to do and a press for all."""
    if not kinds:
        return []
    names = (Column(_("原因")), Column(_("渠道")), Column(_("条数"), number=True), Column(_("怎么办")))
    rows = [
        Row([Cell(one.words, url=address(one)), Cell(one.label), Cell(one.many), Cell(one.todo)], buttons=[all_of(one)])
        for one in kinds
    ]
    note = _("一次最多重新发送 %(most)d 条；验证码不重发。") % {"most": trouble.AT_ONCE}
    return [Table(_("近 90 天已停止重试的，按原因"), names, rows, note=note)]


def address(one: Kind) -> str:
    return f"{reverse('messages')}?channel={one.channel}&reason={one.reason}"


def all_of(one: Kind) -> Button:
    fields = [("channel", one.channel), ("reason", one.reason)]
    return Button(_("全部重试"), reverse("messages"), "post", fields=fields, icon="refresh")


def listed(request: HttpRequest, found: QuerySet[Notice]) -> Panel:
    count, number = counted(found), page_number(request)
    rows = [row(notice) for notice in window(found.select_related("recipient"), number)]
    if not rows:
        return EmptyState(_("没有未送达的消息"), _("发送失败的消息会列在这里，并写明原因。"), icon="circle-check")
    paged = pager(request, count, number)
    ways = [(_("上一页"), paged.previous_url), (_("下一页"), paged.next_url)] if paged else []
    return Table(
        _("消息"),
        [Column(name) for name in (_("时间"), _("渠道"), _("收件人"), _("结果"), _("已试次数"))],
        rows,
        note=paged.sentence if paged else "",
        buttons=[Button(label, url) for label, url in ways if url],
    )


def row(notice: Notice) -> Row:
    """To whom, and how it fared; what a message says is not the operator's to read."""
    cells = [
        Cell(clock(notice.created_at)),
        Cell(CHANNELS[notice.channel].label()),
        Cell(notice.recipient.name, note=notice.address),
        Cell(tag=Tag(word(notice), "bad" if notice.state == State.DEAD else "warn"), note=notice.words),
        Cell(notice.tries),
    ]
    press = Button(_("重试"), reverse("messages"), "post", fields=[("notice", str(notice.pk))], icon="refresh")
    return Row(cells, buttons=[press] if notice.template != CODE else [])


def again(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = AgainForm(request.POST)
    if not form.is_valid():
        raise Http404
    given = form.cleaned_data
    if given["notice"]:
        one_again(request, actor, Notice.objects.filter(pk=given["notice"]).first())
    else:
        count = trouble.retry_all(given["channel"], given["reason"], actor.user)
        messages.success(request, _("已重新排队 %(count)d 条，稍后会再次发送。") % {"count": count})
    return redirect("messages")


def one_again(request: HttpRequest, actor: Actor, notice: Notice | None) -> None:
    """One message again, and what came of it in a sentence. 404 where there is none."""
    if notice is None:
        raise Http404
    if trouble.retry(notice, actor.user):
        messages.success(request, _("已重新排队，稍后会再次发送给%(name)s。") % {"name": notice.recipient.name})
    else:
        messages.info(request, _("这条消息不需要重试：已送达，或是已失效的验证码。"))
