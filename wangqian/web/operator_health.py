"""已接入的服务 and 后台任务: every check with what to do, what waits, how each job of the worker fares."""

from __future__ import annotations

from collections.abc import Collection

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from wangqian.notices import channels
from wangqian.operating import beats, figures
from wangqian.operating.checks import CHECKS
from wangqian.operating.findings import Check, Finding, Mark
from wangqian.operating.models import Beat, JobState
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.pages import Panel, ReportPage
from wangqian.web.panels import Alert, EmptyState, Tag
from wangqian.web.wording import clock, since

WORDS = {Mark.OK: gettext_lazy("正常"), Mark.BAD: gettext_lazy("有问题"), Mark.OFF: gettext_lazy("不适用")}
TONES = {Mark.OK: "ok", Mark.BAD: "bad", Mark.OFF: "off"}
# On the first page beside the failures themselves; what else is an alarm stands on the page of the services.
URGENT = ("worker", "relay", "event_log", "disk", "clock", "field_keys", "index_key", "secret_key")
# What the worker's jobs are for; a job without words is shown by its name.
JOBS = {
    "heartbeat": gettext_lazy("报告后台进程在运行"),
    "clock": gettext_lazy("到期和提醒"),
    "suspensions": gettext_lazy("被暂停单位的邀请失效"),
    "sweeps": gettext_lazy("失效的邀请、没有审核人的一级"),
    "expand": gettext_lazy("把办理结果写成通知"),
    "send": gettext_lazy("发送短信和邮件"),
    "papers": gettext_lazy("生成协议书"),
    "uploads": gettext_lazy("检查上传的文件"),
    "old uploads": gettext_lazy("清理过期的上传，核对文件"),
    "rosters": gettext_lazy("检查和导入生源"),
    "old rosters": gettext_lazy("清理过期的导入"),
    "codes": gettext_lazy("读取新的代码表"),
    "knocks": gettext_lazy("答复激活、找回的申请"),
    "links": gettext_lazy("发送协助回传的链接"),
    "old knocks": gettext_lazy("清理激活、找回的申请"),
    "old scans": gettext_lazy("清理没有确认的微信绑定"),
    "old sessions": gettext_lazy("清理过期的登录"),
    "old limits": gettext_lazy("清理过期的次数限制"),
    "log": gettext_lazy("事件写入日志并签名"),
    "heads": gettext_lazy("向外发送日志头"),
    "pace": gettext_lazy("统计院系审核一般用多久"),
}


@acting(Capacity.OPERATOR)
@require_safe
def health(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every check that is quick and writes nothing; the doctor does the others."""
    found = [(check, check.finding()) for check in CHECKS if check.light]
    page = ReportPage(
        title=_("服务状态"),
        lead=_("数据库、后台进程、消息渠道、印章和存储现在怎样，出了问题怎么办。更全面的检查：./run manage doctor"),
        alerts=alarms(found),
        panels=[checks(found), ways(), waiting()],
        as_of=now(),
    )
    return show(request, page)


def alarms(found: list[tuple[Check, Finding]]) -> list[Alert]:
    """What is wrong, with what to do; on the first page as well."""
    return [
        Alert("bad", f"{check.label}：{finding.said}", finding.remedy)
        for check, finding in found
        if check.alarm and finding.mark is Mark.BAD
    ]


def urgent(names: Collection[str] = URGENT) -> list[Alert]:
    """The alarms of the first page, looked at now."""
    return alarms([(check, check.finding()) for check in CHECKS if check.name in names])


def checks(found: list[tuple[Check, Finding]]) -> Table:
    rows = [
        Row(
            [
                Cell(str(check.label)),
                Cell(tag=Tag(finding.word or str(WORDS[finding.mark]), TONES[finding.mark])),  # type: ignore[arg-type]
                Cell(finding.said, note=finding.remedy),
            ]
        )
        for check, finding in found
    ]
    return Table(_("服务"), [Column(_("部件")), Column(_("状态")), Column(_("说明"))], rows)


def ways() -> Table:
    rows = [
        Row([Cell(name), Cell(tag=Tag(_("已接通"), "ok") if connected else Tag(_("未接通"), "off")), Cell(sentence)])
        for name, connected, sentence in channels.status()
    ]
    return Table(_("消息渠道"), [Column(_("渠道")), Column(_("状态")), Column(_("说明"))], rows)


def waiting() -> Table:
    counts = figures.backlog()
    rows = [Row([Cell(str(words)), Cell(counts[queue])]) for queue, (words, _count) in figures.QUEUES.items()]
    return Table(_("等待处理"), [Column(_("队列")), Column(_("数量"), number=True)], rows)


@acting(Capacity.OPERATOR)
@require_safe
def jobs(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The worker processes, and every job as they last saw it."""
    workers = list(Beat.objects.prefetch_related("jobs").order_by("-beat_at"))
    page = ReportPage(
        title=_("后台任务"),
        lead=_("后台进程每 10 秒报告一次。任务失败会自动重试，间隔逐次加长；错误只记类别和位置，不记内容。"),
        alerts=urgent(["worker"]),
        panels=panels(workers),
        as_of=now(),
    )
    return show(request, page)


def panels(workers: list[Beat]) -> list[Panel]:
    if not workers:
        return [EmptyState(_("没有后台进程"), _("启动 ./run worker 后，这里会列出每个任务。"), icon="alert-triangle")]
    found: list[Panel] = [processes(workers)]
    alive = [one for one in workers if one.beat_at >= now() - beats.SILENT]
    return found + [table(one) for one in alive or workers[:1]]


def processes(workers: list[Beat]) -> Table:
    limit = now() - beats.SILENT
    rows = [
        Row(
            [
                Cell(one.worker),
                Cell(tag=Tag(_("在运行"), "ok") if one.beat_at >= limit else Tag(_("没有动静"), "bad")),
                Cell(clock(one.started_at)),
                Cell(since(one.beat_at)),
            ]
        )
        for one in workers
    ]
    names = (_("进程"), _("状态"), _("启动"), _("最近一次报告"))
    return Table(_("后台进程"), [Column(name) for name in names], rows)


def table(worker: Beat) -> Table:
    names = (_("任务"), _("状态"), _("最近一次运行"), _("最近一次成功"), _("用时"), _("处理了"))
    columns = [Column(name, number=at > 3) for at, name in enumerate(names)]
    return Table(_("%(worker)s 的任务") % {"worker": worker.worker}, columns, [row(job) for job in worker.jobs.all()])


def row(job: JobState) -> Row:
    failing = _("连续失败 %(count)d 次") % {"count": job.failures}
    resting = Tag(_("还没有运行"), "off") if job.last_run_at is None else Tag(_("正常"), "ok")
    return Row(
        [
            Cell(str(JOBS.get(job.name, job.name)), note=job.name),
            Cell(
                tag=Tag(failing, "bad") if job.failures else resting,
                note=f"{job.error} {job.place}".strip() if job.failures else "",
                note_tone="bad" if job.failures else "off",
            ),
            Cell(since(job.last_run_at) if job.last_run_at else "–"),
            Cell(since(job.last_success_at) if job.last_success_at else "–"),
            Cell(_("%(seconds).2f 秒") % {"seconds": job.took}),
            Cell(job.found),
        ]
    )
