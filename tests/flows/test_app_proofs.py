"""† Proof by the authenticator app: six digits, one step early or late, each once; five wrong ones, then a pause."""

from __future__ import annotations

import json

import pytest
from allauth.mfa.models import Authenticator
from cryptography.exceptions import InvalidTag

from tests.cast import Cast
from tests.devices import app, asked, code
from wangqian.cases import devices
from wangqian.cases.engine import perform
from wangqian.people import limits, totp
from wangqian.people.clock import now
from wangqian.people.models import Throttle


def test_the_app_accepts(cast: Cast) -> None:
    cast.reviewers()
    case, secret = cast.invited(), app(cast.graduate)
    text, name, items = asked(cast, case, "accept", cast.graduate)
    proof = devices.by_app(cast.graduate.user, name, items, code(secret))
    event = perform(case, "accept", by=cast.graduate, seen=text, proof=proof)
    assert event.proof_method == "totp"
    assert set(proof.evidence) == {"method", "since", "entered_at"}


def test_the_standards_own_examples() -> None:
    """RFC 6238, appendix B (SHA-1), last six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    at = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}
    assert {moment: totp.code_at(secret, moment // 30) for moment in at} == at


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_early_or_late(cast: Cast, steps: int, taken: bool) -> None:
    secret = app(cast.graduate)
    if taken:
        assert totp.enter(cast.graduate.user, code(secret, steps))
    else:
        with pytest.raises(totp.TotpRefused, match="不正确"):
            totp.enter(cast.graduate.user, code(secret, steps))


def test_a_code_serves_once_and_so_does_an_older_one(cast: Cast) -> None:
    secret = app(cast.graduate)
    totp.enter(cast.graduate.user, code(secret))
    for steps in (0, -1):
        with pytest.raises(totp.TotpRefused, match="已经用过"):
            totp.enter(cast.graduate.user, code(secret, steps))
    totp.enter(cast.graduate.user, code(secret, 1))


def test_the_code_that_set_it_up_is_used_up(cast: Cast) -> None:
    secret = totp.new_secret()
    first = code(secret)
    totp.activate(cast.graduate.user, secret, first)
    with pytest.raises(totp.TotpRefused, match="已经用过"):
        totp.enter(cast.graduate.user, first)


def test_five_wrong_codes_and_a_pause(cast: Cast) -> None:
    secret, user = app(cast.graduate), cast.graduate.user
    for _try in range(limits.LIMITS["totp"].count):
        with pytest.raises(totp.TotpRefused, match="不正确"):
            totp.enter(user, "00000x")
    with pytest.raises(totp.TotpRefused, match="10 分钟"):
        totp.enter(user, code(secret))
    Throttle.objects.filter(key__startswith="totp:").update(since=now() - limits.LIMITS["totp"].window)
    assert totp.enter(user, code(secret))


def test_right_codes_never_pause(cast: Cast) -> None:
    secret, user = app(cast.graduate), cast.graduate.user
    for _try in range(limits.LIMITS["totp"].count - 1):
        with pytest.raises(totp.TotpRefused):
            totp.enter(user, "1")
    totp.enter(user, code(secret))
    with pytest.raises(totp.TotpRefused, match="不正确"):
        totp.enter(user, "1")


def test_the_secret_is_sealed_to_its_owner(cast: Cast) -> None:
    secret = app(cast.graduate)
    row = Authenticator.objects.get(user=cast.graduate.user)
    assert secret not in json.dumps(row.data)
    Authenticator.objects.create(user=cast.outsider.user, type="totp", data=row.data)
    with pytest.raises(InvalidTag):
        totp.enter(cast.outsider.user, code(secret))


@pytest.mark.parametrize("typed", ["", "１２３４５６", "12 34 56", "’; --", "0" * 12, "\x00"])
def test_whatever_is_typed_is_a_sentence(cast: Cast, typed: str) -> None:
    app(cast.graduate)
    with pytest.raises(totp.TotpRefused):
        totp.enter(cast.graduate.user, typed)
