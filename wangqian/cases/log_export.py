"""The log written out for somebody outside: every event's canonical bytes in the order of the log, heads, public keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from wangqian.cases.log import head_json
from wangqian.cases.models import Head, Leaf, LogKey, canonical

EVENTS, HEADS, KEYS = "events.jsonl", "heads.jsonl", "keys.json"


def write(folder: Path) -> tuple[int, int]:
    """Into `folder`, which is made; returns (events, heads). As far as the last head; at any size in constant memory."""
    folder.mkdir(parents=True, exist_ok=True)
    last = Head.objects.last()
    size, heads = (last.size, Head.objects.filter(pk__lte=last.pk)) if last else (0, Head.objects.none())
    with (folder / EVENTS).open("wb") as events:
        events.writelines(line + b"\n" for line in lines(size))
    with (folder / HEADS).open("w", encoding="utf-8") as text:
        text.writelines(json.dumps(head_json(head)) + "\n" for head in heads.order_by("pk").iterator())
    (folder / KEYS).write_text(json.dumps(public_keys(), indent=1), encoding="utf-8")
    return size, heads.count()


def lines(size: int) -> Iterator[bytes]:
    """The canonical body of each of the first `size` events."""
    leaves = Leaf.objects.filter(position__lt=size).order_by("position").select_related("event")
    return (canonical(leaf.event.body()) for leaf in leaves.iterator(chunk_size=2000))


def public_keys() -> dict[str, str]:
    """Key id → PEM, of every key that ever signed."""
    return dict(LogKey.objects.order_by("since").values_list("id", "public"))
