"""The agreement signed on paper (flow 3): what is printed for signatures and seals, before it is in force.

Each page bears a code that says which paper, version and page it is, and corner marks, so that a photograph of it can be read
(flows/scans.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from wangqian.documents import qr
from wangqian.documents.agreement import Block, pretty_number
from wangqian.documents.printing import lines
from wangqian.flows.scans import mark

MARK = "待盖章，尚未生效"


@dataclass(frozen=True)
class StampingPaper:
    """All it says. A pure function of the version: `at` is when that was written.

    `code` is stored (no hyphens), `pretty_code` printed. `blocks` stand in the order given; the blank places are the template's.
    """

    name: ClassVar[str] = "就业协议书（待盖章）"
    template: ClassVar[str] = "stamping.typ"
    counted: ClassVar[bool] = True

    number: str
    code: str
    pretty_code: str
    site: str
    version: int
    terms_sha256: str
    blocks: tuple[Block, ...]
    clauses: tuple[str, ...]
    at: datetime
    seal: str = ""

    @property
    def dated(self) -> datetime:
        return self.at

    @property
    def verify_url(self) -> str:
        return f"{self.site}/verify/{self.code}"

    def marks(self, pages: int) -> list[str]:
        """What the code on each page says."""
        return [mark(self.site, self.code, self.version, page, pages) for page in range(1, pages + 1)]

    def data(self, pages: int) -> dict[str, object]:
        return {
            "number": pretty_number(self.number),
            "code": self.pretty_code,
            "url": self.verify_url,
            "mark": MARK,
            "codes": [qr.svg(said, border=0).decode() for said in self.marks(pages)],
            "version": self.version,
            "sha256": self.terms_sha256,
            "blocks": [{"title": block.title, "lines": lines(block.rows)} for block in self.blocks],
            "clauses": self.clauses,
            "seal": self.seal,
        }

    def texts(self) -> Iterator[tuple[str, str]]:
        yield _("协议书编号"), self.number
        yield _("核验网址"), self.verify_url
        yield _("电子印章"), self.seal
        for block in self.blocks:
            for label, value in block.rows:
                yield from ((label, label), (label, value))
        yield from ((_("协议条款"), clause) for clause in self.clauses)
