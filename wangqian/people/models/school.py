"""Schools, their colleges, cohorts and yearly profiles."""

from __future__ import annotations

from typing import Any

from django.db import models

from wangqian.people.ids import new_id


class School(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=5, unique=True)  # 院校代码
    name = models.CharField(max_length=60, unique=True)
    office = models.CharField(max_length=60, default="就业指导中心")  # 就业部门
    contact = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    hours = models.CharField(max_length=60, blank=True)
    attestation_place = models.CharField(max_length=100, blank=True)  # 鉴证: where the school stamps the paper, and when
    attestation_hours = models.CharField(max_length=60, blank=True)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class College(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    school = models.ForeignKey(School, models.PROTECT, related_name="colleges")
    name = models.CharField(max_length=60)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "name"], name="one_college_name_per_school")]

    def __str__(self) -> str:
        return self.name


class Cohort(models.Model):
    """届别: year of graduation. Registration is open in the half-open time [opens_at, closes_at) (law L5)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    school = models.ForeignKey(School, models.PROTECT, related_name="cohorts")
    year = models.PositiveSmallIntegerField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "year"], name="one_cohort_per_school_and_year")]

    def __str__(self) -> str:
        return str(self.year)


REVIEWS = ("signing", "termination", "agreement", "stamped", "registration")


class SchoolProfile(models.Model):
    """The dials of a school's year. A change is a new row; a case keeps the row it started under.

    Chains are levels joined by commas out of counsellor, college, school, in the order they review.
    """

    school = models.ForeignKey(School, models.PROTECT, related_name="profiles")
    version = models.PositiveIntegerField()
    signing_chain = models.CharField(max_length=40, default="college,school")
    termination_chain = models.CharField(max_length=40, default="school")
    agreement_chain = models.CharField(max_length=40, default="college,school")  # 线下签约：协议审核
    stamped_chain = models.CharField(max_length=40, default="college,school")  # 线下签约：盖章协议书审核
    registration_chain = models.CharField(max_length=40, default="college,school")  # 去向登记
    in_service_can_sign = models.BooleanField(default=True)  # 培养方式 3 在职
    one_user_many_levels = models.BooleanField(default=False)  # tiny schools: one person reviews every level
    days_to_respond = models.PositiveSmallIntegerField(default=15)  # answer to a termination, days
    offers_online = models.BooleanField(default=True)  # 线上签约
    offers_offline = models.BooleanField(default=True)  # 线下签约、已签协议登记、无需协议去向登记
    void_needs_review = models.BooleanField(default=False)  # 作废须审核
    college_manages_counsellors = models.BooleanField(default=False)
    edited_by = models.ForeignKey("people.User", models.PROTECT, null=True)
    edited_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "version"], name="one_profile_version")]

    @classmethod
    def of(cls, school: Any) -> SchoolProfile | None:
        """The dials as they stand today, by the school's key."""
        return cls.objects.filter(school_id=school).order_by("-version").first()

    def levels(self, kind: str) -> tuple[str, ...]:
        """The chain of one kind of review, out of `REVIEWS`."""
        return tuple(getattr(self, f"{kind}_chain").split(","))

    def chains(self) -> dict[str, tuple[str, ...]]:
        """Every kind of review with its levels."""
        return {kind: self.levels(kind) for kind in REVIEWS}
