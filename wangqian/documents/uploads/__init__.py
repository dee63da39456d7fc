"""The gate for files that people hand in: `uploads.receive(…)` and what goes with it.

    receive(case, slot, name, data, *, owner=None, link=None, limit=Limits()) -> Evidence     raises Refused
    usable(case, slot, link=None) -> list[Evidence]      listed(case, slot, link=None) -> QuerySet[Evidence]
    page(evidence, number) -> bytes (JPEG)    original(evidence) -> bytes
    turn(evidence)      drop(evidence)        replace(old, new)
    recheck() -> int                          tidy() -> int          (the worker's)

The names are brought in when they are asked for: the child process imports this package and must not load Django.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wangqian.documents.uploads.desk import drop, listed, original, page, receive, replace, turn, usable
    from wangqian.documents.uploads.jobs import compare, recheck, tidy
    from wangqian.documents.uploads.measures import Limits

WHERE = {
    **dict.fromkeys(("drop", "listed", "original", "page", "receive", "replace", "turn", "usable"), "desk"),
    **dict.fromkeys(("compare", "recheck", "tidy"), "jobs"),
    "Limits": "measures",
}
__all__ = ["Limits", "compare", "drop", "listed", "original", "page", "receive", "recheck", "replace", "tidy", "turn", "usable"]


def __getattr__(name: str) -> Any:
    if name not in WHERE:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{WHERE[name]}"), name)
