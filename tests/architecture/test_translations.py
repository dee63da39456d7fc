"""What is extracted for translation, and what the catalogues must hold."""

import io
from typing import Any

import pytest

from tools.extract import extract_python, extract_template
from tools.translations import placeholders

OPTIONS = {"words": "State Step Fork Refused Text", "attributes": "title path_labels"}


def extracted(source: str) -> tuple[list[Any], list[str]]:
    """Messages and problems of a piece of Python."""
    options: dict[str, Any] = {**OPTIONS}
    found = list(extract_python(io.BytesIO(source.encode()), (), (), options))
    return [message for _, _, message, _ in found], options["problems"]


@pytest.mark.parametrize(
    ("source", "messages"),
    [
        ('State("已签约")', ["已签约"]),
        ('words.State("等待", DONE, mine="待您应约")', ["等待", "待您应约"]),
        ('Step(a, b, WHO, "接受", explain="先"\n"后")', ["接受", "先后"]),
        ('Fork(when, ("还有一级", review), ("最后一级", signed))', ["还有一级", "最后一级"]),
        ('Refused("{who}已签约", who=name)', ["{who}已签约"]),
        ('Text("主题" if one else "另一主题", {"a": "正文"})', ["主题", "另一主题", "正文"]),
        ('class A(Flow):\n    """说明"""\n    title = "网上签约"\n    slug = "甲"', ["网上签约"]),
        ('class A(Flow):\n    path_labels: tuple[str, ...] = ("邀请", "审核")', ["邀请", "审核"]),
        ('ngettext("%(n)d 人", "%(n)d 人们", n)', [("%(n)d 人", "%(n)d 人们")]),
        ('pgettext_lazy("学校", "审核")', [("学校", "审核")]),
        ('State("signed"); other("中文"); x = "中文"; title = "中文"', []),
        ('def f():\n    """中文"""', []),
        ('State(other("中文"))', []),
    ],
)
def test_what_is_extracted_from_python(source: str, messages: list[Any]) -> None:
    assert extracted(source) == (messages, [])


@pytest.mark.parametrize(
    "composed",
    [
        'f"{who}已签约"',
        '"%s已签约" % who',
        '"已签约" + who',
        'who + "已签约"',
        '"{who}已签约".format(who=who)',
    ],
)
def test_a_message_that_is_put_together_is_a_problem(composed: str) -> None:
    sentence = "source, line 2: a message put together here cannot be translated; give its values by name"
    assert extracted(f"x = 1\nRefused({composed})") == ([], [sentence])


def test_a_file_that_is_no_python_is_a_problem() -> None:
    assert extracted("State(") == ([], ["source, line 1: '(' was never closed"])


def test_what_is_extracted_from_templates() -> None:
    options: dict[str, Any] = {"silent": "false", "newstyle_gettext": "true"}
    source = '{{ _("保存") }}{% trans n=3 %}{{ n }} 人{% endtrans %}{{ pgettext("a", "审核") }}'
    found = list(extract_template(io.BytesIO(source.encode()), ("_", "gettext", "pgettext"), (), options))
    assert [message for _, _, message, _ in found] == ["保存", ("%(n)s 人", None), ("a", "审核")]
    assert options["problems"] == []


def test_a_broken_template_is_a_problem_that_names_the_line() -> None:
    options: dict[str, Any] = {"silent": "false"}
    assert list(extract_template(io.BytesIO(b"\n{% if %}"), (), (), options)) == []
    assert [problem.partition(":")[0] for problem in options["problems"]] == ["source, line 2"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{who}于{at:%d}签约", {"who", "at"}),
        ("还剩 %(days)d 天", {"days"}),
        ("50% {{x}}", set()),
        ("", set()),
    ],
)
def test_placeholders(text: str, names: set[str]) -> None:
    assert placeholders(text) == names
