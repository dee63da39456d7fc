"""The sequencer and its heads: every event once, whatever its id; signed only while nothing signed was changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.log.books import run
from tests.log.test_tree import full_over, slow_root
from wangqian.cases import log, log_key, log_tree, merkle
from wangqian.cases.models import Event, Head, Leaf, LogKey, Node, Sequencer
from wangqian.people.clock import SHANGHAI, now


@pytest.fixture(autouse=True)
def own_key(tmp_path: Path, settings: Settings) -> None:
    settings.VAR = tmp_path


def hours_later() -> None:
    """The last sweep is an hour old."""
    Sequencer.objects.update(swept_at=now() - log.SWEEP)


def unguarded(act: Callable[[], object], table: str) -> None:
    """As somebody with the database itself: the guards off for one act."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            act()
            cursor.execute("SET session_replication_role = origin")
            return
        names = [f"{table}_no_update", f"{table}_no_delete"]
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name IN (%s, %s)", names)
        lifted = cursor.fetchall()
        for name, _sql in lifted:
            cursor.execute(f"DROP TRIGGER {name}")
        act()
        for _name, sql in lifted:
            cursor.execute(sql)


def test_every_event_gets_the_next_place_once(cast: Cast) -> None:
    first = cast.signed()
    assert log.work() == Event.objects.count()
    assert log.work() == 0
    cast.termination(first)
    assert log.work() == Event.objects.count() - Leaf.objects.filter(event__case=first).count()
    leaves = list(Leaf.objects.order_by("position").values_list("position", "event", "hash", "event__hash"))
    assert [leaf[0] for leaf in leaves] == list(range(Event.objects.count()))
    assert all(kept == hash for _position, _event, kept, hash in leaves)


def test_the_head_is_signed_over_the_tree(cast: Cast) -> None:
    cast.signed()
    log.work()
    head, key = Head.objects.get(), log_key.current()
    hashes = [bytes.fromhex(one) for one in Leaf.objects.order_by("position").values_list("hash", flat=True)]
    assert (head.size, head.root) == (len(hashes), slow_root(hashes).hex())
    assert (head.key_id, head.origin, LogKey.objects.get().public) == (key.id, "localhost:8000", key.public)
    assert now() - head.at < timedelta(minutes=1)


def test_no_head_without_news_but_one_an_hour(cast: Cast) -> None:
    cast.signed()
    for _round in range(3):
        log.work()
    size = Head.objects.get().size
    unguarded(lambda: Head.objects.update(at=now() - log.LIFE), "cases_head")
    log.work()
    assert list(Head.objects.values_list("size", flat=True)) == [size, size]


def test_what_the_quick_look_cannot_see_a_sweep_finds(cast: Cast) -> None:
    """An id below the settled ones is looked for once an hour, however it got there."""
    cast.signed()
    last = Event.objects.order_by("-pk").values_list("pk", flat=True)[0]
    Sequencer.objects.create(settled=last, highest=last, swept_at=now())
    assert (log.work(), log.work()) == (0, 0)
    hours_later()
    assert log.work() == Event.objects.count()


@pytest.mark.postgres
def test_an_event_that_commits_late_with_a_small_id_is_found(stage: Cast) -> None:
    """A cursor over ids would never see it: it commits after larger ids have got their places."""
    early = stage.invited()
    held, seen = Event(), Barrier(2)

    def slow() -> None:
        nonlocal held
        try:
            with transaction.atomic():
                held = stage.act(early, "retract", stage.employer)
                seen.wait(20)  # its id is taken; another event commits and is sequenced
                seen.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(slow)
        seen.wait(20)
        stage.invited(stage.other_employer, stage.graduate_named("李斯"))
        log.work()
        assert Leaf.objects.filter(event_id__gt=held.pk).exists()
        assert not Leaf.objects.filter(event_id=held.pk).exists()
        seen.wait(20)
        done.result()
    log.work()
    assert Leaf.objects.get(event_id=held.pk).position == Event.objects.count() - 1


