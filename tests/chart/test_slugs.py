"""Names of flows, states and steps stand in the tables: renaming or removing one is a data migration."""

from pathlib import Path

from wangqian.chart.words import FLOWS

SNAPSHOT = Path(__file__).parent.parent / "official" / "slugs.txt"


def slugs() -> list[str]:
    found = [f"flow {slug}" for slug in FLOWS]
    found += [f"state {slug}.{name}" for slug, flow in FLOWS.items() for name in flow.states]
    return sorted(found + [f"step {slug}.{name}" for slug, flow in FLOWS.items() for name in flow.steps])


def test_names_are_those_of_the_snapshot() -> None:
    """A new name is added to the file; one that is gone or renamed needs a data migration first."""
    assert SNAPSHOT.read_text(encoding="utf-8").splitlines() == slugs()
