"""The log as anybody sees it, and the evidence as its parties get it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.log.books import SCRIPT, run
from tests.screens.pages import PageClient, enter, read
from wangqian.cases import log
from wangqian.cases.models import Case, Event, Head
from wangqian.documents.make import work
from wangqian.documents.models import Artefact
from wangqian.people.models import AccessLog


@pytest.fixture(autouse=True)
def places(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT, settings.VAR = tmp_path / "files", tmp_path


@pytest.fixture
def case(cast: Cast) -> Case:
    found = cast.signed()
    work()
    log.work()
    return found


def test_before_the_first_head(db: None) -> None:
    page = PageClient().get("/log/")
    assert (page.status_code, "还没有日志头" in page.content.decode()) == (200, True)
    assert PageClient().get("/log/heads.json").json() == {"heads": [], "keys": {}, "next": None}
    assert PageClient().get("/log/proof.json", {"old": 1, "new": 1}).status_code == 422


def test_the_page_shows_the_head_and_its_key(case: Case) -> None:
    head, page = Head.objects.get(), PageClient().get("/log/").content.decode()
    seal = Artefact.objects.get().seal_id or "?"
    for said in (str(head.size), head.root, head.key_id, seal):
        assert said in page
    assert ("核验程序 verify.py", "/log/verify.py") in read(PageClient().get("/log/")).links


def test_no_fact_of_any_case_is_public(case: Case) -> None:
    for url in ("/log/", "/log/heads.json"):
        text = PageClient().get(url).content.decode()
        for secret in (str(case.pk), case.number or "", "曹文公", "127.0.0.1"):
            assert secret not in text


def test_old_heads_by_pages(case: Case, settings: Settings) -> None:
    first = Head.objects.get()
    Head.objects.bulk_create(
        Head(size=first.size, root=first.root, at=first.at, origin="x", key_id=first.key_id, signature="") for _ in range(250)
    )
    answer = PageClient().get("/log/heads.json").json()
    older = PageClient().get("/log/heads.json", {"before": answer["next"]}).json()
    assert (len(answer["heads"]), len(older["heads"]), older["next"]) == (200, 51, None)
    assert older["heads"][-1] == log.head_json(first)


def test_somebody_outside_checks_a_kept_head(cast: Cast, case: Case, tmp_path: Path) -> None:
    """By what is public alone: heads, keys, proof, script."""
    who = PageClient()
    old = who.get("/log/heads.json").json()["heads"][0]
    cast.termination(case)
    log.work()
    answer = who.get("/log/heads.json").json()
    sizes = {"old": old["head"]["size"], "new": answer["heads"][0]["head"]["size"]}
    proof = who.get("/log/proof.json", sizes).json()
    script = who.get("/log/verify.py").content
    assert script == SCRIPT.read_bytes()
    parts = {"old": old, "new": answer["heads"][0], "proof": proof, "keys": answer["keys"]}
    for name, content in parts.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content), "utf-8")
    paths = [tmp_path / f"{name}.json" for name in parts]
    assert run("heads", *paths).returncode == 0
    parts["old"]["head"]["root"] = parts["new"]["head"]["root"]
    (tmp_path / "old.json").write_text(json.dumps(parts["old"]), "utf-8")
    assert run("heads", *paths).returncode == 1


@pytest.mark.parametrize(
    "asked", [{}, {"old": "x", "new": 1}, {"old": 0, "new": 1}, {"old": 3, "new": 2}, {"old": 1, "new": 10**30}, {"old": 1}]
)
def test_any_question_is_answered(case: Case, asked: dict[str, object]) -> None:
    assert PageClient().get("/log/proof.json", asked).status_code == 422
    assert PageClient().get("/log/heads.json", {"before": asked.get("old", "y")}).status_code in (200, 422)


# --- evidence ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["graduate", "employer", "school_reviewer"])
def test_the_button_gives_the_package(cast: Cast, case: Case, who: str) -> None:
    client = enter(getattr(cast, who))
    url = f"/cases/{case.pk}/evidence.zip"
    page = client.get(f"/cases/{case.pk}/")
    assert url in [to for _words, to in read(page).links] and "下载证据包" in page.content.decode()
    assert "电子印章：网签演示印章（仅供演示，无法律效力） · 不带可信时间戳" in page.content.decode()
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert answer["Content-Disposition"] == f'attachment; filename="{case.number}-evidence.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        assert len([name for name in package.namelist() if name.startswith("events/")]) == Event.objects.filter(case=case).count()
    assert AccessLog.objects.filter(what="evidence", subject=case.graduate_id).count() == 1


def test_reviewers_below_the_school_are_not_offered_it(cast: Cast, case: Case) -> None:
    client = enter(cast.college_reviewer)
    assert "下载证据包" not in client.get(f"/cases/{case.pk}/").content.decode()
    assert client.get(f"/cases/{case.pk}/evidence.zip").status_code == 404


def test_the_graduate_sees_who_took_it(cast: Cast, case: Case) -> None:
    enter(cast.employer).get(f"/cases/{case.pk}/evidence.zip")
    assert "下载了您的协议证据包" in enter(cast.graduate).get("/me/").content.decode()


def test_a_damaged_file_is_said_on_the_case_page(cast: Cast, case: Case, settings: Settings) -> None:
    (Path(settings.MEDIA_ROOT) / Artefact.objects.get().key).write_bytes(b"x")
    client = enter(cast.graduate)
    for what in ("evidence.zip", "paper/agreement.pdf"):
        answer = client.get(f"/cases/{case.pk}/{what}", follow=True)
        assert answer.redirect_chain == [(f"/cases/{case.pk}/", 302)]
        assert "这份文件与存档时的记录不一致" in answer.content.decode()


def test_an_unsealed_agreement_says_so_everywhere(cast: Cast, settings: Settings) -> None:
    settings.SEAL_DEMO = False
    case = cast.signed()
    work()
    for url in (f"/cases/{case.pk}/", f"/cases/{case.pk}/paper/"):
        assert "未加盖电子印章" in enter(cast.graduate).get(url).content.decode()
