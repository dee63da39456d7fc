"""Fills the site's database and prints, as JSON, what the clients need: sessions, codes, and whom their acts are about."""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from typing import Any

import django

GRADUATES = 40
PASSWORD = "绿蚁新醅酒 red clay 7"
LONG = 6 * 3600  # seconds: the last of a long storm still has a fresh code and an open session


def seed(invitations: int) -> dict[str, object]:
    from django.contrib.auth.hashers import make_password

    from bench.scene import logged_in
    from tests.cast import Cast
    from wangqian.cases.models import Outbox

    cast, password = Cast(), make_password(PASSWORD)
    cast.reviewers()
    offers = [offer(cast, f"应约者{number}", password) for number in range(invitations)]
    user = cast.school_reviewer.user
    user.password = password
    user.save()
    session = logged_in(cast.school_reviewer.membership, {"seen": int(time.time()) + LONG})
    session.save()
    people = [cast.graduate_named(f"毕业生{number}") for number in range(GRADUATES)]
    Outbox.objects.all().delete()  # that they were invited was told long ago
    about = [str(one.membership.graduate_id) for one in people]
    return {"session": session.session_key, "graduates": about, "offers": offers}


def offer(cast: Any, name: str, password: str) -> dict[str, str]:
    """An open invitation whose graduate has read the text and holds the code that was sent to him."""
    from bench.scene import logged_in
    from wangqian.cases import proofs
    from wangqian.cases.act import Act
    from wangqian.chart.words import FLOWS
    from wangqian.people.clock import now

    graduate, code = cast.graduate_named(name), "271828"
    graduate.user.password = password
    graduate.user.save()
    case = cast.invited(graduate=graduate, valid_days="15")
    act = Act(case, FLOWS["online"].steps["accept"], graduate, now())
    seen = cast.text(act, {})
    proof = proofs.new(graduate.user, "online.accept", [proofs.item(act, seen)], "sms")
    proof.issued_at += timedelta(seconds=LONG)
    proof.code_digest = proofs.code_digest(proof, code)
    proof.save(force_insert=True)
    more = {f"proof:online.accept:{case.pk}": str(proof.pk), "seen": int(time.time()) + LONG}
    session = logged_in(graduate.membership, more)
    session.save()
    return {"case": str(case.pk), "session": session.session_key, "seen": seen, "code": code}


if __name__ == "__main__":
    django.setup()
    json.dump(seed(int(sys.argv[1])), sys.stdout)
