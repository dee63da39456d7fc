"""What the commands that make accounts have in common: arguments, the password, the form's own checks."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import translation

from wangqian.web.accounts import AccountForm


def add_account_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--account", required=True, help="name to log in with")
    parser.add_argument("--name", required=True, help="the person's name")
    parser.add_argument("--phone", required=True, help="mobile number, 11 digits")
    parser.add_argument("--email", default="")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def checked(options: dict[str, Any]) -> AccountForm:
    """The valid form. Raises CommandError with the sentence of every field."""
    given = {name: options[name] for name in ("account", "phone", "email")}
    form = AccountForm({**given, "person": options["name"], "password": password(options["password_stdin"])})
    with translation.override("zh-hans"):
        if not form.is_valid():
            wrong = [
                f"{form.fields[name].label}: {sentence}" for name, found in form.errors.items() for sentence in found
            ]
            raise CommandError("\n".join(wrong))
    return form


def password(from_stdin: bool) -> str:
    """Never an argument: those are seen by everybody on the machine."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Again: "):
        raise CommandError("the two passwords differ")
    return first
