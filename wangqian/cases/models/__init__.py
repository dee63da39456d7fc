"""The tables of the cases layer."""

from wangqian.cases.models.case import Case
from wangqian.cases.models.event import Event, Note, broken_link
from wangqian.cases.models.ledger import CurrentDestination, LedgerEntry, in_force
from wangqian.cases.models.terms import Terms, canonical, digest
from wangqian.cases.models.work import Draft, NumberSeries, Outbox, Proof, Receipt

__all__ = [
    "Case",
    "CurrentDestination",
    "Draft",
    "Event",
    "LedgerEntry",
    "Note",
    "NumberSeries",
    "Outbox",
    "Proof",
    "Receipt",
    "Terms",
    "broken_link",
    "canonical",
    "digest",
    "in_force",
]
