"""The reviewer's page of a case with twenty files beside the same page with one, and a picture of it, decrypted and sent.

Real photos through the real gate, the real pages through every middleware and template, in this process; the two pages turn by turn.
"""

from __future__ import annotations

import re
import secrets
import statistics
import time
from typing import Any

FILES, TIMES, QUICK, WARMING = 20, 60, 5, 5
PICTURE = re.compile(rb'<img src="(/files/[^"]+)"')


def measure(quick: bool = False) -> dict[str, Any]:
    """`review_20_vs_1`: the page with twenty files as a multiple of the page with one; milliseconds of page and picture."""
    from tests.cast import Cast

    cast = Cast()
    cast.reviewers()
    one, twenty = waiting(cast, "曹文公", 1), waiting(cast, "孟宪章", FILES)
    client = reviewer(cast.college_reviewer)
    rounds = WARMING + (QUICK if quick else TIMES)
    few, many = zip(*[(spent(client, one, 1), spent(client, twenty, FILES)) for _ in range(rounds)], strict=True)
    pictures = PICTURE.findall(client.get(twenty).content)
    drawn = [spent(client, address.decode()) for address in pictures]
    page, small = (statistics.median(times[WARMING:]) * 1000 for times in (many, few))
    parts = {"page_20_ms": round(page, 1), "page_1_ms": round(small, 1), "picture_ms": round(statistics.median(drawn) * 1000, 1)}
    return {"review_20_vs_1": page / small, "parts": parts}


def waiting(cast: Any, name: str, files: int) -> str:
    """The address of a destination that waits for its college, with so many photos as evidence."""
    from bench.uploads import sample
    from tests.cast import DESTINATIONS
    from wangqian.cases.models import Case
    from wangqian.documents import uploads

    by, topic = cast.graduate_named(name), "postgraduate"
    case = cast.begun("destination", by, topic=topic)
    photo = sample("JPEG")
    for number in range(files):  # bytes after the end of a picture tell one file from another and are left behind
        uploads.receive(Case.objects.get(pk=case.pk), "evidence", f"{number}.jpg", photo + bytes([number]), owner=by.user)
    cast.act(case, "submit", by, DESTINATIONS[topic])
    return f"/cases/{case.pk}/"


def reviewer(actor: Any) -> Any:
    from django.conf import settings
    from django.test import Client

    from bench.scene import logged_in

    actor.user.set_password(secrets.token_hex(16))
    actor.user.save()
    session = logged_in(actor.membership, {})
    session.save(force_insert=True)
    client = Client(SERVER_NAME="localhost")
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def spent(client: Any, address: str, pictures: int = 0) -> float:
    start = time.perf_counter()
    answer = client.get(address)
    data = b"".join(answer) if answer.streaming else answer.content
    seconds = time.perf_counter() - start
    assert answer.status_code == 200 and len(PICTURE.findall(data)) == pictures, (answer.status_code, data[:1000])
    return seconds
