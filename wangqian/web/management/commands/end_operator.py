"""`manage end_operator <login name>`: somebody no longer works for the platform."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from wangqian.people import accounts, members
from wangqian.people.models import Capacity, Membership
from wangqian.web.operator_users import tell


class Command(BaseCommand):
    help = "Ends what somebody may do as an operator and his sessions, writes down why, and tells him."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="account name, phone or e-mail address")
        parser.add_argument("--why", required=True, help="kept for good, and told to the person")

    def handle(self, *args: Any, **options: Any) -> None:
        user = accounts.by_login_name(options["login"]) or accounts.by_address("sms", options["login"])
        operators = Membership.objects.filter(kind=Capacity.OPERATOR, active=True)
        mine = list(operators.filter(user=user)) if user else []
        if not mine:
            raise CommandError("no such operator")
        with transaction.atomic():
            for one in mine:
                tell(members.stop(None, one.pk, options["why"]))
        self.stdout.write("done" if operators.exists() else "done; nobody is left: manage create_operator")
