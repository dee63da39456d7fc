"""`manage sms_templates` prints what to submit to the SMS providers; `--check` reads the registry, and that of WeChat, for what must
not be sent."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wangqian.notices.lint import problems
from wangqian.notices.templates import approved, provider_codes
from wangqian.notices.wechat import cards
from wangqian.notices.wechat.lint import problems as wechat_problems
from wangqian.notices.words import DIRECT, TEXTS


class Command(BaseCommand):
    help = "List the SMS templates for approval by the providers."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="exit 1 when a template may not be sent as it is")
        parser.add_argument("--codes", action="store_true", help="the file for SMS_TEMPLATES, with the codes known so far")

    def handle(self, *_args: object, **options: Any) -> None:
        if options["check"]:
            texts = {**TEXTS, **DIRECT}
            if wrong := problems(approved().values(), texts) + wechat_problems(cards.registered().values(), texts):
                raise CommandError("\n".join(wrong))
            return
        out = csv.writer(self.stdout, lineterminator="\n")
        if options["codes"]:
            known = {name: provider_codes(name) for name in ("aliyun", "tencent")}
            out.writerow(["slug", *known])
            out.writerows([slug, *(codes.get(slug, "") for codes in known.values())] for slug in approved())
            return
        out.writerow(["slug", "kind", "aliyun", "tencent"])
        out.writerows([row.slug, row.kind, row.here, row.numbered] for row in approved().values())
