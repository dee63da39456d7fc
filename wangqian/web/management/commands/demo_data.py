"""Invented schools, employers, 600 graduates and cases in every state, all made through the door. Runs once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from wangqian.people.models import Membership, School
from wangqian.web import demo_school
from wangqian.web.demo_cases import play
from wangqian.web.demo_people import populate


class Command(BaseCommand):
    help = "Fill an empty demo database with invented people and cases."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("demo_data only runs with WANGQIAN_DEMO=1.")
        if not School.objects.exists():
            people = populate()
            play(people)
            demo_school.play(people)
        self.stdout.write("Accounts (start page: one click each):")
        for one in Membership.objects.exclude(kind="graduate").select_related("user", "employer", "school", "college"):
            self.stdout.write(f"  {one.kind:<10} {one.user.name:<8} {one.place()}")
        self.stdout.write("  graduates: choose one on the start page")
