"""What submissions under review are held against (codes.md §11): read once for all that stand on a page, and only if one asks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from wangqian.cases.models import Case, Evidence
from wangqian.flows.contacts import of_address, of_phone
from wangqian.flows.links import case_links
from wangqian.flows.models import Contact, DestinationTerms, Link, OfflineTerms, PaperTerms
from wangqian.people.clock import now
from wangqian.people.models import CERTIFIED, Employer, User
from wangqian.people.vault import index_of

MANY, TINY, WEEK = 3, 2, timedelta(days=7)  # TINY: graduates of a tiny firm
AT_A_DOOR, OF_A_CODE = 200, 60  # how many entries of one address, of one employer's code are looked at
FLEXIBLE = ("freelance", "employed")  # 76, 12
NEVER_SENT = ("draft", "cancelled")
Whose = UUID | None


@dataclass
class Submission:
    """What is under review, and who answers for the employer."""

    case: Case
    terms: dict[str, Any]

    @cached_property
    def links(self) -> list[Link]:
        """By which the stamped paper could be handed in, the newest first."""
        return case_links(self.case.pk) if self.case.state == "stamped_review" else []

    @cached_property
    def phones(self) -> dict[str, str]:
        """The contact's, and those that a link was sent to: each with what it is."""
        found = {link.mobile: _("协助回传的短信发到的手机") for link in self.links}
        contact = self.terms.get("contact_mobile")
        return found | ({contact: _("单位联系人的手机")} if contact else {})

    @cached_property
    def address(self) -> str:
        return of_address(self.terms)


def first(rows: QuerySet[Any], by: str, most: int) -> QuerySet[Any]:
    """At most so many of each, however many there are."""
    numbered: QuerySet[Any] = rows.annotate(at=Window(RowNumber(), partition_by=F(by)))
    return numbered.filter(at__lte=most)


class Known:
    """What the platform knows of the phones, addresses, codes and files of these submissions."""

    def __init__(self, submissions: list[Submission]) -> None:
        self.submissions = submissions

    @cached_property
    def owners(self) -> dict[str, set[Whose]]:
        """Phone → the graduates whose account has it."""
        indexes = {index_of("phone", mobile): mobile for of in self.submissions for mobile in of.phones}
        accounts = User.objects.filter(phone_index__in=indexes, memberships__kind="graduate")
        found: dict[str, set[Whose]] = defaultdict(set)
        for index, owner in accounts.values_list("phone_index", "memberships__graduate"):
            found[indexes[bytes(index)]].add(owner)
        return found

    @cached_property
    def units(self) -> dict[str, int]:
        """Hash of a phone → for how many employers it answers, where they are many."""
        answering = {of_phone(mobile) for of in self.submissions for mobile in of.phones}
        kept = Contact.objects.filter(index__in=answering).values("index").annotate(units=Count("uscc", distinct=True))
        return dict(kept.filter(units__gte=MANY).values_list("index", "units"))

    @cached_property
    def firms(self) -> dict[str, set[str]]:
        """Address → the codes of the firms there that have a graduate or two each."""
        at_doors = Contact.objects.filter(index__in={of.address for of in self.submissions} - {""})
        graduates: dict[tuple[str, str], set[Whose]] = defaultdict(set)
        for index, uscc, graduate in first(at_doors, "index", AT_A_DOOR).values_list("index", "uscc", "case__graduate"):
            graduates[index, uscc].add(graduate)
        found: dict[str, set[str]] = defaultdict(set)
        for (index, uscc), whose in graduates.items():
            if len(whose) <= TINY:
                found[index].add(uscc)
        return found

    @cached_property
    def certified(self) -> set[str]:
        """Which of the firms that stand many at one door are certified."""
        codes = {uscc for firms in self.firms.values() if len(firms) >= MANY for uscc in firms}
        found = Employer.objects.filter(CERTIFIED, uscc__in=codes)
        return set(found.values_list("uscc", flat=True))

    @cached_property
    def names(self) -> dict[str, set[tuple[str, Whose]]]:
        """Employer's code → how it is called, and by which graduate (None: by its account)."""
        codes = {of.terms["employer_uscc"] for of in self.submissions if of.terms.get("employer_uscc")}
        found: dict[str, set[tuple[str, Whose]]] = defaultdict(set)
        for code, name in Employer.objects.filter(uscc__in=codes).values_list("uscc", "name"):
            found[code].add((name, None))
        for model in (OfflineTerms, PaperTerms, DestinationTerms):
            stated = first(model._default_manager.filter(employer_uscc__in=codes), "employer_uscc", OF_A_CODE)
            for code, name, graduate in stated.values_list("employer_uscc", "employer_name", "terms__case__graduate"):
                found[code].add((name, graduate))
        return found

    @cached_property
    def scans(self) -> dict[UUID, set[str]]:
        """Case → the files in it."""
        here = Evidence.objects.filter(case__in=[of.case.pk for of in self.submissions], dropped_at=None)
        found: dict[UUID, set[str]] = defaultdict(set)
        for case, sha256 in here.values_list("case", "sha256"):
            found[case].add(sha256)
        return found

    @cached_property
    def handed_in(self) -> dict[str, set[tuple[UUID, Whose]]]:
        """File → every case it was handed in with, and whose that is."""
        files = {sha256 for sums in self.scans.values() for sha256 in sums}
        rows = Evidence.objects.filter(sha256__in=files, bound_at__isnull=False)
        found: dict[str, set[tuple[UUID, Whose]]] = defaultdict(set)
        for sha256, case, graduate in rows.values_list("sha256", "case", "case__graduate"):
            found[sha256].add((case, graduate))
        return found

    @cached_property
    def lately(self) -> dict[Whose, int]:
        """College → how many of its graduates registered a flexible job within a week."""
        colleges = {of.case.college_id for of in self.submissions if of.case.topic in FLEXIBLE}
        found = Case.objects.filter(college__in=colleges, topic__in=FLEXIBLE, opened_at__gt=now() - WEEK).exclude(state__in=NEVER_SENT)
        counted = found.values("college").annotate(graduates=Count("graduate", distinct=True)).order_by()
        return dict(counted.values_list("college", "graduates"))