@pytest.mark.postgres
def test_several_workers_give_every_place_once(stage: Cast) -> None:
    for at in range(6):
        stage.signed(stage.employer_named(f"单位{at}"), stage.graduate_named(f"毕业生{at}"))
    start = Barrier(3)

    def worker(_number: int) -> None:
        try:
            start.wait(20)
            for _round in range(40):
                log.sequence(2)
            log.publish()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(worker, range(3)))
    log.work()
    assert list(Leaf.objects.order_by("position").values_list("position", flat=True)) == list(range(Event.objects.count()))
    assert len({head.size for head in Head.objects.all()}) == Head.objects.count()


def test_a_case_stands_in_the_log_in_its_own_order(cast: Cast) -> None:
    case = cast.signed()
    log.work()
    assert list(Leaf.objects.filter(event__case=case).order_by("position").values_list("event__number", flat=True)) == [
        1, 2, 3, 4,
    ]  # fmt: skip


def test_small_batches_make_the_same_log(cast: Cast) -> None:
    cast.signed()
    while log.sequence(1):
        pass
    log.publish()
    hashes = [bytes.fromhex(one) for one in Event.objects.order_by("pk").values_list("hash", flat=True)]
    assert Head.objects.get().root == slow_root(hashes).hex()


# --- the stored tree ---------------------------------------------------------------------------------


def planted(count: int) -> list[bytes]:
    """A log of that many leaves without events: the tree alone. As the sequencer writes it, in uneven batches."""
    hashes = [at.to_bytes(32, "big") for at in range(count)]
    size = 0
    while size < count:
        batch = hashes[size : size + 700]
        leaves = [Leaf(position=size + at, event_id=size + at + 10**6, hash=one.hex()) for at, one in enumerate(batch)]
        Leaf.objects.bulk_create(leaves)
        Node.objects.bulk_create(log_tree.full_nodes(size, leaves))
        size += len(batch)
    return hashes


@pytest.fixture
def no_foreign_keys(db: None) -> object:
    """Leaves of no events; removed before the check at the end."""
    if connection.vendor == "postgresql":
        pytest.skip("foreign keys are checked at once there")
    with connection.constraint_checks_disabled():
        yield
        unguarded(lambda: Leaf.objects.all().delete(), "cases_leaf")


def test_proofs_from_kept_nodes_equal_those_from_all_leaves(no_foreign_keys: None) -> None:
    hashes = planted(1500)
    assert Node.objects.filter(level=8).count() == 1500 // 256
    for size in (1, 255, 256, 257, 1024, 1500):
        assert merkle.root(log_tree.Stored(), 0, size) == slow_root(hashes[:size])
    whole = full_over(hashes)
    for at in (0, 255, 256, 777, 1279, 1499):
        assert merkle.inclusion(log_tree.Stored(), at, 1500) == merkle.inclusion(whole, at, 1500)
    for old in (1, 256, 300, 1024, 1499, 1500):
        assert merkle.consistency(log_tree.Stored(), old, 1500) == merkle.consistency(whole, old, 1500)


def test_a_root_reads_a_few_rows_of_a_large_log(no_foreign_keys: None) -> None:
    planted(3000)
    with CaptureQueriesContext(connection) as seen:
        merkle.root(log_tree.Stored(), 0, 3000)
    assert len(seen) == 2  # the kept nodes, the last leaves


# --- never sign a fork -------------------------------------------------------------------------------


def test_nothing_is_signed_over_a_changed_log(cast: Cast) -> None:
    case = cast.signed()
    log.work()
    unguarded(lambda: Leaf.objects.filter(position=1).update(hash="0" * 64), "cases_leaf")
    cast.termination(case)
    log.work()
    assert Head.objects.count() == 1
    assert log.status() == (
        False,
        "事件日志：已签名的日志头与现在的日志不一致，已停止签名。请立即核查（见运行手册“事件日志”）。",
    )


