"""Who answers for an employer and where it sits, kept so that one phone or one door behind many employers is noticed (codes.md §11)."""

from __future__ import annotations

from collections.abc import Mapping

from wangqian.cases.act import Act
from wangqian.flows.models import Contact
from wangqian.people.identity import keyed
from wangqian.people.vault import comparable


def keep_contact(act: Act) -> None:
    """Beside the version: keyed hashes of the contact's mobile and of the address, with the code of the employer."""
    if mobile := act.given.get("contact_mobile"):
        keep(act, of_phone(mobile), act.given)
    if address := of_address(act.given):
        keep(act, address, act.given)


def keep_sent_to(act: Act) -> None:
    """The number a link goes to answers for the employer as the contact does, whoever it is (security.md §2.4)."""
    keep(act, of_phone(act.given["mobile"]), act.content()["terms"])


def keep(act: Act, index: str, terms: Mapping[str, str]) -> None:
    if uscc := terms.get("employer_uscc"):
        Contact.objects.get_or_create(case=act.case, index=index, uscc=uscc)


def of_phone(mobile: str) -> str:
    return keyed("contact", mobile)


def of_address(terms: Mapping[str, str]) -> str:
    """One hash however it is spaced; "" without an address."""
    region, address = terms.get("region"), terms.get("address")
    return keyed("address", region, comparable(address)) if region and address else ""
