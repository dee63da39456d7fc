"""What carriers report of SMS, as the providers push it, and WeChat of its messages: read, matched with its attempt, written down once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from wangqian.notices.channels import reasons
from wangqian.notices.instead import fall_back
from wangqian.notices.models import Attempt, Channel, Notice, Reason, Receipt, Result, State
from wangqian.people.clock import now

REFERENCE = re.compile(r"[A-Za-z0-9_.:^-]{1,64}")
# Codes that mean "no such number" and nothing else. Most say 空号, 停机, 关机 in one breath: those are `CARRIER`.
NO_NUMBER = re.compile(r"INVALID_NUMBER|PHONEERR|MK:?000[01]|MK:0075|DB:?0101|CB:?0053")
STARTS: Mapping[str, Reason] = {
    "MOBILE_IN_BLACK": Reason.BLOCKED,
    "USER_REJECT": Reason.BLOCKED,
    "MBBLACK": Reason.BLOCKED,
    "DBBLACK": Reason.BLOCKED,
    "BLACK": Reason.BLOCKED,
    "CONTENT": Reason.CONTENT,
    "KEYWORD": Reason.CONTENT,
    "MOBILE_SEND_LIMIT": Reason.LIMIT,
    "BEYOND": Reason.LIMIT,
    "isv.SMS_SIGN": Reason.TEMPLATE,
    "SIGN": Reason.TEMPLATE,
    "isv.": Reason.OTHER,
    "isp.": Reason.OTHER,
    "NO_ROUTE": Reason.OTHER,
    "IS_CLOSE": Reason.OTHER,
}
WECHAT = Channel.WECHAT.value
WAITING = (State.SENDING, State.FAILED, State.SUBMITTED)


@dataclass(frozen=True)
class Report:
    """One line of a push. `key` is ours, given back by the providers that do; "" where it is not."""

    provider: str
    reference: str
    delivered: bool
    code: str
    key: UUID | None = None

    @property
    def reason(self) -> Reason:
        if self.provider == WECHAT:
            return Reason.BLOCKED if "block" in self.code else Reason.OTHER
        if NO_NUMBER.fullmatch(self.code):
            return Reason.ADDRESS
        return next((reason for start, reason in STARTS.items() if self.code.startswith(start)), Reason.CARRIER)

    @property
    def words(self) -> str:
        if self.delivered:
            return _("微信回执：已送达。") if self.provider == WECHAT else _("运营商回执：已送达。")
        return _("用户在微信里拒收") if self.provider == WECHAT and self.reason == Reason.BLOCKED else reasons.said(self.reason, self.code)

    @property
    def outcome(self) -> Result:
        if self.delivered:
            return Result.DELIVERED
        return Result.INVALID if self.reason == Reason.ADDRESS else Result.FAILED


def of_aliyun(row: Mapping[str, object]) -> Report | None:
    """SmsReport: `biz_id`, `success`, `err_code`, and `out_id`, which is the notice."""
    reference, success = row.get("biz_id"), row.get("success")
    if not (isinstance(reference, str) and isinstance(success, bool)):
        return None
    return Report("aliyun", reference, success, text(row.get("err_code")), own_key(row.get("out_id")))


def of_tencent(row: Mapping[str, object]) -> Report | None:
    """短信下发状态通知: `sid`, `report_status`, `errmsg`."""
    reference, status = row.get("sid"), row.get("report_status")
    if not isinstance(reference, str) or status not in ("SUCCESS", "FAIL"):
        return None
    return Report("tencent", reference, status == "SUCCESS", text(row.get("errmsg")))


def of_wechat(row: Mapping[str, object]) -> Report | None:
    """TEMPLATESENDJOBFINISH: `MsgID`, `Status` ("success", "failed:user block", "failed: system failed")."""
    reference, status = row.get("MsgID"), row.get("Status")
    if not (isinstance(reference, str) and isinstance(status, str) and status.startswith(("success", "failed"))):
        return None
    return Report(WECHAT, reference, status == "success", text("_".join(status.split())))


READERS: dict[str, Callable[[Mapping[str, object]], Report | None]] = {
    "aliyun": of_aliyun,
    "tencent": of_tencent,
    WECHAT: of_wechat,
}


def text(value: object) -> str:
    return value if isinstance(value, str) and reasons.CODE.fullmatch(value) else ""


def own_key(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None


def take(provider: str, rows: list[object]) -> int:
    """Write down what is new; returns how much. What is malformed or unknown is passed over in silence."""
    reports = [READERS[provider](row) for row in rows if isinstance(row, dict)]
    return sum(taken(report) for report in reports if report and REFERENCE.fullmatch(report.reference))


def known(provider: str, reference: str) -> bool:
    """Whether a message of this id was sent by us."""
    return Attempt.objects.filter(reference=reference, provider=provider).exists() if reference else True


def taken(report: Report) -> bool:
    """Whether this report was new. The notice is locked first: a push repeated at the same moment waits, then finds it told."""
    with transaction.atomic():
        attempt = matching(report)
        if attempt is None or Receipt.objects.filter(attempt=attempt).exists():
            return False
        moment = now()
        Receipt.objects.create(attempt=attempt, at=moment, **said(report))
        move(attempt.notice, attempt, report, moment)
    return True


def said(report: Report) -> dict[str, str]:
    reason = "" if report.delivered else str(report.reason)
    return {"outcome": report.outcome, "reason": reason, "words": report.words[:200]}


def move(notice: Notice, attempt: Attempt, report: Report, moment: datetime) -> None:
    """已提交运营商 → 已送达, 号码无效 or 失败. What arrived by an older try has arrived; what failed then is history."""
    if report.delivered:
        notice.state, notice.delivered_at, notice.next_at = State.SENT, moment, None
        notice.sent_at = notice.sent_at or attempt.at
    elif notice.state == State.SUBMITTED and attempt == notice.attempts.order_by("id").last():
        notice.state, notice.sent_at = State.DEAD, None
    else:
        return
    for name, value in said(report).items():
        setattr(notice, name, value)
    notice.save(update_fields=["state", "next_at", "sent_at", "delivered_at", "outcome", "reason", "words"])
    if notice.state == State.DEAD:
        fall_back(notice)


def matching(report: Report) -> Attempt | None:
    """The attempt the report speaks of, its notice locked.

    A try whose answer never came (the worker was killed, the line broke) has no reference: the report itself tells of it.
    """
    known = Attempt.objects.filter(reference=report.reference, provider=report.provider).first()
    pk = known.notice_id if known else report.key
    channel = WECHAT if report.provider == WECHAT else Channel.SMS
    locked = Notice.objects.select_for_update(of=("self",)).select_related("recipient").filter(channel=channel)
    notice = locked.filter(pk=pk).first() if pk else None
    if notice is None:
        return None
    if known is None and (notice.state not in WAITING or notice.attempts.filter(reference=report.reference).exists()):
        return None
    attempt = known or Attempt.objects.create(
        notice=notice,
        at=now(),
        outcome=Result.SUBMITTED,
        words=_("由回执得知已发出。"),
        provider=report.provider,
        reference=report.reference,
    )
    attempt.notice = notice
    return attempt
