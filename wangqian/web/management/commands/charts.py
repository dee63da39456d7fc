"""`manage charts` draws the flow charts into docs/flows; `--check` fails on a stale one, `--json` prints."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from wangqian.chart.draw import data, pages
from wangqian.chart.words import FLOWS


class Command(BaseCommand):
    help = "Draw the flow charts into docs/flows."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="exit 1 when a drawn chart is stale")
        parser.add_argument("--json", action="store_true", help="print a list of flows instead")
        parser.add_argument("--to", type=Path, default=settings.BASE / "docs" / "flows", help="folder")

    def handle(self, *_args: object, **options: Any) -> None:
        if options["json"]:
            drawn = [data(flow) for flow in sorted(FLOWS.values(), key=lambda flow: flow.slug)]
            self.stdout.write(json.dumps(drawn, ensure_ascii=False, indent=2))
            return
        wrong = stale(options["to"])
        if options["check"] and wrong:
            raise CommandError(f"stale, run `manage charts`: {', '.join(sorted(wrong))}")
        for name in wrong:
            write(options["to"] / name, wrong[name])
        if not options["check"]:
            self.stdout.write(f"{len(wrong)} of {len(pages(FLOWS.values()))} pages drawn anew")


def stale(folder: Path) -> dict[str, str | None]:
    """File name → what it should say (None: it should not be there), for every page that differs."""
    wanted: dict[str, str | None] = {**pages(FLOWS.values())}
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    names = sorted(wanted.keys() | found.keys())
    return {name: wanted.get(name) for name in names if wanted.get(name) != found.get(name)}


def write(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
