"""Clients that send acts, each under its own key, and repeat what was not answered until it is (security.md §3.3)."""

from __future__ import annotations

import http.client
import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

CSRF = "c" * 32
UNTIL = f"{date.today() + timedelta(days=60)}"


@dataclass
class Act:
    """One act as its client saw it: what it is, when acknowledged, how often it was sent."""

    kind: str
    about: str
    path: str
    answer: str  # where an acknowledgement leads
    session: str
    form: dict[str, str]
    tries: int = 0
    acknowledged: bool = False


def reopening(people: dict[str, Any], graduate: str) -> Act:
    """The school reopens a graduate's registration. Nothing but the key keeps it from happening twice."""
    form = {"csrfmiddlewaretoken": CSRF, "key": uuid.uuid4().hex, "until": UNTIL, "reason": "补办"}
    path = f"/start/reopening/reopen/graduate/{graduate}/"
    return Act("reopen", graduate, path, f"/graduates/{graduate}/", people["session"], form)


def signing(offer: dict[str, str]) -> Act:
    """A graduate accepts the invitation he has read, with the code that was sent to him: binding, and once in his life."""
    form = {"csrfmiddlewaretoken": CSRF, "key": uuid.uuid4().hex, "agreed": "on"} | {name: offer[name] for name in ("seen", "code")}
    case = f"/cases/{offer['case']}/"
    return Act("accept", offer["case"], f"{case}do/accept/confirm/", case, offer["session"], form)


@dataclass
class History:
    """What the clients did, and how many acts they may still begin."""

    acts: list[Act] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    allowed: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    done: threading.Event = field(default_factory=threading.Event)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def acknowledged(self) -> int:
        return sum(act.acknowledged for act in list(self.acts))

    def begins(self) -> bool:
        """Whether another act may begin; waits until it may, or until all is over."""
        while not self.done.is_set() and not self.strange:
            if self.allowed.acquire(timeout=0.1):
                return True
        return False


class Client(threading.Thread):
    """Signs with what `offers` there are, and reopens registrations else; one act after the other."""

    def __init__(self, port: int, people: dict[str, Any], history: History, offers: list[dict[str, str]], repeat_key: bool) -> None:
        super().__init__(daemon=True)
        self.port, self.people, self.history, self.offers = port, people, history, offers
        self.repeat_key = repeat_key

    def run(self) -> None:
        while self.history.begins():
            act = self.next()
            with self.history.guard:
                self.history.acts.append(act)
            self.finish(act)

    def next(self) -> Act:
        if self.offers:
            return signing(self.offers.pop())
        return reopening(self.people, random.choice(self.people["graduates"]))

    def finish(self, act: Act) -> None:
        """Until it is acknowledged: a broken connection or a 5xx may mean that it happened, or that it did not."""
        end, form = time.monotonic() + 240, dict(act.form)
        while time.monotonic() < end:
            act.tries += 1
            status, where = self.send(act, form)
            if status == 302 and where == act.answer:
                act.acknowledged = True
                return
            if status not in (0, 500, 502, 503):
                self.history.strange.append(f"{status} {where} {act.kind} {act.about}, try {act.tries}")
                return
            if not self.repeat_key:
                form["key"] = uuid.uuid4().hex
            time.sleep(0.05)
        self.history.strange.append(f"never answered: {act}")

    def send(self, act: Act, form: dict[str, str]) -> tuple[int, str]:
        """(status, location), (0, "") when there was no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {
            "Host": "localhost",
            "Cookie": f"sessionid={act.session}; csrftoken={CSRF}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            connection.request("POST", act.path, urlencode(form), headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers.get("Location", "")
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()
