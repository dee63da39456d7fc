"""The same through an object storage that speaks S3, on a server of our own; and what happens when it does not answer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage

from tests.cast import Cast
from tests.uploads.making import jpeg
from wangqian import storage
from wangqian.cases.models import Case, Evidence
from wangqian.chart.words import Refused
from wangqian.documents import shelf, uploads
from wangqian.operating.checks import files
from wangqian.operating.findings import Mark

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
BUCKET = "wangqian-test"
ENVIRONMENT = {
    "WANGQIAN_STORAGE": "s3",
    "WANGQIAN_S3_BUCKET": BUCKET,
    "WANGQIAN_S3_REGION": "us-east-1",
    "WANGQIAN_S3_KEY_ID": "testing",
    "WANGQIAN_S3_KEY_SECRET": "testing",
    "WANGQIAN_S3_ADDRESSING": "path",
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """An S3 server on loopback."""
    from moto.server import ThreadedMotoServer

    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def bucket(server: str, settings: Any) -> Any:
    """The default storage is a bucket there, with what is in it."""
    options = {"endpoint_url": server, "region_name": "us-east-1", "aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    resource = boto3.resource("s3", **options)
    made = resource.Bucket(BUCKET)
    if BUCKET in [one.name for one in resource.buckets.all()]:
        made.objects.delete()
    else:
        made.create()
    configure(settings, server)
    return made


def configure(settings: Any, endpoint: str) -> None:
    entry = storage.default(ENVIRONMENT | {"WANGQIAN_S3_ENDPOINT": endpoint})
    settings.STORAGES = {**settings.STORAGES, "default": entry}


def test_the_shelf_keeps_reads_and_removes(bucket: Any) -> None:
    assert shelf.read("evidence/2026/ab/x") is None
    shelf.keep("evidence/2026/ab/x", b"one")
    shelf.keep("evidence/2026/ab/x", b"one")
    assert shelf.read("evidence/2026/ab/x") == b"one"
    shelf.keep("evidence/2026/ab/x", b"two")
    assert [one.key for one in bucket.objects.all()] == ["evidence/2026/ab/x"]
    assert shelf.read("evidence/2026/ab/x") == b"two"
    grants = bucket.Object("evidence/2026/ab/x").Acl().grants
    assert [one["Permission"] for one in grants] == ["FULL_CONTROL"] and "URI" not in grants[0]["Grantee"]
    assert "?" not in default_storage.url("evidence/2026/ab/x"), "no address carries a permission"
    shelf.remove("evidence/2026/ab/x")
    shelf.remove("evidence/2026/ab/x")
    assert shelf.read("evidence/2026/ab/x") is None


def test_a_file_from_hand_to_page_and_the_night(bucket: Any, cast: Cast, case: Case) -> None:
    data = jpeg()
    row = uploads.receive(case, "scan", "a.jpg", data, owner=cast.graduate.user)
    assert (row.state, uploads.original(row)) == ("accepted", data)
    assert uploads.page(row, 1).startswith(b"\xff\xd8\xff\xe0")
    assert sorted(one.key for one in bucket.objects.all()) == [row.key, row.page_key(1)]
    assert all(b"JFIF" not in one.get()["Body"].read() for one in bucket.objects.all())
    found = uploads.compare()
    assert (found.rows, found.objects_found, found.missing, found.damaged, found.stray) == (1, 2, 0, 0, 0)
    bucket.Object(row.key).delete()
    assert (uploads.compare().missing, files.kept().mark) == (1, Mark.BAD)


def test_the_doctor_tries_it(bucket: Any) -> None:
    assert files.storage().mark is Mark.OK
    assert list(bucket.objects.all()) == []


@pytest.fixture
def nobody(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A storage that does not answer: nothing listens there."""
    monkeypatch.setattr(storage, "TRIES", 1)
    monkeypatch.setattr(storage, "CONNECT", 1)
    configure(settings, "http://127.0.0.1:9")


def test_one_out_of_reach_is_a_sentence_not_a_crash(nobody: None, cast: Cast, case: Case) -> None:
    with pytest.raises(shelf.OutOfReach):
        shelf.read("evidence/x")
    with pytest.raises(Refused, match="暂时存不进去"):
        uploads.receive(case, "scan", "a.jpg", jpeg(), owner=cast.graduate.user)
    assert not Evidence.objects.exists()
    finding = files.storage()
    assert (finding.mark, "对象存储是否可达" in finding.remedy) == (Mark.BAD, True)
    assert "127.0.0.1" not in finding.said


def test_settings_say_what_is_missing() -> None:
    assert storage.default({})["BACKEND"].endswith("FileSystemStorage")
    with pytest.raises(ImproperlyConfigured, match="WANGQIAN_S3_KEY_ID"):
        storage.default({"WANGQIAN_STORAGE": "s3", "WANGQIAN_S3_BUCKET": "b"})
    with pytest.raises(ImproperlyConfigured, match="`local` or `s3`"):
        storage.default({"WANGQIAN_STORAGE": "ftp"})
    assert "WANGQIAN_STORAGE" not in os.environ
