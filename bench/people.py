"""Accounts as after their first days, all with one password; and graduates of one school."""

from __future__ import annotations

from typing import Any

PASSWORD = "yun-shan-cang-cang-7"


def people(count: int) -> list[Any]:
    """Employers' users with proven phones."""
    from django.contrib.auth.hashers import make_password

    from tests.cast import Cast
    from wangqian.people.clock import now
    from wangqian.people.models import Membership, User

    employer, encoded, moment = Cast().employer.membership.employer, make_password(PASSWORD), now()
    made = [
        User(
            username=f"bench{serial}",
            name="测量",
            phone=phone(serial),
            email=f"bench{serial}@example.com",
            password=encoded,
            phone_proven_at=moment,
            email_proven_at=moment,
            activated_at=moment,
        )
        for serial in range(count)
    ]
    User.objects.bulk_create(made, batch_size=500)
    Membership.objects.bulk_create([Membership(user=user, kind="employer", employer=employer) for user in made], batch_size=500)
    return made


def phone(serial: int, prefix: str = "139") -> str:
    return f"{prefix}{serial:08d}"
