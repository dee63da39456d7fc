"""The tables of the cases layer."""

from wangqian.cases.models.case import Case
from wangqian.cases.models.event import Event, Note, broken_link
from wangqian.cases.models.evidence import Evidence, EvidenceState, EvidenceSweep
from wangqian.cases.models.ledger import CurrentDestination, LedgerEntry, in_force
from wangqian.cases.models.log import Head, Leaf, LogKey, Node, Sequencer
from wangqian.cases.models.terms import Terms, canonical, digest
from wangqian.cases.models.work import Draft, NumberSeries, Outbox, Proof, Receipt

__all__ = [
    "Case",
    "CurrentDestination",
    "Draft",
    "Event",
    "Evidence",
    "EvidenceState",
    "EvidenceSweep",
    "Head",
    "Leaf",
    "LedgerEntry",
    "LogKey",
    "Node",
    "Note",
    "NumberSeries",
    "Outbox",
    "Proof",
    "Receipt",
    "Sequencer",
    "Terms",
    "broken_link",
    "canonical",
    "digest",
    "in_force",
]
