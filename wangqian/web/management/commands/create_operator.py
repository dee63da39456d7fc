"""`manage create_operator`: the account with which a new installation is first entered."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from wangqian.people import accounts
from wangqian.people.models import Capacity
from wangqian.web.management.accounts import add_account_arguments, checked, entrance


class Command(BaseCommand):
    help = "Create an operator: somebody who adds schools and employers and sees what failed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_account_arguments(parser)

    def handle(self, *_args: object, **options: Any) -> None:
        form = checked(options)
        with transaction.atomic():
            made = accounts.give(form.user(), Capacity.OPERATOR, admin=True, known_as=options["name"])
        self.stdout.write(f"operator created, {entrance(made.user)}")
