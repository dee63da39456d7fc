"""Typed columns of the forms declared in `needs.py`."""

from django.db import models

from wangqian.cases.models import Case, LedgerEntry
from wangqian.cases.sealing import CaseSealed
from wangqian.flows.agreement_needs import ENDING, OFFLINE, PAPER, REGISTRATION
from wangqian.flows.columns import columns_model
from wangqian.flows.destinations import ANY
from wangqian.flows.needs import TERMINATION, TERMS
from wangqian.people.ids import new_id
from wangqian.people.vault import Sealed

OnlineTerms = columns_model(TERMS, "OnlineTerms")
TerminationTerms = columns_model(TERMINATION, "TerminationTerms")
OfflineTerms = columns_model(OFFLINE, "OfflineTerms")
PaperTerms = columns_model(PAPER, "PaperTerms")
EndingTerms = columns_model(ENDING, "EndingTerms")
RegistrationTerms = columns_model(REGISTRATION, "RegistrationTerms")
DestinationTerms = columns_model(ANY, "DestinationTerms")


class Slip(models.Model):
    """The code of an issued activation slip. Printing takes it out; its index stays until the case has ended."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="slip")
    code = Sealed()
    code_index = models.BinaryField(max_length=32, unique=True)
    printed_at = models.DateTimeField(null=True)
    printed_by = models.ForeignKey("people.Membership", models.PROTECT, null=True, related_name="+")
    tries = models.PositiveSmallIntegerField(default=0)  # of other people's facts with this code


class Link(models.Model):
    """A capability link to hand in one stamped paper (flows/links.py). `round` is the event by which the case came to wait for it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="links")
    round = models.PositiveIntegerField()
    mobile = CaseSealed()
    secret = models.CharField(max_length=64, null=True, unique=True)  # keyed hash; null until it is sent
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    sessions = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    @property
    def sealing_case(self) -> Case:
        return self.case


class Contact(models.Model):
    """Which phone answers for which employer and where that sits, comparable but not readable (flows/contacts.py)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    index = models.CharField(max_length=64)  # keyed hash of a mobile, or of an address
    uscc = models.CharField(max_length=18)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "index", "uscc"], name="one_contact_per_case")]
        indexes = [models.Index(fields=["index"], name="contact_by_phone")]


class LinkCode(models.Model):
    """A code by which one browser opens a link (flows/link_codes.py); once entered, that browser's session.

    Its key stands in the browser's own (sealed) session and nowhere else. `shown` holds the digits only where messages are shown
    instead of sent. `done_at`: the paper was handed in from here.
    """

    TRIES = 5

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    link = models.ForeignKey(Link, models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64)
    shown = Sealed()
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    proven_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)


class Departure(models.Model):
    """What a 离校确认 confirmed: one entry of the ledger. Its 登记信息表 has the 转递编号 here and its case's 核验编号.

    `authorised_at`: since when others may verify it; null while the graduate does not let them.
    """

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="departure")
    entry = models.OneToOneField(LedgerEntry, models.PROTECT, related_name="departure")
    transfer_number = models.CharField(max_length=16, unique=True)
    authorised_at = models.DateTimeField(null=True)


class Pace(models.Model):
    """How many working days a college's review of a flow usually takes, all levels together (flows/pace.py)."""

    college = models.ForeignKey("people.College", models.CASCADE, related_name="+")
    flow = models.CharField(max_length=30)
    least = models.PositiveSmallIntegerField()
    most = models.PositiveSmallIntegerField()
    count = models.PositiveSmallIntegerField()  # reviews it was taken from

    class Meta:
        constraints = [models.UniqueConstraint(fields=["college", "flow"], name="one_pace_per_college_and_flow")]
