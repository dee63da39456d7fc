"""Graduates with one open invitation each: one made through the door, the others copied from it row by row."""

from __future__ import annotations

import secrets
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from bench import sealing
from bench.copies import bulk, copy, run, uid


@dataclass(frozen=True)
class Accept:
    """What one acceptance is about; `code` is the one-time code, `seen` the text's hash."""

    session_key: str
    user_id: str
    membership_id: str
    graduate_id: str
    case_id: str
    proof_id: str
    key: str
    seen: str
    code: str
    csrf: str

    @property
    def path(self) -> str:
        return f"/cases/{self.case_id}/do/accept/confirm/"

    @property
    def form(self) -> dict[str, str]:
        return {"csrfmiddlewaretoken": self.csrf, "key": self.key, "seen": self.seen, "agreed": "on", "code": self.code}

    @property
    def cookies(self) -> dict[str, str]:
        return {"sessionid": self.session_key, "csrftoken": self.csrf}

    def slots(self) -> dict[str, str]:
        """The values that differ from one acceptance to the next."""
        told = asdict(self)
        return {name: told[name] for name in SLOTS}


FIRST_MADE = 880_000_000_000  # ids made by an acceptance start here, so that a recording tells them from other numbers
SLOTS = ("session_key", "user_id", "membership_id", "graduate_id", "case_id", "proof_id", "key")


class Scene:
    """`count` invitations, numbered from 1; both levels of review have somebody."""

    def __init__(self, count: int) -> None:
        from tests.cast import Cast

        self.cast = Cast()
        self.cast.reviewers()
        account = self.cast.graduate.user
        account.set_password(secrets.token_hex(16))  # without one, every page leads to where one is set
        account.save()
        self.case = self.cast.invited(valid_days="15")
        self.count = count
        self.spread()

    def spread(self) -> None:
        graduate = self.cast.graduate.membership
        terms, event = self.case.versions.get(), self.case.events.get()
        columns = terms.terms_columns  # type: ignore[attr-defined]
        index = "sha256(g::text::bytea)"
        (top,) = run("SELECT max(id) FROM cases_terms")[0]
        number = f"{top} + g"
        with bulk():
            copy(graduate.graduate, 1, self.count, id=uid("graduate"), identity_index=index, student_number="'B' || g")
            copy(graduate.user, 1, self.count, id=uid("user"), identity_index=index, username="'bench' || g")
            copy(graduate, 1, self.count, id=uid("membership"), user_id=uid("user"), graduate_id=uid("graduate"))
            copy(self.case, 1, self.count, id=uid("case"), graduate_id=uid("graduate"))
            copy(terms, 1, self.count, id=number, case_id=uid("case"))
            copy(columns, 1, self.count, terms_id=number)
            copy(event, 1, self.count, case_id=uid("case"), terms_id=number)
            made = f"SELECT {uid('graduate')}, {uid('user')}, {uid('case')}, {number} FROM generate_series(1, %s) g"
            graduates, users, cases, versions = zip(*run(made, [self.count]), strict=True)
            sealing.graduates(graduate.graduate, graduates)
            sealing.users(graduate.user, users)
            sealing.cases(self.case, [(case, version, 1) for case, version in zip(cases, versions, strict=True)])
            for n, table in enumerate(("cases_terms", "cases_event", "cases_receipt", "cases_outbox")):
                run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), %s)", [FIRST_MADE + n * 10**9])

    def ready(self, first: int, last: int) -> list[Accept]:
        """Sessions as after a login and codes as just sent, for invitations `first … last`."""
        from django.contrib.sessions.models import Session

        from wangqian.cases.models import Case, Proof

        wanted = [row[0] for row in run(f"SELECT {uid('case')} FROM generate_series(%s, %s) g", [first, last])]
        found = Case.objects.select_related("graduate__membership__user", "graduate__person").in_bulk(wanted)
        made = [self.accept(found[pk]) for pk in wanted]
        Proof.objects.bulk_create([proof for _, proof, _ in made], batch_size=500)
        Session.objects.bulk_create([session for *_, session in made], batch_size=500)
        return [accept for accept, *_ in made]

    def accept(self, case: Any) -> tuple[Accept, Any, Any]:
        from wangqian.cases.proofs import code_digest

        membership = case.graduate.membership
        code = f"{secrets.randbelow(10**6):06d}"
        seen, proof = self.prove(case, membership)
        proof.code_digest = code_digest(proof, code)
        session = logged_in(membership, {f"proof:online.accept:{case.pk}": str(proof.pk)})
        made = Accept(
            session_key=session.session_key,
            user_id=str(membership.user_id),
            membership_id=str(membership.pk),
            graduate_id=str(case.graduate_id),
            case_id=str(case.pk),
            proof_id=str(proof.pk),
            key=secrets.token_hex(16),
            seen=seen,
            code=code,
            csrf=secrets.token_hex(16),
        )
        return made, proof, session

    def prove(self, case: Any, membership: Any) -> tuple[str, Any]:
        """The text's hash, computed as the page does, and an unverified proof bound to it."""
        from wangqian.cases import proofs
        from wangqian.cases.act import Act
        from wangqian.cases.models import Proof, digest
        from wangqian.chart.words import FLOWS
        from wangqian.people.clock import now
        from wangqian.people.models import Actor

        step = FLOWS["online"].steps["accept"]
        case.graduate.school, case.graduate.college, case.graduate.cohort = self.place
        act = Act(case, step, Actor(membership), now(), terms=self.offer)
        seen = digest(step.writes(act))  # type: ignore[misc]
        items = [proofs.item(act, seen)]
        proof = Proof(user=membership.user, step="online.accept", items=items, items_sha256=digest(items))
        proof.issued_at = now()
        return seen, proof

    @property
    def place(self) -> tuple[Any, Any, Any]:
        return self.cast.school, self.cast.college, self.cast.cohort

    @property
    def offer(self) -> Any:
        if not hasattr(self, "_offer"):
            self._offer = self.case.versions.get()
        return self._offer


def logged_in(membership: Any, more: dict[str, str]) -> Any:
    """A session row as login leaves it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.models import Session

    from wangqian.people.sessions import SessionStore

    data = {
        SESSION_KEY: str(membership.user_id),
        BACKEND_SESSION_KEY: "wangqian.people.backend.Backend",
        HASH_SESSION_KEY: membership.user.get_session_auth_hash(),
        "entered": "account",
        "kind": membership.kind,
        "since": int(time.time()),
        "seen": int(time.time()),
        **more,
    }
    ends, key = datetime.now(UTC) + timedelta(hours=12), secrets.token_hex(16)
    return Session(session_key=key, session_data=SessionStore(key).encode(data), expire_date=ends)


def http(path: str, form: dict[str, str], cookies: dict[str, str]) -> bytes:
    """A POST as a browser sends it, ready to be written to a socket."""
    body = urlencode(form).encode()
    pairs = "; ".join(f"{name}={value}" for name, value in cookies.items())
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        "User-Agent: Mozilla/5.0 (bench)",
        "Accept: text/html",
        "Accept-Language: zh-CN",
        *([f"Cookie: {pairs}"] if pairs else []),
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + body
