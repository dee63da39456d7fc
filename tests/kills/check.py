"""Reads the site's database after the storm and prints, as JSON, what must be compared with the clients' history."""

from __future__ import annotations

import json
import sys
from collections import Counter

import django

ACTS = {"reopen": 1, "accept": 2}  # how many people each tells: the graduate; the employer and the college's reviewer


def found() -> dict[str, object]:
    from wangqian.cases.models import Case, Event, Proof, Receipt, broken_link
    from wangqian.notices.models import Notice

    events = list(Event.objects.filter(step__in=ACTS).values_list("pk", "step", "case_id", "case__graduate_id"))
    notices = Notice.objects.filter(event__step__in=ACTS)
    told = notices.values_list("event_id", "channel", "recipient_id")
    people = Counter(f"{event} {channel}" for event, channel, _whom in set(told))
    changed = Case.objects.filter(pk__in={case for _pk, _step, case, _graduate in events})
    return {
        "keys": list(Receipt.objects.exclude(location="").values_list("key", flat=True)),
        "about": [f"{step} {graduate if step == 'reopen' else case}" for _pk, step, case, graduate in events],
        "bound": sorted(str(pk) for pk in changed.filter(flow="online", holds=True).values_list("pk", flat=True)),
        "proofs": Proof.objects.filter(step="online.accept").exclude(used_at=None).count(),
        "broken": [str(case.pk) for case in changed if broken_link(case) is not None],
        "untold": [f"{pk} {way}" for pk, step, *_ in events for way in ("email", "inbox") if people[f"{pk} {way}"] < ACTS[step]],
        "twice": [str(one) for one, times in Counter(told).items() if times > 1],
        "mails": [str(pk) for pk in Notice.objects.filter(channel="email").values_list("pk", flat=True)],
        "unsent": notices.exclude(state="sent").count(),
    }


if __name__ == "__main__":
    django.setup()
    json.dump(found(), sys.stdout)
