"""What WeChat's error codes mean: (reason, sentence). 全局返回码, and those of 模板消息 and 网页授权."""

from __future__ import annotations

from collections.abc import Mapping

from wangqian.notices.channels import reasons
from wangqian.notices.models import Reason

STALE_TOKEN = (40001, 40014, 42001)  # asked for anew once
UNSUBSCRIBED = 43004
KNOWN: Mapping[int, Reason] = {
    -1: Reason.DOWN,
    40001: Reason.KEY,
    40013: Reason.KEY,
    40014: Reason.KEY,
    40125: Reason.KEY,
    40164: Reason.KEY,
    41002: Reason.KEY,
    41004: Reason.KEY,
    42001: Reason.KEY,
    48001: Reason.KEY,
    50002: Reason.KEY,
    61024: Reason.KEY,
    40003: Reason.ADDRESS,
    UNSUBSCRIBED: Reason.ADDRESS,
    43019: Reason.BLOCKED,
    43101: Reason.BLOCKED,
    40132: Reason.BLOCKED,
    45009: Reason.LIMIT,
    45011: Reason.LIMIT,
    40037: Reason.TEMPLATE,
    47003: Reason.TEMPLATE,
    47001: Reason.TEMPLATE,
    45168: Reason.CONTENT,
    65115: Reason.CONTENT,
}


class Refusal(Exception):
    """WeChat did not do what it was asked: why, in the words of other channels, and its own code."""

    def __init__(self, reason: Reason, code: str = "", said: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.code, self.said = reason, code, said

    @property
    def words(self) -> str:
        return reasons.said(self.reason, self.code)


def refused(said: int) -> Refusal:
    return Refusal(KNOWN.get(said, Reason.OTHER), str(said), said)


def number(answer: Mapping[str, object]) -> int:
    """The `errcode` of an answer; 0 where all went well."""
    code = answer.get("errcode", 0)
    return code if isinstance(code, int) else -1
