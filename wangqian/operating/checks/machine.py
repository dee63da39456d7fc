"""The machine: room on the disk, the clock, fonts, collected files, languages."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import typst
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.translation import gettext as _

from wangqian.documents import fonts, glyphs
from wangqian.operating.findings import Finding, bad, demo, off, ok
from wangqian.people import clock, workdays

ALARM, LEAST = 0.15, 0.10  # of the disk: an alarm below the first, no more requests below the second
OFFSET = 1.0  # seconds between our clock and the database's
SAMPLE = "网上签约就业协议书（甲方、乙方）：龘靐齉䶮〇"
SOURCE = """#set page(width: 60mm, height: 20mm)
#set text(font: sys.inputs.family)
#sys.inputs.words
"""


def free() -> float:
    """The smallest free share of the disks data and files are on."""
    places = {settings.VAR, settings.MEDIA_ROOT}
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        places.add(Path(settings.DATABASES["default"]["NAME"]).parent)
    found = []
    for place in places:
        with suppress(OSError):
            usage = shutil.disk_usage(standing(Path(place)))
            found.append(usage.free / usage.total)
    return min(found, default=0.0)


def standing(path: Path) -> Path:
    """The folder itself, or the nearest one above that exists."""
    return path if path.exists() or path.parent == path else standing(path.parent)


def disk() -> Finding:
    return room(ALARM)


def last_room() -> Finding:
    return room(LEAST)


def room(least: float) -> Finding:
    share = free()
    words = {"free": round(share * 100), "least": round(least * 100)}
    if share < least:
        return bad(
            _("磁盘只剩 %(free)d%%，少于 %(least)d%%。") % words,
            _("清理或扩容 WANGQIAN_VAR 所在的磁盘；数据库的磁盘由数据库所在的机器另行监视。"),
        )
    return ok(_("磁盘还有 %(free)d%%（不少于 %(least)d%%）。") % words)


def offset() -> float:
    """Seconds by which this machine's clock is ahead of the database's; the way there and back is halved out."""
    before = datetime.now(UTC)
    there = clock.now()
    after = datetime.now(UTC)
    return ((before + (after - before) / 2) - there).total_seconds()


def time() -> Finding:
    seconds = offset()
    if abs(seconds) > OFFSET:
        return bad(
            _("本机与数据库的时钟相差 %(seconds).1f 秒。") % {"seconds": seconds},
            _("在两台机器上都启用对时（chrony 或 systemd-timesyncd）。期限以数据库的时钟为准。"),
        )
    return ok(_("本机与数据库的时钟相差 %(seconds).3f 秒。") % {"seconds": seconds})


def fonts_and_printing() -> Finding:
    """Papers can be set: the CJK face loads, covers the sample, and a page comes out."""
    missing = glyphs.missing(SAMPLE)
    if missing:
        return bad(
            _("字体缺字：%(characters)s。") % {"characters": "".join(missing)},
            _("在 WANGQIAN_FONT_DIR 指向的目录放入含这些字的字体，重启后台进程。"),
        )
    faces = fonts.faces()
    made = typst.compile(
        SOURCE.encode(),
        font_paths=faces.fonts,
        ignore_system_fonts=True,
        sys_inputs={"family": faces.families[0], "words": SAMPLE},
    )
    if not isinstance(made, bytes) or not made.startswith(b"%PDF-"):
        return bad(_("没有生成 PDF。"), _("重新安装依赖（./run manage doctor 会自动检查）；仍不行请联系开发者。"))
    return ok(_("%(count)d 个字符可以印刷，字体族 %(families)s。") % {
        "count": len(faces.characters), "families": "，".join(faces.families)
    })  # fmt: skip


def static_files() -> Finding:
    """Every file the pages name is where the web server looks for it."""
    if settings.TESTING:
        return demo(_("测试不收集静态文件。"))
    manifest = getattr(staticfiles_storage, "hashed_files", {})
    named = {path for path in ("css/frame.css", "wangqian.js", "img/logo.svg") if finders.find(path)}
    absent = [path for path in sorted(named) if path not in manifest or not (settings.STATIC_ROOT / manifest[path]).exists()]
    if absent or not named:
        return bad(
            _("静态文件没有收集齐：%(files)s。") % {"files": "，".join(absent) or "–"},
            _("运行 ./run manage collectstatic --no-input（./run serve 启动时会自动做）。"),
        )
    return ok(_("静态文件 %(count)d 个。") % {"count": len(manifest)})


def languages() -> Finding:
    """Each catalogue is compiled, and not older than its source."""
    sources = [po for folder in settings.LOCALE_PATHS for po in Path(folder).glob("*/LC_MESSAGES/*.po")]
    stale = [
        po.parent.parent.name
        for po in sources
        if not po.with_suffix(".mo").exists() or po.with_suffix(".mo").stat().st_mtime_ns < po.stat().st_mtime_ns
    ]
    if stale:
        return bad(
            _("语言文件没有编译：%(languages)s。") % {"languages": "，".join(sorted(stale))},
            _("运行任意一个 ./run 命令，它会自动编译。"),
        )
    return ok(_("语言文件已编译：%(count)d 种。") % {"count": len({po.parent.parent for po in sources})})


def address() -> Finding:
    """The site's own address: https, and among the hosts that are answered."""
    if settings.DEMO or settings.TESTING:
        return demo(_("演示环境：%(url)s。") % {"url": settings.SITE_URL})
    url = urlsplit(settings.SITE_URL)
    if url.scheme != "https" or not url.hostname:
        return bad(
            _("SITE_URL 不是 https 地址：%(url)s。") % {"url": settings.SITE_URL or "–"},
            _("设为对外的完整地址，如 https://sign.example.edu.cn；二维码和通知里的链接都用它，登录用的 Cookie 也要求 https。"),
        )
    hosts = [host.lstrip(".") for host in settings.ALLOWED_HOSTS]
    if "*" in hosts or not any(url.hostname == host or url.hostname.endswith(f".{host}") for host in hosts):
        return bad(
            _("ALLOWED_HOSTS 与 SITE_URL 不符：%(hosts)s。") % {"hosts": "，".join(settings.ALLOWED_HOSTS)},
            _("ALLOWED_HOSTS 列出对外的域名（不能是 *），其中要有 %(host)s。") % {"host": url.hostname},
        )
    return ok(_("对外地址 %(url)s。") % {"url": settings.SITE_URL})


def holidays() -> Finding:
    """Deadlines in working days reach into days whose arrangement is not known: then only weekends are left out."""
    words = {"day": f"{workdays.KNOWN_UNTIL:%Y-%m-%d}"}
    if clock.today(workdays.workdays_after(clock.now(), 5)) > workdays.KNOWN_UNTIL:
        return off(_("法定节假日只知道到 %(day)s，此后的工作日只除去周末。") % words, _("升级到含有新一年放假安排的版本。"), _("待更新"))
    return ok(_("法定节假日和调休已知到 %(day)s。") % words)
