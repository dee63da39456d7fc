"""Files made from versions: a row for each, written after its object, then immutable (by trigger)."""

from django.db import models

from wangqian.cases.models import Case, Terms
from wangqian.people.ids import new_id

# Kinds of documents, as `State.paper` names them.
AGREEMENT = "agreement"
STAMPING = "stamping"
CERTIFICATE = "certificate"


class Stamp(models.TextChoices):
    """Whether a time stamp is in the seal; "" where no service was configured."""

    MADE = "made"
    UNREACHABLE = "unreachable"


class SealCertificate(models.Model):
    """A certificate that seals or sealed files, under its SHA-256 (hex, of the DER), with its chain: never forgotten."""

    fingerprint = models.CharField(primary_key=True, max_length=64)
    subject = models.CharField(max_length=300)  # the name people read
    issuer = models.CharField(max_length=300)
    serial = models.CharField(max_length=64)  # hex
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    chain = models.TextField()  # PEM, the certificate first
    first_used_at = models.DateTimeField()


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
    seal = models.ForeignKey(SealCertificate, models.PROTECT, null=True, related_name="artefacts")
    level = models.CharField(max_length=8, blank=True, default="")  # of PAdES: B-B, B-T, B-LTA; "" is unsealed
    stamp = models.CharField(max_length=12, blank=True, default="")  # `Stamp`
    stamped_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["terms", "template", "kind"], name="one_artefact_per_version"),
        ]
        indexes = [models.Index(fields=["sha256"], name="artefact_by_hash")]
        ordering = ["made_at"]
