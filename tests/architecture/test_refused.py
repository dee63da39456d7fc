"""Every sentence that refuses can be translated: what `Refused` and its subclasses are given is extracted, or marked where it stands."""

from __future__ import annotations

import ast
import configparser
from collections.abc import Iterator, Mapping

import pytest

from tools.environment import ROOT
from tools.extract import CHINESE

Trees = Mapping[str, ast.Module]


def words() -> set[str]:
    """The calls whose sentences are extracted."""
    config = configparser.ConfigParser()
    config.read(ROOT / "babel.cfg", encoding="utf-8")
    return set(config["chart: **.py"]["words"].split())


def sources() -> Trees:
    files = [path for path in sorted((ROOT / "wangqian").rglob("*.py")) if "migrations" not in path.parts]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def last(node: ast.expr) -> str:
    """`c` of `c` and of `a.b.c`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def refusals(trees: Trees) -> set[str]:
    """`Refused` and whatever is derived from it."""
    bases = {
        node.name: {last(base) for base in node.bases}
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found, before = {"Refused"}, set[str]()
    while found != before:
        before = found
        found = found | {name for name, of in bases.items() if of & found}
    return found


def unmarked(node: ast.AST) -> bool:
    """Whether it is Chinese, or holds some. What a call is given, `gettext_noop("…")` above all, is the call's own matter."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and bool(CHINESE.search(node.value))
    return not isinstance(node, ast.Call) and any(unmarked(child) for child in ast.iter_child_nodes(node))


def sources_of(node: ast.expr) -> set[str]:
    """The names whose value this may be: `c`, and `.c` for `a.b.c`. What a function makes of something is not looked into."""
    match node:
        case ast.Name(id=name):
            return {name}
        case ast.Attribute(attr=name):
            return {f".{name}"}
        case ast.Subscript(value=inner) | ast.Starred(value=inner):
            return sources_of(inner)
        case ast.IfExp(body=yes, orelse=no):
            return sources_of(yes) | sources_of(no)
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            return {name for part in parts for name in sources_of(part)}
        case ast.Call(func=ast.Attribute(value=inner, attr="get" | "items" | "values"), args=more):
            return sources_of(inner) | {name for part in more for name in sources_of(part)}
    return set()


def bindings(tree: ast.Module) -> Iterator[tuple[set[str], ast.expr]]:
    """(names, what they are bound to) of assignments and loops, wherever they stand."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            yield {name for target in node.targets for name in sources_of(target)}, node.value
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value:
            yield sources_of(node.target), node.value
        elif isinstance(node, ast.For | ast.comprehension):
            yield sources_of(node.target), node.iter


def bare(tree: ast.Module, foreign: set[str]) -> set[str]:
    """Names that stand for an unmarked sentence of this file, or for one of the `foreign` ones."""
    bound = list(bindings(tree))
    found = {name for to, value in bound if unmarked(value) for name in to}
    found |= {f".{name}" for name in foreign} | (foreign - {name for to, _value in bound for name in to})
    before = set[str]()
    while found != before:
        before = found
        found = found | {name for to, value in bound if sources_of(value) & found for name in to}
    return found


def problems(trees: Trees, extracted: set[str]) -> list[str]:
    """Classes that `babel.cfg` does not name; refusals that are given an unmarked constant, or say one of their own."""
    classes = refusals(trees)
    said = [f"babel.cfg lacks {name}" for name in sorted(classes - extracted)]
    constants = {name for tree in trees.values() for name in bare(tree, set()) if name.isupper()}
    for path, tree in trees.items():
        mine = bare(tree, constants)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and last(node.func) in classes:
                given = {name for argument in node.args for name in sources_of(argument)} & mine
                said += [f"{path}, line {node.lineno}: {name.lstrip('.')} is not marked" for name in sorted(given)]
            if isinstance(node, ast.ClassDef) and node.name in classes:
                said += [f"{path}, line {line}: not marked" for line in own_sentences(node)]
    return said


def own_sentences(node: ast.ClassDef) -> Iterator[int]:
    """Lines of a refusal's own body where a sentence is handed on, bound or presumed; what is written about it is none."""
    for part in ast.walk(node):
        given: list[ast.expr] = []
        if isinstance(part, ast.Call) and last(part.func) == "__init__":
            given = part.args
        elif isinstance(part, ast.Assign | ast.AnnAssign) and part.value:
            given = [part.value]
        elif isinstance(part, ast.arguments):
            given = [*part.defaults, *filter(None, part.kw_defaults)]
        yield from (one.lineno for one in given if unmarked(one))


def test_every_refusal_can_be_translated() -> None:
    assert problems(sources(), words()) == []


PLANTED = {
    "a subclass that babel.cfg does not name": ("class Late(Refused):\n    pass\n", "babel.cfg lacks Late"),
    "and one of that": ("class Late(words.Refused): ...\nclass Later(Late): ...\n", "babel.cfg lacks Later"),
    "a constant": ('GONE = "已失效"\nraise Refused(GONE)\n', "a.py, line 2: GONE is not marked"),
    "out of a mapping": ('CLASHES = {"x": "已登记"}\nraise Refused(CLASHES[name])\n', "a.py, line 2: CLASHES is not marked"),
    "either or": ('GONE = "已失效"\nraise Refused(GONE if late else MARKED)\n', "a.py, line 2: GONE is not marked"),
    "by way of a loop": (
        'CLASHES = {"x": "已登记"}\nfor name, said in CLASHES.items():\n    raise Refused(said)\n',
        "a.py, line 3: said is not marked",
    ),
    "by way of a name": ('def f():\n    why = "已失效"\n    return Refused(why)\n', "a.py, line 3: why is not marked"),
    "a sentence of its own": (
        'class Refused(Exception):\n    """说明"""\n    def __init__(self):\n        super().__init__("已失效")\n',
        "a.py, line 4: not marked",
    ),
}


@pytest.mark.parametrize(("source", "problem"), PLANTED.values(), ids=PLANTED)
def test_red_control_what_is_not_marked_is_found(source: str, problem: str) -> None:
    assert problem in problems({"a.py": ast.parse(source)}, {"Refused"})


def test_red_control_a_constant_of_another_file_is_found() -> None:
    trees = {"a.py": ast.parse('GONE = "已失效"\n'), "b.py": ast.parse("raise Refused(a.GONE)\n")}
    assert problems(trees, {"Refused"}) == ["b.py, line 1: GONE is not marked"]


@pytest.mark.parametrize(
    "source",
    [
        'raise Refused("已失效")\n',
        'GONE = gettext_noop("已失效")\nraise Refused(GONE)\n',
        'CLASHES = {"x": gettext_noop("已登记")}\nfor name, said in CLASHES.items():\n    raise Refused(said)\n',
        'LABEL = "离校"\nraise Refused("已登记“{label}”", label=LABEL)\n',
    ],
)
def test_what_is_marked_is_no_problem(source: str) -> None:
    assert problems({"a.py": ast.parse(source)}, {"Refused"}) == []
