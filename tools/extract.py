"""Babel's way into our sources: what people read in templates, in calls of gettext and of the chart's words.

Labels of a chart are plain strings anywhere in a call, `State("已签约")`; Babel knows positions only. Each
method takes the option `problems`, a list that receives a sentence for each thing it cannot extract.
"""

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, BinaryIO, cast

from jinja2 import TemplateSyntaxError
from jinja2.ext import babel_extract

CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL_OR_CONTEXT = {"ngettext", "pgettext", "npgettext"}  # their lazy forms are counted with them
COMPOSED = "a message put together here cannot be translated; give its values by name"
Message = tuple[int, str | None, str | tuple[str, ...], list[str]]


def extract_python(
    fileobj: IO[bytes], _keywords: Collection[str], _comment_tags: Collection[str], options: dict[str, Any]
) -> Iterator[Message]:
    """Yield (line, function, message, comments).

    Options: `words` (names of calls), `attributes` (of class bodies), separated by blanks.
    """
    problems, name = options.setdefault("problems", []), getattr(fileobj, "name", "source")
    reader = Reader(set(options.get("words", "").split()), set(options.get("attributes", "").split()))
    try:
        tree = ast.parse(fileobj.read())
    except SyntaxError as problem:
        problems.append(f"{name}, line {problem.lineno}: {problem.msg}")
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from reader.call(node)
        elif isinstance(node, ast.ClassDef):
            yield from reader.body(node)
    problems += [f"{name}, line {line}: {COMPOSED}" for line in reader.composed]


def extract_template(
    fileobj: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: dict[str, Any]
) -> Iterator[Message]:
    """As Jinja2's own method, with its options; an error in a template becomes a problem."""
    problems = options.setdefault("problems", [])
    try:
        found = babel_extract(cast(BinaryIO, fileobj), list(keywords), list(comment_tags), options)
        yield from cast(Iterator[Message], found)
    except TemplateSyntaxError as problem:
        problems.append(f"{getattr(fileobj, 'name', 'source')}, line {problem.lineno}: {problem.message}")


@dataclass
class Reader:
    """Finds messages in a syntax tree; `composed` collects the lines of those that are put together."""

    words: set[str]
    attributes: set[str]
    composed: list[int] = field(default_factory=list)

    def call(self, node: ast.Call) -> Iterator[Message]:
        """The messages among the arguments of a call we know."""
        name = _name(node.func)
        plain = name.removesuffix("_lazy")
        if plain in PLURAL_OR_CONTEXT:
            yield (
                node.lineno,
                plain,
                tuple(text for argument in node.args for text in _constant(argument)),
                [],
            )
        elif name in GETTEXT or name in self.words:
            for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                yield from self.messages(argument)

    def body(self, node: ast.ClassDef) -> Iterator[Message]:
        """The messages among the class attributes we know."""
        for statement in node.body:
            if isinstance(statement, ast.Assign):
                targets = statement.targets
            elif isinstance(statement, ast.AnnAssign):
                targets = [statement.target]
            else:
                continue
            if statement.value and any(
                isinstance(to, ast.Name) and to.id in self.attributes for to in targets
            ):
                yield from self.messages(statement.value)

    def messages(self, node: ast.expr) -> Iterator[Message]:
        """The Chinese strings of an argument, also inside tuples, lists, dictionaries and either-or."""
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and CHINESE.search(node.value):
                yield node.lineno, None, node.value, []
        elif any(CHINESE.search(text) for part in _pieces(node) for text in _constant(part)):
            self.composed.append(node.lineno)
        else:
            for part in _parts(node):
                yield from self.messages(part)


def _parts(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts) | ast.BoolOp(values=parts):
            return parts
        case ast.Dict(values=parts):
            return parts
        case ast.IfExp(body=yes, orelse=no):
            return [yes, no]
        case ast.Starred(value=inner):
            return [inner]
    return []


def _pieces(node: ast.expr) -> list[ast.expr]:
    """What an f-string, `"…" % x`, `"…" + x` or `"…".format(x)` is put together from."""
    match node:
        case ast.JoinedStr(values=parts):
            return parts
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.Call(func=ast.Attribute(value=inner)):
            return [inner]
    return []


def _constant(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
