"""`manage doctor`: everything an installation needs, looked at once: ✓ in order, ✗ wrong and what to do, – not a matter here."""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import override

from wangqian.operating.checks import CHECKS
from wangqian.operating.findings import Check, Finding, Mark

SIGNS = {Mark.OK: "✓", Mark.BAD: "✗", Mark.OFF: "–"}
Found = list[tuple[Check, Finding]]


class Command(BaseCommand):
    help = "Check this installation; exit code 1 when something is wrong."
    requires_system_checks: list[str] = []  # half a configuration is what the doctor is for

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="machine", help="for programs")
        parser.add_argument("--only", nargs="+", metavar="CHECK", choices=[check.name for check in CHECKS])
        parser.add_argument("--language", default=settings.LANGUAGE_CODE, choices=[code for code, _name in settings.LANGUAGES])

    def handle(self, *_args: Any, machine: bool, only: list[str] | None, language: str, **_options: Any) -> None:
        with override(language):
            found = [(check, check.finding()) for check in CHECKS if not only or check.name in only]
            self.stdout.write(as_json(found) if machine else as_table(found))
        if any(finding.mark is Mark.BAD for _check, finding in found):
            sys.exit(1)


def as_json(found: Found) -> str:
    rows = [
        {"check": check.name, "mark": finding.mark.value, "said": finding.said, "remedy": finding.remedy}
        for check, finding in found
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1)


def as_table(found: Found) -> str:
    broad = max((width(str(check.label)) for check, _finding in found), default=0)
    lines = []
    for check, finding in found:
        label = str(check.label)
        lines.append(f"{SIGNS[finding.mark]} {label}{' ' * (broad - width(label))}  {finding.said}")
        if finding.remedy:
            lines.append(f"  {' ' * broad}  → {finding.remedy}")
    wrong = sum(finding.mark is Mark.BAD for _check, finding in found)
    closing = _("%(count)d 项检查，%(wrong)d 项有问题。") % {"count": len(found), "wrong": wrong}
    return "\n".join([*lines, "", closing])


def width(text: str) -> int:
    """Columns on a terminal."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
