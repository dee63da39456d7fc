"""Official code tables: rows read from `tables/*.csv`, with the editions added since laid over them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock
from types import MappingProxyType

from wangqian.codes.editions import Edition, applied
from wangqian.codes.rows import Code, Table, plain, today

__all__ = ["COLUMNS", "FOLDER", "Code", "Table", "adopt", "editions_of", "names", "plain", "read", "table", "today"]

FOLDER = Path(__file__).with_name("tables")
COLUMNS = ("code", "name", "valid_from", "valid_to", "parent", "source")
_tables: dict[str, Table] = {}
_later: dict[str, tuple[Edition, ...]] = {}
_lock = Lock()


@lru_cache
def names() -> tuple[str, ...]:
    """The names of the shipped tables."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.csv")))


def table(name: str) -> Table:
    """A table by its English name, as of the editions known to this process. Raises KeyError for an unknown name."""
    found = _tables.get(name)
    return found if found is not None else _composed(name)


def adopt(editions: Mapping[str, Sequence[Edition]]) -> None:
    """All editions added since the release, by table, in their order; a table whose editions changed is composed anew."""
    with _lock:
        for name in {*_later, *editions}:
            found = tuple(editions.get(name, ()))
            if _later.get(name, ()) != found:
                _later[name] = found
                _tables.pop(name, None)


def editions_of(name: str) -> tuple[Edition, ...]:
    """The editions laid over a shipped table."""
    return _later.get(name, ())


def _composed(name: str) -> Table:
    if name not in names():
        raise KeyError(f"no code table {name!r}; there are {', '.join(names())}")
    with _lock:
        _tables[name] = Table(name, applied(read(FOLDER / f"{name}.csv"), _later.get(name, ())))
        return _tables[name]


def read(path: Path) -> list[Code]:
    """The rows of a CSV file (UTF-8, header = COLUMNS and any extra columns). Raises ValueError."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        missing = [column for column in COLUMNS if column not in header]
        if missing:
            raise ValueError(f"{path.name} lacks the columns {', '.join(missing)}")
        places = [header.index(column) for column in COLUMNS]
        extras = [(column, place) for place, column in enumerate(header) if column not in COLUMNS]
        return [_row(cells, header, places, extras, f"{path.name} line {reader.line_num}") for cells in reader]


def _row(cells: list[str], header: list[str], places: list[int], extras: list[tuple[str, int]], where: str) -> Code:
    if len(cells) != len(header):
        raise ValueError(f"{where} has another number of cells than the header")
    code, name, begins, ends, parent, source = (cells[place] for place in places)
    if not (code and name and source):
        raise ValueError(f"{where} needs code, name and source")
    extra = MappingProxyType({column: cells[place] for column, place in extras})
    return Code(code, name, _day(begins), _day(ends), parent, source, extra)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
