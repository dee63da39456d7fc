"""What the commands that make accounts have in common: arguments, the form's own checks, what to do next."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import translation

from wangqian.people.identity import masked_phone
from wangqian.people.models import User
from wangqian.web.accounts import AccountForm


def add_account_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--name", required=True, help="the person's name")
    parser.add_argument("--phone", required=True, help="mobile number, 11 digits; the first login is by a code sent there")
    parser.add_argument("--email", default="")


def checked(options: dict[str, Any]) -> AccountForm:
    """The valid form. Raises CommandError with the sentence of every field."""
    form = AccountForm({"person": options["name"], "phone": options["phone"], "email": options["email"]})
    with translation.override("zh-hans"):
        if not form.is_valid():
            wrong = [
                f"{form.fields[name].label}: {sentence}" for name, found in form.errors.items() for sentence in found
            ]
            raise CommandError("\n".join(wrong))
    return form


def entrance(user: User) -> str:
    """How this account is entered for the first time."""
    way = f"enters by a code to {masked_phone(user.phone)} (/login/code/)"
    return f"{way}; without SMS and e-mail: manage changepassword {user.username}"
