"""The small world of the exhaustive search: graduates × employers, three moments, everything hashable."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

# At moment 2 the cohort is closed. What is asked lives one moment; an invitation can be extended to moment 3.
CLOSED, INVITATION, LATEST, TERMINATION = 2, 1, 3, 1
NEVER = -1


class End(NamedTuple):
    """A termination of the agreement of its pair; an ended one keeps nothing but its state."""

    state: str
    asker: str = ""
    due: int = NEVER
    level: int = 0
    approved: str = ""  # who approved the first level


class Case(NamedTuple):
    """The last invitation or agreement of a pair; an ended one keeps its state and its termination only."""

    state: str
    due: int = NEVER
    level: int = 0
    approved: str = ""
    pending: str = ""  # who asked for its release
    end: End | None = None


class Move(NamedTuple):
    """`user` acts as `capacity` on the pair (g, e)."""

    user: str
    capacity: str
    g: int
    e: int
    flow: str
    step: str


@dataclass(frozen=True)
class World:
    time: int
    pairs: tuple[tuple[Case | None, ...], ...]  # by graduate, by employer
    ledger: tuple[int, ...]  # the employer whose agreement is each graduate's effective destination

    def at(self, move: Move) -> Case | None:
        return self.pairs[move.g][move.e]

    def put(self, move: Move, case: Case) -> World:
        row = list(self.pairs[move.g])
        row[move.e] = case
        rows = list(self.pairs)
        rows[move.g] = tuple(row)
        return replace(self, pairs=tuple(rows))

    def enter(self, g: int, e: int) -> World:
        return replace(self, ledger=tuple(e if i == g else old for i, old in enumerate(self.ledger)))


def empty(graduates: int, employers: int) -> World:
    return World(0, tuple((None,) * employers for _ in range(graduates)), (NEVER,) * graduates)


def actors(graduates: int, employers: int) -> list[tuple[str, str]]:
    """(user, capacity). User c reviews for the college and for the school as well; s for the school."""
    people = [(f"g{g}", "graduate") for g in range(graduates)] + [(f"e{e}", "employer") for e in range(employers)]
    return [*people, ("c", "college"), ("c", "school"), ("s", "school"), ("clock", "clock")]
