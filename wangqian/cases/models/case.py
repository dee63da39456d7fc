"""A case: one graduate's (or employer's) matter in one flow. It moves, by `perform` alone."""

from __future__ import annotations

from functools import cached_property

from django.db import models
from django.db.models import F, Q

from wangqian.cases.sealing import CaseKey, unwrap
from wangqian.chart.words import FLOWS, Flow, State
from wangqian.people.ids import new_id
from wangqian.people.models import Cohort, College, Employer, Graduate, School, SchoolProfile


class Case(models.Model):
    """One table for all flows. `version` is the number of the last event.

    `holds` and `exclusive` repeat what the state says, because an index must not list state names.
    `chain` and `level` are the review levels of this submission; `turn` is the role that must act.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    flow = models.CharField(max_length=30)
    state = models.CharField(max_length=30)
    version = models.PositiveIntegerField(default=0)
    graduate = models.ForeignKey(Graduate, models.PROTECT, null=True, related_name="cases")
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, related_name="cases")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    holds = models.BooleanField(default=False)
    exclusive = models.CharField(max_length=20, default="", blank=True)
    chain = models.CharField(max_length=40, default="", blank=True)
    level = models.PositiveSmallIntegerField(default=0)
    turn = models.CharField(max_length=12, default="", blank=True)
    opened_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True)  # first; until then it is a draft, and nobody else's to read
    since = models.DateTimeField()
    moved_at = models.DateTimeField()
    respond_by = models.DateTimeField(null=True)
    wake_at = models.DateTimeField(null=True)
    school = models.ForeignKey(School, models.PROTECT, null=True, related_name="+")
    college = models.ForeignKey(College, models.PROTECT, null=True, related_name="+")
    cohort = models.ForeignKey(Cohort, models.PROTECT, null=True, related_name="+")
    klass = models.CharField(max_length=60, default="", blank=True)
    topic = models.CharField(max_length=20, default="", blank=True)  # of a registration: the type of destination
    unconfirmed_at = models.DateTimeField(null=True)  # the school changed what the graduate had stated: 待本人确认
    profile = models.ForeignKey(SchoolProfile, models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=24, null=True, unique=True)
    verification_code = models.CharField(max_length=24, null=True, unique=True)
    key = CaseKey(max_length=128)  # of its texts and notes, wrapped by the person's

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["graduate"], condition=Q(holds=True), name="one_hold_per_graduate"),
            models.UniqueConstraint(
                fields=["employer", "graduate"],
                condition=Q(exclusive="invitation"),
                name="one_open_invitation",
            ),
            models.UniqueConstraint(
                fields=["parent"], condition=Q(exclusive="termination"), name="one_open_termination"
            ),
            models.UniqueConstraint(fields=["parent"], condition=Q(exclusive="dispute"), name="one_open_dispute"),
            models.UniqueConstraint(fields=["graduate", "flow"], condition=Q(exclusive="draft"), name="one_draft_per_flow"),
        ]
        indexes = [
            models.Index(fields=["wake_at"], condition=Q(wake_at__isnull=False), name="case_wake"),
            models.Index(
                fields=["school", "college", "turn", "flow", "since", "id"],
                condition=Q(turn__in=["counsellor", "college", "school"]),
                name="case_desk_college",
            ),
            models.Index(
                fields=["school", "turn", "flow", "since", "id"],
                condition=Q(turn__in=["counsellor", "college", "school"]),
                name="case_desk_school",
            ),
            models.Index(fields=["school", "since"], condition=Q(turn="office"), name="case_office"),
            models.Index(F("employer"), F("flow"), F("state"), F("moved_at").desc(), name="case_employer"),
            models.Index(fields=["graduate", "flow"], name="case_graduate"),
        ]

    @property
    def chart(self) -> type[Flow]:
        return FLOWS[self.flow]

    @property
    def word(self) -> State:
        """The state as the chart has it."""
        return self.chart.states[self.state]

    @property
    def levels(self) -> tuple[str, ...]:
        return tuple(self.chain.split(",")) if self.chain else ()

    @cached_property
    def todays_profile(self) -> SchoolProfile | None:
        """The school's dials as they stand now, read once; `profile` has those of the submission."""
        return SchoolProfile.of(self.school_id)

    def open_key(self) -> bytes:
        """The key of its texts and notes, opened once; reads graduate and person if they came not along.

        Raises `identity.Erased` once the person is erased.
        """
        if "opened_key" not in self.__dict__:
            graduate = self.graduate
            self.__dict__["opened_key"] = unwrap(self.key, self.pk, graduate.person.open() if graduate else None)
        opened: bytes = self.__dict__["opened_key"]
        return opened

    def __str__(self) -> str:
        return f"{self.flow} {self.state} {self.id}"
