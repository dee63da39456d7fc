"""Files: a storage that keeps what it is given, and the evidence in it, checked and complete."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.core.files.storage import FileSystemStorage, default_storage
from django.utils.translation import gettext as _

from wangqian.cases.models import Evidence, EvidenceState, EvidenceSweep
from wangqian.documents import shelf
from wangqian.operating.findings import Finding, bad, off, ok
from wangqian.people.clock import now

SLOW = timedelta(minutes=10)  # a file unchecked for longer
STALE = timedelta(days=3)  # a comparison older than that is none


def storage() -> Finding:
    """A small file is written, put on disk, renamed, read back and removed; in an object storage written, read and removed."""
    content, local = uuid4().bytes, isinstance(default_storage, FileSystemStorage)
    try:
        same = on_disk(content) if local else remote(content)
    except OSError as problem:
        kind = str(problem) if isinstance(problem, shelf.OutOfReach) else type(problem).__name__
        remedy = _("看 WANGQIAN_VAR 指向的目录是否存在、是否可写、磁盘是否已满。")
        if not local:
            remedy = _("看对象存储是否可达，WANGQIAN_S3_… 的地址、桶、密钥是否正确，密钥是否有读写删的权限。")
        return bad(_("文件存储不能写入（%(error)s）。") % {"error": kind}, remedy)
    if not same:
        return bad(_("读回的文件与写入的不一样。"), _("停止使用这块存储，检查磁盘或对象存储服务。"))
    return ok(_("写入、落盘、改名、读回都正常。") if local else _("对象存储的写入、读回、删除都正常。"))


def on_disk(content: bytes) -> bool:
    folder = Path(default_storage.path("."))
    folder.mkdir(parents=True, exist_ok=True)
    first, second = folder / f".check-{uuid4()}", folder / f".check-{uuid4()}"
    try:
        with first.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        first.rename(second)
        return second.read_bytes() == content
    finally:
        first.unlink(missing_ok=True)
        second.unlink(missing_ok=True)


def remote(content: bytes) -> bool:
    name = f"check/{uuid4()}"
    shelf.keep(name, content)
    try:
        same = shelf.read(name) == content
    finally:
        shelf.remove(name)
    return same and shelf.read(name) is None


def checked() -> Finding:
    """Nothing waits in quarantine longer than it should."""
    waiting = Evidence.objects.filter(state=EvidenceState.QUARANTINE, dropped_at=None, uploaded_at__lte=now() - SLOW)
    if count := waiting.count():
        return bad(
            _("%(count)d 个上传的文件还没有检查，学生用不了。") % {"count": count},
            _("看后台进程是否在运行；在日志里查“upload not checked”，多半是检查程序起不来或内存不足。"),
        )
    return ok(_("上传的文件都检查过了。"))


def kept() -> Finding:
    """The nightly comparison of rows and objects."""
    last = EvidenceSweep.objects.first()
    if last is None:
        return off(_("还没有核对过文件；后台进程每晚核对一次。"))
    words = {"rows": last.rows, "missing": last.missing, "damaged": last.damaged, "stray": last.stray}
    if last.missing or last.damaged:
        return bad(
            _("文件与记录不一致：缺少 %(missing)d 个，内容有变 %(damaged)d 个。") % words,
            _("停止改动存储，从备份恢复缺少或有变的文件（docs/operate.md）；查明是谁动过。"),
        )
    if last.at <= now() - STALE:
        return bad(_("三天没有核对文件了。"), _("看后台进程的“old uploads”任务是否在失败。"))
    return ok(_("%(rows)d 个文件与记录一致；没有记录的 %(stray)d 个，30 天后删除。") % words)
