"""The database: that it takes writes, keeps what it acknowledged, has the right tables, and its guards."""

from __future__ import annotations

import csv
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from wangqian.operating.findings import Finding, bad, off, ok
from wangqian.people.clock import now
from wangqian.people.models import Throttle

GUARDS = Path(__file__).with_name("guards.csv")
KEPT = {"fsync": ("on",), "full_page_writes": ("on",), "synchronous_commit": ("on", "remote_apply")}
WAITS = {"lock_timeout": 3_000, "idle_in_transaction_session_timeout": 30_000}  # milliseconds at most, never 0
PRAGMAS = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
TRIGGERS = {
    "postgresql": """
        SELECT c.relname, t.tgname,
               t.tgenabled::text || ' ' || pg_get_triggerdef(t.oid, true) || ' ' || p.prosrc
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT t.tgisinternal AND n.nspname = current_schema()
        """,
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'",
}

# Every append-only table (it bears the trigger), and whether this role may change or empty it, or make itself able to as its owner.
RIGHTS = """
    SELECT c.relname, pg_has_role(c.relowner, 'MEMBER') OR has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE')
        OR has_any_column_privilege(c.oid, 'UPDATE')
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE t.tgname = 'append_only' AND n.nspname = current_schema()
    """


def rows(query: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [tuple(map(str, row)) for row in cursor.fetchall()]


def value(query: str) -> str:
    return rows(query)[0][0]


def engine() -> Finding:
    if connection.vendor == "postgresql":
        version = value("SHOW server_version")
        if int(value("SHOW server_version_num")) < 150000:
            return bad(_("PostgreSQL %(version)s。") % {"version": version}, _("请升级到 PostgreSQL 15 或更新的版本。"))
        return ok(_("PostgreSQL %(version)s。") % {"version": version})
    said = _("SQLite %(version)s：适合演示和单机试用。") % {"version": value("SELECT sqlite_version()")}
    if settings.DEMO or settings.TESTING:
        return ok(said)
    return off(said, _("正式运行请用 PostgreSQL（DATABASE_URL）：SQLite 只能有一个后台进程，也没有备库。"))


def writable() -> Finding:
    """A write that is taken back."""
    try:
        with transaction.atomic():
            Throttle.objects.create(key="writable", since=now())
            transaction.set_rollback(True)
    except DatabaseError as problem:
        return bad(
            _("数据库不能写入（%(error)s）。") % {"error": type(problem).__name__},
            _("看数据库是否在恢复或只读、磁盘是否已满、账号是否有写权限。"),
        )
    return ok(_("数据库可以写入。"))


def durability() -> Finding:
    """What was acknowledged survives a power cut (§6.1 of the security goals)."""
    if connection.vendor == "sqlite":
        return pragmas()
    wrong = [f"{name}={found}" for name, wanted in KEPT.items() if (found := value(f"SHOW {name}")) not in wanted]
    if value("SHOW data_checksums") != "on" and not settings.CHECKSUMS_ELSEWHERE:
        wrong.append("data_checksums=off")
    if wrong:
        return bad(
            _("数据库设置不保证已确认的办理不丢失：%(settings)s。") % {"settings": "，".join(wrong)},
            _("在 postgresql.conf 中改为 on 并重启数据库；data_checksums 须停库后用 pg_checksums --enable，"
              "磁盘本身带校验的可设 WANGQIAN_CHECKSUMS=elsewhere。"),
        )  # fmt: skip
    return ok(_("fsync、full_page_writes、synchronous_commit 和数据校验符合要求。"))


def pragmas() -> Finding:
    found = {name: value(f"PRAGMA {name}") for name in PRAGMAS}
    wrong = [f"{name}={found[name]}" for name, wanted in PRAGMAS.items() if found[name] != wanted]
    if wrong:
        return bad(
            _("SQLite 设置不保证已确认的办理不丢失：%(settings)s。") % {"settings": "，".join(wrong)},
            _("数据库文件须放在本机磁盘上（不支持网络盘），并由本程序打开。"),
        )
    return ok(_("journal_mode、synchronous 和 foreign_keys 符合要求。"))


def waits() -> Finding:
    """Nobody waits for ever for a lock, and nobody holds one while doing nothing."""
    if connection.vendor == "sqlite":
        return off(_("SQLite 不适用。"))
    most = WAITS | ({"statement_timeout": settings.STATEMENT_SECONDS * 1000} if settings.STATEMENT_SECONDS else {})
    query = "SELECT name, setting FROM pg_settings WHERE name IN ('{}')".format("', '".join(most))
    wrong = [f"{name}={found} ms" for name, found in rows(query) if not 0 < int(found) <= most[name]]
    if wrong:
        return bad(
            _("数据库的等待没有期限：%(settings)s。") % {"settings": "，".join(wrong)},
            _("本程序连接时会自行设置；经过连接池的，请在数据库账号上用 ALTER ROLE … SET 设置。"),
        )
    return ok(_("锁等待和空闲事务都有期限。"))


@lru_cache(maxsize=1)
def shipped() -> frozenset[tuple[str, str]]:
    """The migrations that come with this version."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations or ())


def migrations() -> Finding:
    missing = shipped() - set(MigrationRecorder(connection).applied_migrations())
    if missing:
        first = ".".join(min(missing))
        return bad(
            _("数据库表比程序旧：缺 %(count)d 个迁移，如 %(first)s。") % {"count": len(missing), "first": first},
            _("停掉旧程序前先运行 ./run manage migrate。"),
        )
    return ok(_("数据库表与程序版本一致。"))


def guards() -> Finding:
    """The triggers are there and say what they said when they were made."""
    wanted, found = written_guards(), standing_guards()
    missing = sorted(f"{table}.{name}" for table, name in set(wanted) - set(found))
    changed = sorted(f"{table}.{name}" for table, name in set(wanted) & set(found) if wanted[table, name] != found[table, name])
    if missing or changed:
        said = _("数据库的防护触发器缺失：%(missing)s；被改动：%(changed)s。")
        return bad(
            said % {"missing": "，".join(missing) or "–", "changed": "，".join(changed) or "–"},
            _("立即查明是谁改的；防护缺失期间事件记录可能被改写。按迁移文件重建触发器，再核对事件日志。"),
        )
    return ok(_("%(count)d 个防护触发器齐全、未被改动。") % {"count": len(wanted)})


def rights() -> Finding:
    """What is append-only is so by right, not by triggers alone: the role the site runs as may add, and change nothing."""
    if connection.vendor == "sqlite":
        return off(_("SQLite 不适用。"))
    changeable = [table for table, may in rows(RIGHTS) if may == "True"]
    words = {"role": value("SELECT current_user"), "count": len(changeable), "first": min(changeable, default="")}
    if changeable:
        return off(
            _("数据库账号 %(role)s 有权改写或删除 %(count)d 个只增不改的表（如 %(first)s），现在只靠触发器防护。") % words,
            _("按 docs/operate.md 的“Two database roles”，建表和升级用一个账号，网页和后台进程用另一个。"),
            _("建议配置"),
        )
    return ok(_("数据库账号 %(role)s 无权改写、删除只增不改的表。") % words)


def written_guards() -> dict[tuple[str, str], str]:
    """(table, trigger) → digest of its definition, as `guards.csv` has it for this engine."""
    with GUARDS.open(encoding="utf-8", newline="") as file:
        return {(r["table"], r["trigger"]): r["digest"] for r in csv.DictReader(file) if r["engine"] == connection.vendor}


def standing_guards() -> dict[tuple[str, str], str]:
    """The same, as the database has it."""
    return {
        (table, name): sha256(" ".join(definition.split()).encode()).hexdigest()[:16]
        for table, name, definition in rows(TRIGGERS[connection.vendor])
    }
