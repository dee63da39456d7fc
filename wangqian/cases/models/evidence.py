"""What people hand in beside a form: photos and scans, in quarantine until they are checked (documents/uploads)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from wangqian.cases.models.case import Case
from wangqian.cases.sealing import CaseSealed, CaseSealedJSON
from wangqian.people.ids import new_id
from wangqian.people.models import User


class EvidenceState(models.TextChoices):
    """`quarantine` is shown to nobody; `refused` has its sentence in `refusal`."""

    QUARANTINE = "quarantine"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Evidence(models.Model):
    """One file. `slot` is the field of the step's form it was handed in for, `link` the capability link it came by.

    `key` names the original in the default storage, pages stand beside it (`page_key`), all under the case's key; "" once the
    objects are gone. `sha256` is of the bytes as they came, `size` theirs. `codes` are the bar codes read, a list per page.
    `turned` is how far people turned it (degrees, clockwise). `bound_at`: an act rests on it, the objects stay.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="evidence")
    slot = models.CharField(max_length=30)
    position = models.PositiveSmallIntegerField(default=0)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    link = models.UUIDField(null=True)
    name = CaseSealed()
    kind = models.CharField(max_length=4)  # jpeg, png, pdf
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField(default=0)
    codes = CaseSealedJSON()
    turned = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=12, default=EvidenceState.QUARANTINE)
    refusal = models.CharField(max_length=300, blank=True, default="")
    key = models.CharField(max_length=120, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)  # of the check; the last one began at `checked_at`
    uploaded_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    bound_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["case", "slot"], name="evidence_of_slot"),
            models.Index(fields=["sha256"], name="evidence_by_hash"),  # the same scan handed in twice
            models.Index(fields=["uploaded_at"], condition=Q(state="quarantine"), name="evidence_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                name="evidence_state_and_pages",
                condition=Q(state="quarantine") | Q(state="refused") | Q(state="accepted", pages__gte=1),
            ),
            models.CheckConstraint(name="evidence_turned", condition=Q(turned__in=[0, 90, 180, 270])),
        ]

    @property
    def sealing_case(self) -> Case:
        return self.case

    @property
    def shown(self) -> bool:
        """Whether anybody may look at it: checked, and still part of something."""
        return self.state == EvidenceState.ACCEPTED and bool(self.key) and (self.dropped_at is None or self.bound_at is not None)

    def page_key(self, number: int) -> str:
        """The raster copy of a page, from 1."""
        return f"{self.key}-{number}"

    def place(self, part: str) -> str:
        """Associated data of an object: table, part, row."""
        return f"{self._meta.db_table}:{part}:{self.pk}"


class EvidenceSweep(models.Model):
    """What the nightly comparison of rows and objects found; the last ones are kept."""

    at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    objects_found = models.PositiveIntegerField()
    missing = models.PositiveIntegerField()  # rows without their object
    damaged = models.PositiveIntegerField()  # objects that are not what their name says
    stray = models.PositiveIntegerField()  # objects without a row: what a killed process leaves

    class Meta:
        ordering = ["-at"]
