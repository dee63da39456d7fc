"""Typed columns of the forms declared in `needs.py`."""

from wangqian.flows.columns import columns_model
from wangqian.flows.needs import TERMINATION, TERMS

OnlineTerms = columns_model(TERMS, "OnlineTerms")
TerminationTerms = columns_model(TERMINATION, "TerminationTerms")
