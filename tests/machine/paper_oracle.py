"""What `flows.md` §0, §3, §6 allow one graduate on paper, written from the text and not from the charts: where one move leads, or None."""

from __future__ import annotations

from typing import NamedTuple

LEVELS = ("college", "school")


class Case(NamedTuple):
    """One matter: where it is, at which level, who passed the first one, who asked for its release, whether a link lives."""

    state: str = ""
    level: int = 0
    passed: str = ""
    touched: bool = False  # a level has acted on this submission
    edited: str = ""  # who changed it while reviewing
    pending: str = ""
    link: bool = False


class World(NamedTuple):
    """One graduate: his case of flow 3, his case of flow 6, which of them is in the ledger."""

    offline: Case = Case()
    destination: Case = Case()
    ledger: str = ""
    closed: bool = False
    dial: bool = False  # 作废 is reviewed


class Move(NamedTuple):
    user: str
    capacity: str
    flow: str
    step: str


OPEN = {
    "offline": ("review", "returned", "stamping", "stamped_review", "signed"),
    "destination": ("review", "returned", "registered", "voiding"),
}


def case_of(w: World, flow: str) -> Case:
    return w.offline if flow == "offline" else w.destination


def put(w: World, flow: str, case: Case) -> World:
    return w._replace(**{flow: case})


def bound(w: World, besides: str) -> bool:
    return any(case_of(w, flow).state in states for flow, states in OPEN.items() if flow != besides)


def after(w: World, m: Move) -> World | None:
    c = case_of(w, m.flow)
    holds = c.state in OPEN[m.flow]
    start = not w.closed and not bound(w, "") and c.state != "draft"
    if m.step == "fill":
        return put(w, m.flow, Case("draft")) if m.capacity == "graduate" and start else None
    found = released(w, m, c) if holds and m.capacity == "school" and m.step.endswith("_release") else None
    if found is None:
        found = by_graduate(w, m, c) if m.capacity == "graduate" else by_school(w, m, c)
    if m.capacity == "contact":
        handed = m.flow == "offline" and m.step == "receive" and c.state == "stamping" and c.link
        found = Case("stamped_review", pending=c.pending) if handed else None
    if found is None:
        return None
    w = put(w, m.flow, found)
    effective = {"offline": ("signed",), "destination": ("registered", "voiding")}[m.flow]
    if found.state in effective:
        return w._replace(ledger=m.flow)
    return w._replace(ledger="") if w.ledger == m.flow else w


def by_graduate(w: World, m: Move, c: Case) -> Case | None:
    fresh, free = not c.touched, not bound(w, m.flow)
    stamping = Case("stamping", pending=c.pending)
    common: dict[tuple[str, str], tuple[bool, Case]] = {
        ("draft", "cancel"): (True, Case("cancelled")),
        ("draft", "submit"): (free and not w.closed, Case("review")),
        ("review", "withdraw"): (fresh, Case("draft")),
        ("returned", "resubmit"): (True, Case("review", pending=c.pending)),
        ("returned", "cancel"): (True, Case("cancelled")),
    }
    own = {
        "offline": {
            ("stamping", "hand_in"): (True, Case("stamped_review", pending=c.pending)),
            ("stamping", "ask_employer"): (True, c._replace(link=True)),
            ("stamping", "give_up"): (True, Case("cancelled")),
            ("stamped_review", "withdraw_paper"): (fresh, stamping),
        },
        "destination": {
            ("registered", "void"): (not w.closed and not c.pending, Case("voiding" if w.dial else "voided")),
            ("voiding", "withdraw_void"): (fresh, Case("registered", pending=c.pending)),
        },
    }[m.flow]
    allowed, case = {**common, **own}.get((c.state, m.step), (False, c))
    return case if allowed else None


def by_school(w: World, m: Move, c: Case) -> Case | None:
    kinds = {"review": "", "stamped_review": "_paper", "voiding": "_void"}
    if c.state not in kinds or m.capacity != LEVELS[c.level] or m.user == c.passed:
        return None
    suffix = kinds[c.state]
    last, done = c.level == 1, {"offline": {"": "stamping", "_paper": "signed"}, "destination": {"": "registered", "_void": "voided"}}
    more = c._replace(level=1, passed=m.user, touched=True)
    passed = Case(done[m.flow][suffix], pending=c.pending) if last else more
    mine_alone = last and c.edited == m.user  # there are two at the school, so another one approves
    moves = {
        f"approve{suffix}": (not c.pending and not mine_alone, passed),
        **{
            "": {
                "send_back": (True, Case("returned", pending=c.pending)),
                "refuse": (True, Case("refused")),
                "revise": (m.flow == "destination", c._replace(touched=True, edited=m.user)),
            },
            "_paper": {
                "send_paper_back": (True, Case("stamping", pending=c.pending)),
                "refuse_paper": (True, Case("paper_refused")),
            },
            "_void": {"refuse_void": (True, Case("registered", pending=c.pending))},
        }[suffix],
    }
    allowed, case = moves.get(m.step, (False, c))
    return case if allowed else None


def released(w: World, m: Move, c: Case) -> Case | None:
    moves = {
        "request_release": (not c.pending, c._replace(pending=m.user)),
        "withdraw_release": (bool(c.pending), c._replace(pending="")),
        "confirm_release": (c.pending not in ("", m.user), Case("released")),
    }
    allowed, case = moves[m.step]
    return case if allowed else None
