"""Spreadsheets on their way in: an upload, its checked rows, and what a school's own headers mean."""

from __future__ import annotations

from django.db import models

from wangqian.people.ids import new_id


class Stage(models.TextChoices):
    """Where an import stands. The worker takes UPLOADED and CONFIRMING; people take MAPPING and CHECKED."""

    UPLOADED = "uploaded", "等待检查"
    CHECKING = "checking", "正在检查"
    MAPPING = "mapping", "等待指定列的含义"
    CHECKED = "checked", "已检查，等待确认"
    CONFIRMING = "confirming", "正在导入"
    DONE = "done", "已导入"
    FAILED = "failed", "未通过"
    CANCELLED = "cancelled", "已取消"


OPEN = (Stage.UPLOADED, Stage.CHECKING, Stage.MAPPING, Stage.CHECKED, Stage.CONFIRMING)


class Import(models.Model):
    """One uploaded roster. `file` names the sealed upload in the storage, empty once it is removed.

    `new`, `changed`, `same`, `errors` count rows after the check; after confirming they count what was done.
    `claim` and `beat_at` are the lease of the worker that has it; a lapsed lease is taken over.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    school = models.ForeignKey("people.School", models.PROTECT, related_name="imports")
    cohort = models.ForeignKey("people.Cohort", models.PROTECT, related_name="imports")
    uploaded_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    filename = models.CharField(max_length=120)
    form = models.CharField(max_length=4)  # xlsx, csv
    file = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=12, default=Stage.UPLOADED)
    create_colleges = models.BooleanField(default=False)
    total = models.PositiveIntegerField(default=0)
    processed = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)  # why the whole file was refused, for people
    headers = models.JSONField(default=list)  # per column [text of the header, key of the field or ""]
    notes = models.JSONField(default=list)  # sentences about the whole file
    new_colleges = models.JSONField(default=list)  # names made at confirmation, when create_colleges
    confirmed_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    confirmed_as = models.ForeignKey("people.Membership", models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    beat_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["school", "-uploaded_at"], name="import_by_school"),
            models.Index(
                fields=["status", "uploaded_at"],
                condition=models.Q(status__in=["uploaded", "checking", "confirming"]),
                name="import_to_work_on",
            ),
        ]

    @property
    def label(self) -> str:
        return str(Stage(self.status).label)

    @property
    def percent(self) -> int:
        """0–100, for the progress bar."""
        return min(100, self.processed * 100 // self.total) if self.total else 0


class RowStatus(models.TextChoices):
    NEW = "new", "新增"
    CHANGED = "changed", "变更"
    SAME = "same", "无变化"
    ERROR = "error", "有错误"


class StagedRow(models.Model):
    """One row after the check. Everything personal is in `sealed` (exchange/vault.py); no column shows a value.

    `graduate` is the id of the row it would change: no foreign key, because it is only a proposal.
    """

    source = models.ForeignKey(Import, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()  # row of the file, as the spreadsheet counts
    status = models.CharField(max_length=8)
    graduate = models.UUIDField(null=True)
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["source", "status", "number"], name="staged_by_status")]


class HeaderName(models.Model):
    """A header of a school's own files, mapped once and remembered. `field` is a key of roster/columns.py."""

    school = models.ForeignKey("people.School", models.CASCADE, related_name="header_names")
    header = models.CharField(max_length=100)  # compared form (roster/headers.py)
    field = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "header"], name="one_meaning_per_header")]
