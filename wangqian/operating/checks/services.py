"""What else must run or be connected: worker, messages, seal, time stamps, the log of events."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from wangqian.cases import log
from wangqian.documents import seal as seals
from wangqian.documents.seal_key import SealTrouble, holder
from wangqian.notices import budget, channels, heads
from wangqian.operating import beats, figures
from wangqian.operating.findings import Finding, Mark, bad, off, ok
from wangqian.people import limits
from wangqian.people.clock import now

START = "./run worker"
EXPIRY = 90  # days


def worker() -> Finding:
    last, living = beats.last_beat(), beats.living()
    if not living:
        said = _("后台进程没有运行。") if last is None else _("后台进程 %(minutes)d 分钟没有动静。") % {"minutes": minutes(last)}
        return bad(said, _("启动 %(command)s；消息、协议书、到期处理都靠它，签约本身不受影响。") % {"command": START})
    failing = [job.name for one in living for job in one.jobs.filter(failures__gt=0)]
    if failing:
        return bad(
            _("后台任务在失败：%(jobs)s。") % {"jobs": "，".join(sorted(set(failing)))},
            _("在“后台任务”页看错误的类别和位置，对照日志处理；任务会自动重试。"),
        )
    return ok(_("%(count)d 个后台进程在运行。") % {"count": len(living)})


def minutes(moment: object) -> int:
    return int((now() - moment).total_seconds() // 60)  # type: ignore[operator]


def relay() -> Finding:
    """Events reach people: nothing untouched is older than five minutes."""
    lag = figures.lag()
    words = {"minutes": int(lag.total_seconds() // 60)}
    if lag > figures.LATE:
        return bad(
            _("有通知或协议书等了 %(minutes)d 分钟还没有处理。") % words, _("看后台进程是否在运行、是否忙不过来（可再启动几个）。")
        )
    return ok(_("通知和协议书处理及时。"))


def dead_letters() -> Finding:
    count = figures.dead_letters()
    if count:
        remedy = _("在“未送达的消息”页查看原因，处理后重试；不必再发的选“不再重试”。")
        return bad(_("%(count)d 条消息没有送达，已停止重试。") % {"count": count}, remedy)
    return ok(_("没有停止重试、等待处理的消息。"))


def papers() -> Finding:
    count = figures.stuck_papers()
    if count:
        return bad(
            _("%(count)d 份协议书因缺字不能生成。") % {"count": count}, _("补充字体（WANGQIAN_FONT_DIR）后在“运行情况”页重试。")
        )
    return ok(_("没有卡住的协议书。"))


def connected() -> Finding:
    """One-time codes must be able to leave by one way at least."""
    ways = {name: channels.CHANNELS[name] for name in ("sms", "email")}
    missing = [way.label() for way in ways.values() if not way.connected()]
    if len(missing) == len(ways):
        return bad(
            _("短信和邮件都没有接通：%(sentences)s") % {"sentences": " ".join(way.sentence() for way in ways.values())},
            _("至少接通一种（见 docs/operate.md），否则收不到验证码，不能激活账号和签约。"),
        )
    if missing:
        said = _("%(missing)s没有接通，其余正常。") % {"missing": "、".join(missing)}
        return off(said, _("可以不接；不接则只用另一种渠道。"), _("部分接入"))
    return ok(" ".join(way.sentence() for way in ways.values()))


def sms_budget() -> Finding:
    if not budget.limit():
        return off(_("短信不限额。"))
    words = {"percent": budget.percent(), "limit": budget.limit()}
    if budget.percent() >= budget.ALARM:
        return bad(
            _("今日短信额度已用 %(percent)d%%（共 %(limit)d 条）。") % words,
            _("查明是否有人滥用；确属正常可调高 SMS_BUDGET 并重启。用完后改发邮件。"),
        )
    return ok(_("今日短信额度已用 %(percent)d%%。") % words)


def spraying() -> Finding:
    """Somebody tries one password on many accounts: said for an hour after it was last found."""
    found, addresses = limits.alarmed(limits.HOUR)
    if not found:
        return ok(_("1 小时内没有发现有人用同一密码试许多账号。"))
    said = _("1 小时内有人在许多账号上各试一次密码（撞库）。")
    if addresses:
        said = _("1 小时内有人从 %(count)d 个网络地址在许多账号上各试一次密码（撞库）。") % {"count": addresses}
    remedy = _("在反向代理的记录中找出密集访问 /login/ 的地址并限速；来自校园网的先联系网络中心。账号本身有安全验证和次数限制，不必停用。")
    return bad(said, remedy)


def seal() -> Finding:
    try:
        if holder() is None:
            remedy = _("配置 WANGQIAN_SEAL_KEY 和 WANGQIAN_SEAL_CERTIFICATE，或 PKCS#11 令牌。")
            return off(seals.seal_status()[1], remedy, _("未接入"))
    except SealTrouble:
        return bad(seals.seal_status()[1], _("按提示更正印章的密钥、证书或令牌设置。"))
    working, said = seals.seal_status()
    return ok(said) if working else bad(said, _("更换印章证书。"))


def seal_expiry() -> Finding:
    """Early enough to get another certificate."""
    try:
        by = holder()
    except SealTrouble:
        by = None
    if by is None or by.demo:
        return off(_("没有自己的印章证书。"), word=_("未接入"))
    left = (by.certificate.not_valid_after_utc - now()).days
    if left < EXPIRY:
        return bad(_("印章证书还有 %(days)d 天到期。") % {"days": left}, _("向发证机构申请续期，换上新证书；已盖的章不受影响。"))
    return ok(_("印章证书还有 %(days)d 天到期。") % {"days": left})


def seal_works() -> Finding:
    """A test paper is sealed as configured, and the seal validated."""
    configured = seal()
    if configured.mark is not Mark.OK:
        return configured
    try:
        facts = seals.self_test()
    except SealTrouble as problem:
        return bad(_("试盖电子印章没有成功：%(problem)s。") % {"problem": problem}, _("更正印章设置后再运行一次。"))
    return ok(_("试盖并核验通过：%(subject)s。") % {"subject": facts["subject"]})


def stamp() -> Finding:
    working, said = seals.stamp_status()
    if working:
        return ok(said)
    if not settings.TSA_URL:
        return off(said, _("可以不接；接入可信时间戳服务后，签署时间由第三方证明。"), _("未接入"))
    return bad(said, _("看能否访问 WANGQIAN_TSA_URL；不影响签约。"))


def event_log() -> Finding:
    """Every event is in the signed log within minutes."""
    working, said = log.status()
    return ok(said) if working else bad(said, _("看后台进程是否在运行；提示日志不一致的，保留现场并立即核查。"))


def log_heads() -> Finding:
    """Somebody outside is mailed the log's heads."""
    working, said = heads.status()
    if working:
        return ok(said)
    if not settings.LOG_MAIL or settings.DEMO:
        return off(said, _("配置 WANGQIAN_LOG_MAIL 后，日志头每小时寄往外部，平台自己也改不了历史。"))
    return bad(said, _("看邮件是否接通，收件地址是否正确。"))
