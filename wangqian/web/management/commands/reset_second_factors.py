"""`./run manage reset_second_factors <login name>`: the way back for an operator whom no second operator can help."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from wangqian.people import accounts, resets
from wangqian.people.clock import now
from wangqian.people.models import FactorReset, Membership
from wangqian.web.factors import telling
from wangqian.web.wording import clock

REASON = "在服务器上用命令重置"


class Command(BaseCommand):
    help = "Removes the passkeys, authenticator app and recovery codes of one account, ends its sessions, and tells the person."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="account name, phone, e-mail address or identity number")

    def handle(self, *args: Any, **options: Any) -> None:
        user = accounts.by_login_name(options["login"])
        membership = Membership.objects.filter(user=user, active=True).first() if user else None
        if user is None or membership is None:
            raise CommandError("no such account")
        with transaction.atomic():
            FactorReset.objects.filter(membership__user=user, confirmed_at=None, withdrawn_at=None).update(withdrawn_at=now())
            row = FactorReset.objects.create(membership=membership, reason=REASON, requested_at=now(), confirmed_at=now())
            opens = resets.clear(user, row.requested_at)
            telling.reset_done(user, opens)
        self.stdout.write(f"done; no binding acts before {clock(opens)}")
