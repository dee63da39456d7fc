"""`manage add_member`: an account for a school's, a college's or an employer's user."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from wangqian.codes import uscc
from wangqian.people import accounts
from wangqian.people.models import Capacity, College, Employer, School
from wangqian.web.management.accounts import add_account_arguments, checked, entrance

KINDS = (Capacity.SCHOOL, Capacity.COLLEGE, Capacity.COUNSELLOR, Capacity.EMPLOYER)


class Command(BaseCommand):
    help = (
        "Add a user to a school (--school 10001), its college (--college 信息学院) or an employer (--employer <uscc>)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", required=True, choices=[kind.value for kind in KINDS])
        parser.add_argument("--school", default="", help="code of the school")
        parser.add_argument("--college", default="", help="name of the college")
        parser.add_argument("--employer", default="", help="unified social credit code")
        parser.add_argument("--admin", action="store_true", help="may change the school's settings")
        add_account_arguments(parser)

    def handle(self, *_args: object, **options: Any) -> None:
        place = found(options)
        form = checked(options)
        with transaction.atomic():
            made = accounts.give(
                form.user(), options["kind"], admin=options["admin"], known_as=options["name"], **place
            )
        self.stdout.write(f"member of {made.place()} ({made.kind}), {entrance(made.user)}")


def found(options: dict[str, Any]) -> dict[str, Any]:
    """The columns that name the place. Raises CommandError for one that does not exist."""
    if options["kind"] == Capacity.EMPLOYER:
        employer = Employer.objects.filter(uscc=uscc.normal(options["employer"])).first()
        if employer is None:
            raise CommandError(f"no employer with the code {options['employer']!r} (--employer)")
        return {"employer": employer}
    school = School.objects.filter(code=options["school"]).first()
    if school is None:
        raise CommandError(f"no school with the code {options['school']!r} (--school)")
    if options["kind"] == Capacity.SCHOOL:
        return {"school": school}
    college = College.objects.filter(school=school, name=options["college"]).first()
    if college is None:
        known = "、".join(school.colleges.order_by("name").values_list("name", flat=True)) or "none"
        raise CommandError(f"no college {options['college']!r} in {school}; there are: {known}")
    return {"school": school, "college": college}
