"""The operator's dead letters: messages that did not arrive, why, and what is to become of them, one or all of a kind."""

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
from wangqian.notices.trouble import NONE, Kind, in_trouble
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Filter, Row, Table
from wangqian.web.pages import Figure, Panel, ReportPage
from wangqian.web.paging import asked, counted, many, page_number, pager, window
from wangqian.web.panels import Alert, Button, EmptyState, Link, Tag
from wangqian.web.wording import clock, day

SENDABLE = [name for name in CHANNELS if name != "inbox"]


class PressForm(forms.Form):
    """One message, or all given up of a kind; pressed here or on the first page."""

    notice = forms.UUIDField(required=False)
    channel = forms.ChoiceField(choices=[(name, name) for name in SENDABLE], required=False)
    reason = forms.ChoiceField(choices=[(one, one) for one in (*Reason.values, NONE)], required=False)
    settle = forms.BooleanField(required=False)
    home = forms.BooleanField(required=False)

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if not (given.get("notice") or (given.get("channel") and given.get("reason"))):
            raise forms.ValidationError("nothing named")
        return given


@acting(Capacity.OPERATOR)
def undelivered(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET: kinds and messages, narrowed by channel and reason. POST: again, or never again."""
    if request.method == "POST":
        return pressed(request, actor)
    rows = trouble.ever_in_trouble() if asked(request, "range") == "all" else None
    kinds, found = trouble.kinds(), in_trouble(asked(request, "channel"), asked(request, "reason"), rows)
    page = ReportPage(
        title=_("未送达的消息"),
        lead=_("暂时失败的会自动重试；已停止的在排除原因后可以重新发送。") + (settling() if kinds else "") + _("消息内容不给平台看。"),
        back=Link(_("运行情况"), reverse("home")),
        alerts=sms_alarm(),
        filters=filters(request),
        figures=figures(kinds),
        panels=[*by_kind(kinds), listed(request, found)],
        as_of=now(),
    )
    return show(request, page)


def settling() -> str:
    """What the button beside 重试 does."""
    return _("不必再发的选“不再重试”：不再从这个渠道发给收件人，这里不再列出，也不再报警；谁选的、什么时候选的，会记录下来。")


def figures(kinds: list[Kind]) -> list[Figure]:
    """The first is what the alarm counts."""
    states = ((State.FAILED, _("将自动重试")), (State.SUBMITTED, _("已提交运营商，等待回执")))
    found = [Figure(label=_("已停止重试，待处理"), value=str(sum(one.many for one in kinds)))]
    found += [Figure(label=label, value=many(counted(Notice.objects.filter(state=state)))) for state, label in states]
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
    ranges = [("", _("未了结的")), ("all", _("全部，含不用处理的"))]
    return [
        Filter("range", _("范围"), asked(request, "range"), "select", ranges),
        Filter("channel", _("渠道"), asked(request, "channel"), "select", channels),
        Filter("reason", _("原因"), asked(request, "reason"), "select", reasons),
    ]


def by_kind(kinds: list[Kind]) -> list[Panel]:
    """What was given up, by channel and reason, each with what to do and presses for all."""
    if not kinds:
        return []
    names = (Column(_("原因")), Column(_("渠道")), Column(_("条数"), number=True), Column(_("怎么办")))
    rows = [
        Row([Cell(one.words, url=address(one)), Cell(one.label), Cell(one.many), Cell(one.todo)], buttons=all_of(one))
        for one in kinds
    ]
    note = _("一次最多处理 %(most)d 条；验证码和协助链接不重发，不列在这里。") % {"most": trouble.AT_ONCE}
    return [Table(_("近 90 天已停止重试的，按原因"), names, rows, note=note)]


def address(one: Kind) -> str:
    return f"{reverse('messages')}?channel={one.channel}&reason={one.reason}"


def all_of(one: Kind) -> list[Button]:
    return presses(_("全部重试"), _("全部不再重试"), [("channel", one.channel), ("reason", one.reason)])


def presses(again: str, settle: str, fields: list[tuple[str, str]]) -> list[Button]:
    url = reverse("messages")
    return [
        Button(again, url, "post", fields=fields, icon="refresh"),
        Button(settle, url, "post", fields=[*fields, ("settle", "on")], quiet=True),
    ]


def listed(request: HttpRequest, found: QuerySet[Notice]) -> Panel:
    count, number = counted(found), page_number(request)
    rows = [row(notice) for notice in window(found.select_related("recipient"), number)]
    if not rows:
        return EmptyState(_("没有未送达的消息"), _("发送失败的消息会列在这里，并写明原因。"), icon="circle-check")
    paged = pager(request, count, number)
    ways = [(_("上一页"), paged.previous_url), (_("下一页"), paged.next_url)] if paged else []
    return Table(
        _("消息"),
        outcome_columns(),
        rows,
        note=paged.sentence if paged else "",
        buttons=[Button(label, url) for label, url in ways if url],
    )


def outcome_columns() -> list[Column]:
    """Of `row`."""
    return [Column(name) for name in (_("时间"), _("渠道"), _("收件人"), _("结果"), _("已试次数"))]


def row(notice: Notice, home: bool = False) -> Row:
    """To whom, and how it fared; what a message says is not the operator's to read. `home`: its buttons lead back to the first page."""
    stays = _("%(day)s 决定不再重试") % {"day": day(notice.settled_at)} if notice.settled_at else ""
    cells = [
        Cell(clock(notice.created_at)),
        Cell(CHANNELS[notice.channel].label()),
        Cell(notice.recipient.name, note=notice.address),
        Cell(tag=Tag(word(notice), "bad" if notice.state == State.DEAD else "warn"), note=stays or notice.words),
        Cell(notice.tries),
    ]
    if not trouble.may_be_retried(notice):
        return Row(cells)
    fields = [("notice", str(notice.pk)), *([("home", "on")] if home else [])]
    buttons = presses(_("重试"), _("不再重试"), fields)
    return Row(cells, buttons=buttons if notice.state == State.DEAD else buttons[:1])


def pressed(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = PressForm(request.POST)
    if not form.is_valid():
        raise Http404
    given = form.cleaned_data
    if given["notice"]:
        press_one(request, actor, Notice.objects.filter(pk=given["notice"]).first(), given["settle"])
    else:
        press_all(request, actor, given["channel"], given["reason"], given["settle"])
    return redirect("home" if given["home"] else "messages")


def press_one(request: HttpRequest, actor: Actor, notice: Notice | None, settle: bool) -> None:
    """What came of it in a sentence. 404 where there is none."""
    if notice is None:
        raise Http404
    name = {"name": notice.recipient.name}
    if settle and trouble.settle(notice, actor.user):
        messages.success(request, _("发给%(name)s的这条消息不再重试，已记录。") % name)
    elif settle:
        messages.info(request, _("这条消息不用再处理：已送达、正在重新发送，或已决定不再重试。"))
    elif trouble.retry(notice, actor.user):
        messages.success(request, _("已重新排队，稍后会再次发送给%(name)s。") % name)
    else:
        said = _("这条消息不需要重试：已送达、正在发送，或已决定不再重试；验证码和协助链接不重发，链接由毕业生重新发送。")
        messages.info(request, said)


def press_all(request: HttpRequest, actor: Actor, channel: str, reason: str, settle: bool) -> None:
    """All given up of a kind."""
    if settle:
        count = trouble.settle_all(channel, reason, actor.user)
        messages.success(request, _("%(count)d 条消息不再重试，已记录。") % {"count": count})
    else:
        count = trouble.retry_all(channel, reason, actor.user)
        messages.success(request, _("已重新排队 %(count)d 条，稍后会再次发送。") % {"count": count})
