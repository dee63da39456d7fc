"""What `flows.md` §0–2 allows, written from the text and not from the charts: where one move leads, or None."""

from tests.machine.world import CLOSED, INVITATION, LATEST, NEVER, TERMINATION, Case, End, Move, World

BINDING, LEVELS = ("review", "signed"), ("college", "school")


def after(w: World, m: Move) -> World | None:
    c = w.at(m)
    if m.user != {"graduate": f"g{m.g}", "employer": f"e{m.e}"}.get(m.capacity, m.user):
        return None
    if m.flow == "online_termination":
        return ending(w, m, c) if c and c.state == "signed" else None
    if m.step == "invite":
        free = w.time < CLOSED and (c is None or c.state != "invited" or w.time >= c.due)
        return w.put(m, Case("invited", w.time + INVITATION)) if free and m.capacity == "employer" else None
    return signing(w, m, c) if c else None


def signing(w: World, m: Move, c: Case) -> World | None:
    bound, in_time = any(x and x.state in BINDING for x in w.pairs[m.g]), w.time < c.due
    mine, here = m.capacity == LEVELS[c.level] and m.user != c.approved, c.state if c.state in BINDING else ""
    overtaken = End("released") if c.end and c.end.asker else c.end
    moves: dict[tuple[str, str, str], tuple[bool, Case]] = {
        ("invited", "graduate", "accept"): (in_time and not bound and w.time < CLOSED, Case("review")),
        ("invited", "graduate", "decline"): (in_time and not bound, Case("declined")),
        ("invited", "employer", "extend"): (in_time and c.due < LATEST, c._replace(due=LATEST)),
        ("invited", "employer", "retract"): (in_time, Case("retracted")),
        ("invited", "clock", "remind"): (not bound, c),
        ("invited", "clock", "lapse"): (not in_time, Case("lapsed")),
        ("review", m.capacity, "refuse"): (mine, Case("refused")),
        ("review", "college", "approve"): (mine and not c.pending, c._replace(level=1, approved=m.user)),
        ("review", "school", "approve"): (mine and not c.pending, Case("signed")),
        (here, "school", "request_release"): (not c.pending, c._replace(pending=m.user)),
        (here, "school", "withdraw_release"): (bool(c.pending), c._replace(pending="")),
        (here, "school", "confirm_release"): (c.pending not in ("", m.user), Case("released", end=overtaken)),
    }
    allowed, case = moves.get((c.state, m.capacity, m.step), (False, c))
    if case.state == "signed" != c.state:  # effective: other invitations are void, the ledger says so
        for e in [e for e, x in enumerate(w.pairs[m.g]) if x and x.state == "invited"]:
            w = w.put(m._replace(e=e), Case("void"))
        w = w.enter(m.g, m.e)
    gone = case.state == "released" and w.ledger[m.g] == m.e
    return (w.enter(m.g, NEVER) if gone else w).put(m, case) if allowed else None


def ending(w: World, m: Move, c: Case) -> World | None:
    x = c.end if c.end and c.end.asker else None
    turn = {"graduate": "awaiting_employer", "employer": "awaiting_graduate"}.get(m.capacity)
    if x is None or m.step == "ask":
        may = m.step == "ask" and turn and x is None and not c.pending
        return w.put(m, c._replace(end=End(turn or "", m.capacity, w.time + TERMINATION))) if may else None
    waits, clock, in_time = x.state != "review", m.capacity == "clock", w.time < x.due
    mine = not waits and m.capacity == LEVELS[x.level] and m.user != x.approved
    answers = x.state == f"awaiting_{m.capacity}" and in_time
    moves: dict[str, tuple[bool, End]] = {
        "accept": (answers, End("review", x.asker)),
        "decline": (answers, End("declined")),
        "remind": (waits and clock, x),
        "lapse": (waits and clock and not in_time, End("lapsed")),
        "withdraw": (m.capacity == x.asker and not x.approved, End("withdrawn")),
        "refuse": (mine, End("refused")),
        "approve": (mine and not c.pending, x._replace(level=1, approved=m.user)),
    }
    allowed, end = moves.get(m.step, (False, x))
    if allowed and m.step == "approve" and x.level == 1:
        return w.put(m, Case("terminated", end=End("terminated"))).enter(m.g, NEVER)
    return w.put(m, c._replace(end=end)) if allowed else None
