"""Files made from versions: a row for each, written after its object, then immutable (by trigger)."""

from django.db import models

from wangqian.cases.models import Case, Terms
from wangqian.people.ids import new_id

AGREEMENT = "agreement"


class Artefact(models.Model):
    """One file. `key` names the object in the default storage, `sha256` (64 hex digits) covers all its bytes.

    Keyed by version, template and kind: a new template makes no second file of what was already made.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="artefacts")
    terms = models.ForeignKey(Terms, models.PROTECT, related_name="artefacts")
    kind = models.CharField(max_length=20)
    template = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # bytes
    pages = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["terms", "template", "kind"], name="one_artefact_per_version"),
        ]
        ordering = ["made_at"]
