"""用人单位, its dossier details and its favourites."""

from __future__ import annotations

from django.db import models

from wangqian.people.ids import new_id
from wangqian.people.models.kept import Kept


class Employer(models.Model):
    """`certified_at` and `suspended_at` are written by the certification flow alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=100)
    uscc = models.CharField(max_length=18, unique=True)
    nature = models.CharField(max_length=4)
    nature_name = models.CharField(max_length=60)
    industry = models.CharField(max_length=4)
    industry_name = models.CharField(max_length=60)
    region = models.CharField(max_length=80, blank=True)  # full name of the day
    region_code = models.CharField(max_length=6, blank=True)
    address = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=6, blank=True)
    certified_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["suspended_at"], condition=models.Q(suspended_at__isnull=False), name="employer_suspended"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def certified(self) -> bool:
        return self.certified_at is not None and self.suspended_at is None


CERTIFIED = models.Q(certified_at__isnull=False, suspended_at=None)  # `Employer.certified` as a filter


class EmployerDossier(models.Model):
    """档案信息 (M004 §9): one row per edit, the last one counts; a row never changes."""

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="dossiers")
    receipt = models.CharField(max_length=12)
    receipt_name = models.CharField(max_length=30)
    unit = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=200, blank=True)
    contact = Kept(row=("employer_id", "edited_at"))
    phone = Kept(row=("employer_id", "edited_at"))
    postcode = models.CharField(max_length=6, blank=True)
    hukou_address = models.CharField(max_length=200, blank=True)
    edited_by = models.ForeignKey("people.User", models.PROTECT)
    edited_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    @property
    def complete(self) -> bool:
        return all((self.unit, self.address, self.contact, self.phone))


class Favourite(models.Model):
    """学生收藏夹: a link to the graduate, removable while no case is open."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="favourites")
    graduate = models.ForeignKey("people.Graduate", models.PROTECT, related_name="favoured")
    added_by = models.ForeignKey("people.User", models.PROTECT)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["employer", "graduate"], name="one_favourite")]
