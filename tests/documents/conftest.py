"""A complete agreement between invented parties."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from wangqian.documents.agreement import Block, Paper, Record
from wangqian.flows import wording

HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Settings) -> Path:
    """An empty storage of this test alone."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.VAR = tmp_path / "var"  # its seal, too, is its own
    return tmp_path / "files"


@pytest.fixture
def paper() -> Paper:
    """A paper everything of which can be printed."""
    return Paper(
        number="20261035331000017K",
        verification_code="7KQ2-M9XD-4TRE",
        verify_url="https://wangqian.example.edu.cn/v/7KQ2M9XD4TRE",
        version=1,
        terms_sha256=HASH,
        state_mark="",
        blocks=(
            Block("毕业生", (("姓名", "阿依古丽·买买提"), ("性别", "女"), ("专业", "计算机科学与技术"))),
            Block("用人单位", (("单位名称", "某某智能制造（上海）有限公司"), ("联系人", "欧阳靖"))),
            Block("双方约定", (("试用起薪", "8,000 元/月"), ("协议补充内容", "提供住宿。"))),
        ),
        clauses=wording.clauses(),
        records=(
            Record(
                "用人单位",
                "欧阳靖",
                "发起签约邀请",
                "短信验证码",
                datetime(2026, 5, 12, 16, 0, 5, tzinfo=UTC),
                HASH,
            ),
            Record(
                "毕业生",
                "阿依古丽·买买提",
                "接受",
                "短信验证码",
                datetime(2026, 5, 13, 1, 2, 3, tzinfo=UTC),
                HASH,
            ),
        ),
    )
