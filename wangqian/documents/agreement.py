"""The employment agreement signed online, as a paper: what it says."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from wangqian.documents import qr
from wangqian.documents.printing import Rows, lines

SHANGHAI = ZoneInfo("Asia/Shanghai")
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)  # a draft nobody has acted on


@dataclass(frozen=True)
class Block:
    """One table of facts: title, and (label, value) rows in the order printed. An empty value prints as —."""

    title: str
    rows: Rows


@dataclass(frozen=True)
class Record:
    """One binding act: who (用人单位 / 毕业生 / 院系 / 学校), name, act, proof, when, hash of the text.

    `at` is aware (printed in Asia/Shanghai to the second); `sha256` is 64 hex digits.
    """

    who: str
    name: str
    act: str
    method: str
    at: datetime
    sha256: str


@dataclass(frozen=True)
class Paper:
    """All an agreement says. Rendering is a pure function of it: the same paper gives the same bytes.

    `number` is printed in groups (`pretty_number`); `state_mark` ("" or e.g. 样稿) is laid over every page;
    `terms_sha256` is 64 hex digits; `blocks` stand in the order given; `seal` says whose seal the file bears, or
    that it bears none ("" prints nothing: a draft).
    """

    name: ClassVar[str] = "就业协议书"
    template: ClassVar[str] = "agreement.typ"
    counted: ClassVar[bool] = False

    number: str
    verification_code: str
    verify_url: str
    version: int
    terms_sha256: str
    state_mark: str
    blocks: tuple[Block, ...]
    clauses: tuple[str, ...]
    records: tuple[Record, ...]
    seal: str = ""

    @property
    def dated(self) -> datetime:
        """Its last act."""
        return max((record.at for record in self.records), default=UNDATED)

    def data(self, pages: int) -> dict[str, object]:
        return {
            "number": pretty_number(self.number),
            "code": self.verification_code,
            "url": self.verify_url,
            "qr": qr.svg(self.verify_url, border=0).decode(),
            "version": self.version,
            "sha256": self.terms_sha256,
            "mark": self.state_mark,
            "blocks": [{"title": block.title, "lines": lines(block.rows)} for block in self.blocks],
            "clauses": self.clauses,
            "records": [_record(record) for record in self.records],
            "seal": self.seal,
        }

    def texts(self) -> Iterator[tuple[str, str]]:
        """(Field as people call it, text) of everything printed, for the check of glyphs."""
        yield _("协议书编号"), self.number
        yield _("核验编号"), self.verification_code
        yield _("核验网址"), self.verify_url
        yield _("约定内容摘要"), self.terms_sha256
        yield _("状态标记"), self.state_mark
        yield _("电子印章"), self.seal
        for block in self.blocks:
            yield _("栏目标题"), block.title
            for label, value in block.rows:
                yield from ((label, label), (label, value))
        yield from ((_("协议条款"), clause) for clause in self.clauses)
        for record in self.records:
            for text in (record.who, record.name, record.act, record.method, record.sha256):
                yield _("%(who)s签署记录") % {"who": record.who}, text


def pretty_number(number: str) -> str:
    """`2026-10001-31-000017-K` of the 18 characters year, school, degree, serial, check; others unchanged."""
    if len(number) != 18 or not number.isalnum():
        return number
    return "-".join((number[:4], number[4:9], number[9:11], number[11:17], number[17]))


def _record(record: Record) -> dict[str, str]:
    at = record.at.astimezone(SHANGHAI)
    return {
        "who": record.who,
        "name": record.name,
        "act": record.act,
        "method": record.method,
        "date": f"{at:%Y-%m-%d}",
        "time": f"{at:%H:%M:%S}",
        "sha256": record.sha256,
    }
