"""What `manage charts` writes, checks and prints."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from wangqian.chart.draw import page
from wangqian.chart.words import FLOWS


def charts(*arguments: str) -> str:
    said = StringIO()
    call_command("charts", *arguments, stdout=said)
    return said.getvalue()


def flow(slug: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = json.loads(charts("--json"))
    return next(each for each in found if each["slug"] == slug)


def test_the_json_is_a_list_of_every_flow() -> None:
    assert [each["slug"] for each in json.loads(charts("--json"))] == sorted(FLOWS)


def test_the_json_of_a_state() -> None:
    states = {state["name"]: state for state in flow("online")["states"]}
    assert states["invited"] == {
        "name": "invited",
        "label": "等待学生应约",
        "kind": "open",
        "holds": False,
        "due": "respond_by",
    }
    assert states["signed"] | {"label": ""} == {
        "name": "signed",
        "label": "",
        "kind": "done",
        "holds": True,
        "due": None,
    }


def test_the_json_of_a_step() -> None:
    steps = {step["name"]: step for step in flow("online")["steps"]}
    assert steps["approve"] == {
        "name": "approve",
        "label": "审核通过",
        "from": ["review"],
        "to": ["signed", "review"],
        "role": "reviewer",
        "rules": ["fresh_eyes", "facts_current", "still_certified", "no_release_requested"],
        "needs": [],
        "proof": "last_level",
        "told": ["graduate", "employer", "reviewer"],
    }
    assert [steps["invite"][key] for key in ("from", "to", "needs")] == [[], ["invited"], ["terms"]]
    assert (steps["invite"]["proof"], steps["retract"]["proof"]) == (True, False)
    assert (steps["request_release"]["from"], steps["request_release"]["to"]) == (["review", "signed"],) * 2


def test_the_page_draws_forks_with_their_labels_and_holds() -> None:
    lines = page(FLOWS["online"]).splitlines()
    for line in (
        '    state "学校（院系）审核" as review',
        "    [*] --> invited : 用人单位：发起签约邀请 †",
        "    review --> signed : 审核人：审核通过（最后一级） †",
        "    review --> review : 审核人：审核通过（还有下一级）",
        "    class review,signed holds",
        "| `in_time` | 应约有效期已过，不能再答复；单位可再次发起邀请。 |  |",
    ):
        assert lines.count(line) == 1, line


def test_check_fails_on_a_stale_missing_or_left_over_page(tmp_path: Path) -> None:
    charts("--to", str(tmp_path))
    charts("--to", str(tmp_path), "--check")
    left_over, stale, missing = (tmp_path / name for name in ("old.md", "online.md", "README.md"))
    left_over.write_text("gone", encoding="utf-8")
    stale.write_text(stale.read_text(encoding="utf-8").replace("已签约", "签了"), encoding="utf-8")
    missing.unlink()
    with pytest.raises(CommandError, match=r"README\.md, old\.md, online\.md") as caught:
        charts("--to", str(tmp_path), "--check")
    assert caught.value.returncode == 1
    assert charts("--to", str(tmp_path)) == f"3 of {len(FLOWS) + 1} pages drawn anew\n"
    charts("--to", str(tmp_path), "--check")
    assert not left_over.exists()
