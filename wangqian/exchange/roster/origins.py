"""生源所在地: a code and a name that must be one place (GB/T 2260). Never an error: codes of dissolved counties are true origins."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wangqian.codes.region import regions
from wangqian.exchange.roster.secrecy import hidden

EXAMPLES = 5
REMEMBERED = 20_000


class Origins:
    """Codes and names of a file. `doubtful` holds the rows in which they do not agree, the first ones with a sentence."""

    def __init__(self) -> None:
        self.places = regions()
        self.doubtful: dict[int, str] = {}
        self._seen: dict[tuple[str, str], tuple[str, str, str]] = {}

    def settle(self, number: int, code: str, name: str) -> tuple[str, str]:
        """Code and name to keep: as written; what is blank is taken from the other where that is one place of today or before."""
        found = self._seen.get((code, name))
        if found is None:
            found = *self._completed(code, name), self._doubt(code, name)
            if len(self._seen) < REMEMBERED:
                self._seen[code, name] = found
        if found[2] and number not in self.doubtful:
            self.doubtful[number] = found[2] if len(self.doubtful) < EXAMPLES else ""
        return found[0], found[1]

    def notes(self) -> list[str]:
        """One sentence about the file, with the first examples and their right names."""
        if not self.doubtful:
            return []
        said = [_("第 %(row)d 行：%(doubt)s") % {"row": row, "doubt": doubt} for row, doubt in self.doubtful.items() if doubt]
        facts = {"count": len(self.doubtful), "examples": "；".join(said)}
        return [_("有 %(count)d 行的生源所在地与代码不是同一个地方，将按文件保存，请核对。%(examples)s") % facts]

    def _completed(self, code: str, name: str) -> tuple[str, str]:
        if code and not name and code in self.places.known:
            return code, self.places.full_name(code)
        if name and not code:
            meant = self.places.meant(name)
            return (meant[0] if len(meant) == 1 else ""), name
        return code, name

    def _doubt(self, code: str, name: str) -> str:
        if not code:
            return ""
        if code not in self.places.known:
            return _("行政区划代码表中没有 %(code)s") % {"code": code}
        if not name or self.places.agrees(code, name):
            return ""
        facts = {"code": code, "right": self.places.full_name(code), "name": hidden(name)}
        return _("%(code)s 是“%(right)s”，文件写的是“%(name)s”") % facts