def test_nothing_is_signed_over_a_cut_log(cast: Cast) -> None:
    cast.signed()
    log.work()
    unguarded(lambda: Leaf.objects.filter(position__gte=2).delete(), "cases_leaf")
    with pytest.raises(log.Broken, match="不一致"):
        log.publish()


def test_nothing_is_signed_over_an_event_that_got_another_hash(cast: Cast) -> None:
    case = cast.signed()
    log.work()
    cast.termination(case)
    log.sequence()
    new = Event.objects.order_by("-pk")[0]
    unguarded(lambda: Event.objects.filter(pk=new.pk).update(hash="0" * 64), "cases_event")
    with pytest.raises(log.Broken, match="有事件与写入日志时不同"):
        log.publish()


def test_trouble_ends_with_its_cause(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    settings.LOG_KEY = str(tmp_path / "nowhere.pem")
    cast.signed()
    log.work()
    assert log.status() == (
        False,
        "事件日志：日志签名密钥不能使用。请立即核查（见运行手册“事件日志”）。",
    )
    settings.LOG_KEY = ""
    log.work()
    connected, sentence = log.status()
    assert connected and sentence.startswith(f"事件日志：{Event.objects.count()} 个事件，最近一次签名 ")
    at = Head.objects.latest("pk").at.astimezone(SHANGHAI)
    assert f"最近一次签名 {at:%Y-%m-%d %H:%M:%S}。" in sentence
    assert sentence.endswith("签名密钥由系统自动生成，保存在本机；正式运行请设置 WANGQIAN_LOG_KEY。")


def test_a_worker_that_stopped_is_noticed(cast: Cast) -> None:
    assert log.status() == (False, "事件日志：还没有签名的日志头，请确认后台任务在运行。")
    cast.signed()
    log.work()
    cast.invited(cast.other_employer, cast.graduate_named("李斯"))
    assert log.status()[0] is True
    fresh = Event.objects.filter(leaf=None)
    unguarded(lambda: fresh.update(at=now() - log.LATE - timedelta(seconds=1)), "cases_event")
    assert log.status() == (False, "事件日志：有事件超过 5 分钟没有进入日志，请确认后台任务在运行。")


@pytest.mark.parametrize("model", [Leaf, Node, LogKey, Head])
def test_what_was_written_stays(cast: Cast, model: type) -> None:
    cast.signed()
    log.work()
    if model is Node:
        Node.objects.create(level=8, index=0, hash="0" * 64)
    rows = model.objects.all()  # type: ignore[attr-defined]
    for act in (lambda: rows.update(**first_field(model)), lambda: rows._raw_delete(rows.db)):
        with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
            act()


def first_field(model: type) -> dict[str, str]:
    return {"public": ""} if model is LogKey else {"root": "0"} if model is Head else {"hash": "0"}


# --- outside -----------------------------------------------------------------------------------------


def test_the_export_is_checked_offline(cast: Cast, tmp_path: Path) -> None:
    case = cast.signed()
    log.work()
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps(log.head_json(Head.objects.get())), "utf-8")
    termination = cast.termination(case)
    cast.act(termination, "accept", cast.employer)
    log.work()
    folder = tmp_path / "export"
    call_command("export_log", folder)
    done = run("log", folder, "--head", kept, "--key", log_key.current().id, script=folder / "verify.py")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "结论：没有发现错误。")
    with pytest.raises(CommandError, match="not empty"):
        call_command("export_log", folder)


@pytest.mark.parametrize("column", ["step", "ip", "data"])
def test_an_event_changed_in_the_database_is_found_offline(cast: Cast, tmp_path: Path, column: str) -> None:
    cast.signed()
    log.work()
    victim = Event.objects.get(number=2, flow="online")
    value = {"x": "y"} if column == "data" else "x"
    unguarded(lambda: Event.objects.filter(pk=victim.pk).update(**{column: value}), "cases_event")
    call_command("export_log", tmp_path / "export")
    assert run("log", tmp_path / "export").returncode == 1
