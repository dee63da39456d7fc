"""Who answers for an employer, kept so that the same phone behind many employers is noticed (codes.md §11)."""

from __future__ import annotations

from wangqian.cases.act import Act
from wangqian.flows.models import Contact
from wangqian.people.identity import keyed


def keep_contact(act: Act) -> None:
    """Beside the version: a keyed hash of the contact's mobile, with the code of the employer."""
    mobile, uscc = act.given.get("contact_mobile"), act.given.get("employer_uscc")
    if mobile and uscc:
        Contact.objects.get_or_create(case=act.case, index=keyed("contact", mobile), uscc=uscc)
