"""What `flows.md` §0, §3–6 allow one graduate on paper, written from the text and not from the charts: where one move leads, or None."""

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
    handed: bool = False  # a draft that was handed in before, and taken back


class World(NamedTuple):
    """One graduate: his cases of flows 3, 5, 6, the last termination of his agreement, which flow is in the ledger."""

    offline: Case = Case()
    paper: Case = Case()
    destination: Case = Case()
    offline_termination: Case = Case()
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
    "paper": ("review", "returned", "registered"),
    "destination": ("review", "returned", "registered", "voiding"),
}
IN_FORCE = {"offline": ("signed",), "paper": ("registered",), "destination": ("registered", "voiding")}
ENDING = "offline_termination"


def case_of(w: World, flow: str) -> Case:
    found: Case = getattr(w, flow)
    return found


def agreement(w: World) -> str:
    """The flow of the agreement that flow 4 would end."""
    return "paper" if w.paper.state in IN_FORCE["paper"] else "offline"


def in_force(w: World, flow: str) -> bool:
    return case_of(w, flow).state in IN_FORCE[flow]


def put(w: World, flow: str, case: Case) -> World:
    return w._replace(**{flow: case})


def bound(w: World, besides: str) -> bool:
    return any(case_of(w, flow).state in states for flow, states in OPEN.items() if flow != besides)


def after(w: World, m: Move) -> World | None:
    c = case_of(w, m.flow)
    if m.flow == ENDING:
        return ending(w, m, c)
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
    if in_force(w, m.flow):
        return w._replace(ledger=m.flow)
    if w.ledger == m.flow and w.offline_termination.state in ("draft", "review", "returned"):  # it ends with its agreement
        w = put(w, ENDING, Case("released"))
    return w._replace(ledger="") if w.ledger == m.flow else w


def by_graduate(w: World, m: Move, c: Case) -> Case | None:
    fresh, free = not c.touched, not bound(w, m.flow)
    stamping = Case("stamping", pending=c.pending)
    common: dict[tuple[str, str], tuple[bool, Case]] = {
        ("draft", "cancel"): (True, Case("cancelled")),
        ("draft", "submit"): (free and (c.handed or not w.closed), Case("review")),
        ("review", "withdraw"): (fresh, Case("draft", handed=True)),
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
        "paper": {},
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
    last, registered = c.level == 1, {"": "registered", "_void": "voided"}
    done = {"offline": {"": "stamping", "_paper": "signed"}, "paper": registered, "destination": registered}
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


def ending(w: World, m: Move, c: Case) -> World | None:
    """Flow 4: the agreement stays as it is until the last level; a release that is asked for comes first."""
    of = agreement(w)
    may = in_force(w, of) and not case_of(w, of).pending
    reviewer = c.state == "review" and m.capacity == LEVELS[c.level] and m.user != c.passed
    moves: dict[tuple[str, str, str], tuple[bool, Case]] = {
        (c.state, "graduate", "apply"): (may and c.state not in ("draft", "review", "returned"), Case("draft")),
        ("draft", "graduate", "submit"): (may, Case("review")),
        ("draft", "graduate", "cancel"): (True, Case("cancelled")),
        ("returned", "graduate", "cancel"): (True, Case("cancelled")),
        ("returned", "graduate", "resubmit"): (may, Case("review")),
        ("review", "graduate", "withdraw"): (not c.touched, Case("draft", handed=True)),
        ("review", m.capacity, "send_back"): (reviewer, Case("returned")),
        ("review", m.capacity, "refuse"): (reviewer, Case("refused")),
        ("review", "college", "approve"): (reviewer and may, c._replace(level=1, passed=m.user, touched=True)),
        ("review", "school", "approve"): (reviewer and may, Case("terminated")),
    }
    allowed, case = moves.get((c.state, m.capacity, m.step), (False, c))
    if allowed and case.state == "terminated":
        w = put(w, of, Case("terminated"))._replace(ledger="")
    return put(w, ENDING, case) if allowed else None
