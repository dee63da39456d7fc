"""The roster import as pages use it: receive, look, assign meanings, confirm, cancel, download.

Only members of the school itself (not of a college) may do any of it, for their own school; others get what a missing import
gets. Every refusal is a sentence (`Refused`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from wangqian.cases.act import NotYours
from wangqian.chart.words import Refused
from wangqian.exchange import gate, vault
from wangqian.exchange.models import HeaderName, Import, RowStatus, Stage, StagedRow
from wangqian.exchange.roster import headers
from wangqian.exchange.roster.columns import BY_KEY, COLUMNS
from wangqian.people.clock import now
from wangqian.people.ids import new_id
from wangqian.people.models import AccessLog, Actor, Capacity, Cohort, Membership, School

WHAT = "roster_import"


def receive(
    actor: Actor,
    school: School,
    cohort: Cohort,
    filename: str,
    chunks: Iterable[bytes],
    *,
    create_colleges: bool = False,
) -> Import:
    """Take an upload; the worker checks it. Raises Refused for what can be told at once, and then keeps nothing."""
    own(actor, school)
    if cohort.school_id != school.pk:
        raise NotYours("找不到此事项。")
    form = gate.form_of(filename)
    content = collected(form, chunks)
    gate.look(form, content)
    key = new_id()
    name = vault.put(key, content)  # object first, row after: a row always finds its file
    try:
        return Import.objects.create(
            id=key,
            school=school,
            cohort=cohort,
            uploaded_by=actor.user,
            uploaded_at=now(),
            filename=filename[-120:],
            form=form,
            file=name,
            create_colleges=create_colleges,
        )
    except BaseException:
        vault.remove(name)
        raise


def collected(form: str, chunks: Iterable[bytes]) -> bytes:
    """The upload in one piece; stops reading at the limit."""
    limit, content = gate.MAX_BYTES[form], bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > limit:
            raise Refused("文件超过{limit} MB。请按院系拆成几个文件分别上传。", limit=limit // 2**20)
    return bytes(content)


def imports_for(actor: Actor) -> QuerySet[Import]:
    """The imports of the actor's school, newest first; nobody else's."""
    member = _member(actor)
    found = Import.objects.filter(school=member.school) if member and member.school else Import.objects.none()
    return found.select_related("cohort", "uploaded_by").order_by("-uploaded_at")


def the_import(actor: Actor, key: UUID | str) -> Import:
    """One import of the actor's school. Raises NotYours."""
    found = imports_for(actor).select_related("school").filter(pk=key).first()
    if found is None:
        raise NotYours("找不到此事项。")
    return found


def meanings(job: Import) -> list[tuple[int, str, str]]:
    """(column counted from 0, header, key or "") of the file, to show and to assign."""
    return [(place, header, key) for place, (header, key) in enumerate(job.headers)]


def choices(job: Import) -> list[tuple[str, str]]:
    """(key, label) of fields that no column of the file fills yet, for `assign`."""
    taken = {key for _header, key in job.headers}
    return [(column.key, _(column.label)) for column in COLUMNS if column.key not in taken]


def assign(actor: Actor, job: Import, given: Mapping[str, str]) -> Import:
    """Say what unknown headers mean ({header: key}); remembered for the school, and the file is checked again.

    An empty key forgets a meaning. Raises Refused when two headers get the same key or one is unknown.
    """
    own(actor, job.school)
    keys = [key for key in given.values() if key]
    if len(set(keys)) < len(keys) or not set(keys) <= BY_KEY.keys():
        raise Refused("每个字段只能对应文件中的一列，请重新选择。")
    with transaction.atomic():
        _step(job, (Stage.MAPPING, Stage.CHECKED), status=Stage.UPLOADED, notes=[])
        for header, key in given.items():
            spelled = headers.normal(header)
            if key:
                HeaderName.objects.update_or_create(school=job.school, header=spelled, defaults={"field": key})
            else:
                HeaderName.objects.filter(school=job.school, header=spelled).delete()
    return job


def allow_colleges(actor: Actor, job: Import, create: bool) -> Import:
    """Switch the making of unknown colleges on or off; the file is checked again."""
    own(actor, job.school)
    _step(job, (Stage.CHECKED,), status=Stage.UPLOADED, create_colleges=create, notes=[], new_colleges=[])
    return job


def confirm(job: Import, actor: Actor, only_good: bool) -> Import:
    """Let the worker write what the check showed. With errors in the file, only when asked for the good rows alone."""
    own(actor, job.school)
    job.refresh_from_db()
    if job.errors and not only_good:
        raise Refused("还有{errors}行有错误。请改正后重新上传，或只导入没有错误的行。", errors=job.errors)
    if not job.new and not job.changed:
        raise Refused("没有需要导入的行。")
    with transaction.atomic():
        _step(
            job,
            (Stage.CHECKED,),
            status=Stage.CONFIRMING,
            confirmed_by=actor.user,
            confirmed_as=actor.membership,
            total=job.new + job.changed,
            processed=0,
        )
        facts = {"year": job.cohort.year, "new": job.new, "changed": job.changed}
        log(actor, _("%(year)d届生源信息：新增%(new)d人，变更%(changed)d人") % facts)
    return job


def cancel(job: Import, actor: Actor) -> Import:
    """Give up an import that is not being written; file and rows go away."""
    own(actor, job.school)
    open_ = (Stage.UPLOADED, Stage.CHECKING, Stage.MAPPING, Stage.CHECKED)
    name = job.file
    _step(job, open_, status=Stage.CANCELLED, finished_at=now(), claim=None, file="", notes=[])
    StagedRow.objects.filter(source=job).delete()
    vault.remove(name)
    return job


def log(actor: Actor, why: str, what: str = WHAT) -> None:
    AccessLog.objects.create(
        actor=actor.user, membership=actor.membership, what=what, why=why[:100], ip=actor.ip or None, at=now()
    )


def own(actor: Actor, school: School) -> None:
    """Raises NotYours unless the actor acts for this school itself."""
    member = _member(actor)
    if member is None or member.school_id != school.pk:
        raise NotYours("找不到此事项。")


def _member(actor: Actor) -> Membership | None:
    """The membership as it is now, when it is one of a school."""
    return (
        Membership.objects.filter(
            pk=actor.membership.pk, kind=Capacity.SCHOOL, active=True, user__is_active=True, user=actor.user
        )
        .select_related("school")
        .first()
    )


def _step(job: Import, allowed: Iterable[Stage], **columns: object) -> None:
    """Move an import on if it still stands where the page showed it."""
    if not Import.objects.filter(pk=job.pk, status__in=list(allowed)).update(**columns):
        job.refresh_from_db()
        raise Refused("此次导入现在是“{state}”，不能再这样办理。请刷新页面查看。", state=job.label)
    job.refresh_from_db()


def rows_of(job: Import, status: RowStatus) -> QuerySet[StagedRow]:
    return StagedRow.objects.filter(source=job, status=status).order_by("number")
