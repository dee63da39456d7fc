"""How long the reviewer's desk takes with a million cases in the database, against ten thousand.

The real page, through every middleware and template, in this process: a school reviewer's 待办, twenty rows shown. One school
holds all cases (the harder case: its own queue grows a hundredfold, too); of every forty cases two wait at the school's level,
fourteen are signed or with a college, the others have ended. Rows are copied by SQL from cases made through the door, then
ANALYZE; ten thousand are measured first, then the same page of the same database with the rest added.
"""

from __future__ import annotations

import secrets
import statistics
import time
from typing import Any

from bench import sealing
from bench.copies import bulk, copy, run, uid

SMALL, LARGE, TIMES, WARMING = 10_000, 1_000_000, 60, 10
ROWS = 20
STEP = 200_000  # rows per statement while loading


def measure(quick: bool = False) -> dict[str, Any]:
    """`desk_1m_vs_10k` (time at the larger ÷ time at the smaller size) and both medians in milliseconds."""
    large = 50_000 if quick else LARGE
    crowd = Crowd()
    crowd.grow(SMALL)
    small = page_ms(crowd.reviewer)
    loading = time.perf_counter()
    crowd.grow(large)
    loading = time.perf_counter() - loading
    big = page_ms(crowd.reviewer)
    (cases,) = run("SELECT count(*) FROM cases_case")[0]
    parts = {"cases": cases, "ms_10k": round(small, 2), "ms_1m": round(big, 2), "loading_s": round(loading, 1)}
    return {"desk_1m_vs_10k": big / small, "parts": parts}


class Crowd:
    """One school's cases by the thousand, with two graduates for every five cases; at most one case holds a graduate."""

    def __init__(self) -> None:
        from tests.cast import Cast

        self.cast, self.size = Cast(), 0
        self.cast.reviewers()
        self.reviewer = self.cast.school_reviewer
        self.reviewer.user.set_password(secrets.token_hex(16))  # without one, every page leads to where one is set
        self.reviewer.user.save()
        people = [self.cast.graduate_named(name) for name in ("曹文公", "孟宪章", "林晚")]
        self.waiting = self.cast.in_review(graduate=people[0])
        self.cast.act(self.waiting, "approve", self.cast.college_reviewer)
        self.waiting.refresh_from_db()
        self.signed = self.cast.signed(graduate=people[1])
        self.declined = self.cast.invited(graduate=people[2])
        self.cast.act(self.declined, "decline", people[2], {"reason": "01"})
        self.declined.refresh_from_db()
        self.person = people[0].membership.graduate

    def grow(self, size: int) -> None:
        """More cases, until there are `size`."""
        with bulk():
            for first in range(self.size + 1, size + 1, STEP):
                self.load(first, min(first + STEP - 1, size))
        self.size = size
        self.readable()

    def readable(self) -> None:
        """What the page shows can be opened: the copies that have waited longest."""
        with bulk():
            shown = run(
                "SELECT c.id, c.graduate_id, v.id, v.version FROM cases_case c JOIN cases_terms v ON v.case_id = c.id "
                "WHERE c.turn = 'school' AND c.id <> %s ORDER BY c.since, c.id LIMIT %s",
                [self.waiting.pk, 5 * ROWS],
            )
            sealing.graduates(self.person, list({graduate for _case, graduate, *_ in shown}))
            sealing.cases(self.waiting, [(case, *version) for case, _graduate, *version in shown])  # type: ignore[misc]

    def load(self, first: int, last: int) -> None:
        index = "sha256(g::text::bytea)"
        copy(
            self.person,
            first * 2 // 5 + (first > 1),
            last * 2 // 5,
            id=uid("graduate"),
            identity_index=index,
            student_number="'B' || g",
        )
        about = {"id": uid("case"), "graduate_id": uid("graduate", "greatest(g * 2 / 5, 1)")}
        about |= {name: f"p.{name} - interval '40 days' + g * interval '3 seconds'" for name in ("since", "opened_at")}
        for case, where in KINDS.items():
            own = {"number": "'N' || g", "verification_code": "'V' || g"} if case == "signed" else {}
            found = getattr(self, case)
            copy(found, first, last, where, **about, **own)
            for version in found.versions.all():
                copy(version, first, last, where, case_id=uid("case"))


# Of five cases in a row the third and the fifth may hold their graduates, who are then two different ones.
KINDS = {
    "waiting": "mod(g, 40) IN (3, 5)",
    "signed": "mod(g, 5) IN (3, 0) AND mod(g, 40) NOT IN (3, 5)",
    "declined": "mod(g, 5) NOT IN (3, 0)",
}


def page_ms(reviewer: Any) -> float:
    """The median of many requests for the desk, in milliseconds; every one must show its twenty rows."""
    from django.conf import settings
    from django.test import Client

    from bench.scene import logged_in

    session = logged_in(reviewer.membership, {})
    session.save(force_insert=True)
    client = Client(SERVER_NAME="localhost")
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    spent = []
    for _ in range(WARMING + TIMES):
        start = time.perf_counter()
        response = client.get("/home/")
        spent.append(time.perf_counter() - start)
    page = response.content.decode()
    assert response.status_code == 200 and page.count("/cases/") >= ROWS, page[:3000]
    return statistics.median(spent[WARMING:]) * 1000
