"""Full subtrees of the stored log: leaves, and the roots of every 256 of a level, so that no proof reads more than a few rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wangqian.cases import merkle
from wangqian.cases.models import Leaf, Node

STEP = 8  # levels between two kept ones
TILE = 1 << STEP  # nodes read at once


class Stored:
    """`merkle.Full` over the tables; what was read once is remembered, so make a new one per question."""

    def __init__(self, leaves: Iterable[Leaf] = ()) -> None:
        self.known: dict[tuple[int, int], bytes] = {(0, row.position): self.leaf(row) for row in leaves}

    def __call__(self, level: int, index: int) -> bytes:
        key = (level, index)
        if key not in self.known and level % STEP == 0:
            self.read(level, index // TILE * TILE)
        if key not in self.known:
            self.known[key] = merkle.node(self(level - 1, 2 * index), self(level - 1, 2 * index + 1))
        return self.known[key]

    def read(self, level: int, start: int) -> None:
        """The 256 kept nodes of a level from `start`, as far as there are."""
        if level == 0:
            rows = Leaf.objects.filter(position__range=(start, start + TILE - 1))
            self.known |= {(0, row.position): self.leaf(row) for row in rows}
            return
        nodes = Node.objects.filter(level=level, index__range=(start, start + TILE - 1))
        self.known |= {(level, row.index): bytes.fromhex(row.hash) for row in nodes}

    @staticmethod
    def leaf(row: Leaf) -> bytes:
        return merkle.leaf(bytes.fromhex(row.hash))


def full_nodes(size: int, leaves: list[Leaf]) -> Iterator[Node]:
    """The nodes to keep that `leaves`, appended to a log of `size`, complete; lower levels first."""
    full, grown, level = Stored(leaves), size + len(leaves), STEP
    while grown >> level:
        for index in range(size >> level, grown >> level):
            yield Node(level=level, index=index, hash=full(level, index).hex())
        level += STEP
