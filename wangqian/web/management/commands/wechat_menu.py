"""`manage wechat_menu` puts our menu into the service account; `--templates` prints what to choose at the platform for WECHAT_TEMPLATES."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from wangqian.notices.wechat import cards, client, config
from wangqian.notices.wechat.codes import Refusal

# The platform cuts a name after four characters on the bar, after eight below it.
BAR, ENTRY, MESSAGES = "网签登记", "网签/去向登记", "我的消息"


class Command(BaseCommand):
    help = "Post the menu of the WeChat service account."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--templates", action="store_true", help="the file for WECHAT_TEMPLATES, to be filled in; posts nothing")

    def handle(self, *_args: object, **options: Any) -> None:
        if options["templates"]:
            out = csv.writer(self.stdout, lineterminator="\n")
            out.writerow(["slug", "template_id", "fields", "title"])
            for card in cards.registered().values():
                out.writerow([card.slug, "", " ".join(f"{name}={kind}?" for name, kind in card.fields.items()), card.title])
            return
        if not config.connected():
            raise CommandError("WeChat is not connected: " + ", ".join(config.gaps()))
        try:
            client.menu(menu())
        except Refusal as refusal:
            raise CommandError(refusal.words) from None
        self.stdout.write("The menu is posted; WeChat shows it within minutes.")


def menu() -> list[dict[str, Any]]:
    entry = f"{settings.SITE_URL}{reverse('wechat-login')}"
    below = [(ENTRY, entry), (MESSAGES, f"{entry}?next={reverse('inbox')}")]
    return [{"name": BAR, "sub_button": [{"type": "view", "name": name, "url": url} for name, url in below]}]
