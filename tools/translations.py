"""Translations by Babel, in the project's environment: `-m tools.translations update | check | compile`."""

import io
import os
import re
import string
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tools.environment import LOCALE, ROOT

SOURCES = ROOT / "wangqian"
ENGLISH = LOCALE / "en" / "LC_MESSAGES" / "django.po"
HEADER = "# Wangqian in another language; the message ids are what the screen says in Chinese.\n#"
PERCENT = re.compile(r"%\((\w+)\)")


def template() -> tuple[Catalog, list[str]]:
    """Everything the sources say to people, untranslated; and sentences about what cannot be."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        method_map, options_map = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found, problems = Catalog(charset="utf-8"), list[str]()
    for options in options_map.values():
        options["problems"] = problems
    for name, _line, message, comments, context in extract_from_dir(SOURCES, method_map, options_map):
        where = [(f"wangqian/{Path(name).as_posix()}", None)]
        found.add(message, None, where, auto_comments=comments, context=context)  # type: ignore[arg-type]
    return found, [problem.removeprefix(f"{ROOT}{os.sep}") for problem in problems]


def update() -> int:
    """Bring every catalogue up to date, keeping what is translated; write a file only if it changes."""
    found, problems = template()
    for path in sorted({ENGLISH, *LOCALE.glob("*/LC_MESSAGES/django.po")}):
        old = _read(path)
        catalogue = _read(path)
        found.creation_date = old.creation_date
        catalogue.update(found, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.header_comment = HEADER
        text = _written(catalogue)
        if not path.exists() or path.read_bytes() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
        print(f"{path.relative_to(ROOT)}: {_translated(catalogue)} of {len(catalogue)} translated")
    if problems:
        print(*problems, sep="\n")
    return 1 if problems else 0


def check() -> int:
    """Print each message that a catalogue lacks, and each translation with other placeholders."""
    found, problems = template()
    for path in sorted({ENGLISH, *LOCALE.glob("*/LC_MESSAGES/django.po")}):
        catalogue, name = _read(path), path.relative_to(ROOT)
        known = {(_first(message.id), message.context) for message in catalogue}
        missing = [message for message in found if (_first(message.id), message.context) not in known]
        problems += [f"{name} lacks: {_first(message.id)}" for message in missing]
        wrong = [message for message in catalogue if message.id and not _same_placeholders(message)]
        problems += [f"{name} has other placeholders in: {_first(message.id)}" for message in wrong]
    if problems:
        print(*problems, "`./run translate` adds what a catalogue lacks.", sep="\n")
    return 1 if problems else 0


def compile_all() -> int:
    """Write each .mo beside its .po, whole or not at all."""
    for path in LOCALE.glob("*/LC_MESSAGES/*.po"):
        made = io.BytesIO()
        write_mo(made, _read(path))
        unfinished = path.with_suffix(f".{os.getpid()}.tmp")
        unfinished.write_bytes(made.getvalue())
        unfinished.replace(path.with_suffix(".mo"))
    return 0


def placeholders(text: str) -> set[str]:
    """The names a sentence leaves open, as `{name}` or `%(name)s`. Raises ValueError for a lonely brace."""
    braces = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    return braces | set(PERCENT.findall(text))


def _same_placeholders(message: Message) -> bool:
    ids = (message.id,) if isinstance(message.id, str) else message.id
    said = (message.string,) if isinstance(message.string, str) else message.string
    try:
        return all(not text or placeholders(text) == placeholders(ids[-1]) for text in said or ())
    except ValueError:
        return False


def _read(path: Path) -> Catalog:
    if not path.exists():
        locale = path.parent.parent.name
        own = {"last_translator": "the project", "language_team": locale, "msgid_bugs_address": "the project"}
        return Catalog(locale=locale, project="wangqian", version="1", charset="utf-8", fuzzy=False, **own)
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def _written(catalogue: Catalog) -> bytes:
    text = io.BytesIO()
    write_po(text, catalogue, width=120, sort_by_file=True, include_lineno=False)
    return text.getvalue()


def _translated(catalogue: Catalog) -> int:
    return sum(bool(message.id and message.string and any(message.string)) for message in catalogue)


def _first(message_id: str | tuple[str, ...] | list[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


if __name__ == "__main__":
    commands = {"update": update, "check": check, "compile": compile_all}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit("usage: python -m tools.translations update | check | compile")
    sys.exit(commands[sys.argv[1]]())
