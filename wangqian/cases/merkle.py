"""The tree of RFC 9162 §2.1 with SHA-256: roots and proofs, read from full subtrees that somebody keeps."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

Full = Callable[[int, int], bytes]  # (level, index) → root of the index-th subtree of 2^level leaves
EMPTY = sha256(b"").digest()


def leaf(data: bytes) -> bytes:
    """Level 0."""
    return sha256(b"\0" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def split(count: int) -> int:
    """The largest power of two below `count` (> 1): where RFC 9162 divides a tree."""
    return 1 << (count - 1).bit_length() - 1


def root(full: Full, start: int, end: int) -> bytes:
    """The root over leaves start … end-1, where `start` is a place at which RFC 9162 divides."""
    count = end - start
    if count == 0:
        return EMPTY
    if count & (count - 1) == 0:
        return full(count.bit_length() - 1, start // count)
    middle = start + split(count)
    return node(root(full, start, middle), root(full, middle, end))


def inclusion(full: Full, position: int, end: int, start: int = 0) -> list[bytes]:
    """PATH of RFC 9162 §2.1.3.1: what leads from the leaf at `position` to the root over `end` leaves."""
    if end - start == 1:
        return []
    middle = start + split(end - start)
    if position < middle:
        return [*inclusion(full, position, middle, start), root(full, middle, end)]
    return [*inclusion(full, position, end, middle), root(full, start, middle)]


def consistency(full: Full, old: int, end: int) -> list[bytes]:
    """PROOF of RFC 9162 §2.1.4.1: shows that the first `old` (≥ 1) of `end` leaves are those of the older head."""
    return _subproof(full, old, 0, end, True)


def _subproof(full: Full, old: int, start: int, end: int, whole: bool) -> list[bytes]:
    if old == end:
        return [] if whole else [root(full, start, end)]
    middle = start + split(end - start)
    if old <= middle:
        return [*_subproof(full, old, start, middle, whole), root(full, middle, end)]
    return [*_subproof(full, old, middle, end, False), root(full, start, middle)]
