"""People's own devices, as tests give them: a passkey in software, an authenticator app."""

from __future__ import annotations

from typing import Any

from tests.authenticator import SoftAuthenticator
from tests.cast import Cast
from wangqian.cases import devices
from wangqian.cases.act import Act
from wangqian.cases.models import Case, Proof
from wangqian.cases.proofs import item
from wangqian.chart.words import FLOWS
from wangqian.people import passkeys, totp
from wangqian.people.clock import now
from wangqian.people.models import Actor


def enrol(actor: Actor, **lies: Any) -> SoftAuthenticator:
    """A passkey of his, made as a browser makes one."""
    device = SoftAuthenticator(**lies)
    options, state = passkeys.creation(actor.user)
    passkeys.create(actor.user, "测试钥匙", state, device.create(options))
    return device


def app(actor: Actor) -> str:
    """An authenticator app of his; its secret. The code that set it up is forgotten, so that the current one is still good."""
    secret = totp.new_secret()
    made = totp.activate(actor.user, secret, code(secret))
    made.data["last"] = 0
    made.save()
    return secret


def code(secret: str, steps: int = 0) -> str:
    """What the app shows now, or some steps of 30 s from now."""
    return totp.code_at(secret, totp.counter_now() + steps)


def asked(cast: Cast, case: Case, step: str, by: Actor) -> tuple[str, str, list[str]]:
    """(hash of the text, flow.step, items) of an act this person is about to take."""
    case = Case.objects.get(pk=case.pk)
    act = Act(case, FLOWS[case.flow].steps[step], by, now(), source=case.word)
    text = cast.text(act, {})
    return text, f"{case.flow}.{step}", [item(act, text)]


def signed_proof(cast: Cast, case: Case, by: Actor, device: SoftAuthenticator, step: str = "accept") -> tuple[str, Proof]:
    """(hash of the text, proof by this passkey)."""
    text, name, items = asked(cast, case, step, by)
    proof, options = devices.begin(by.user, name, items)
    devices.confirm(proof, device.get(options))
    return text, proof
