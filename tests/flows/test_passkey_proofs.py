"""† Proof by passkey: bound to user, step, text and moment; every other signature is refused."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from fido2.utils import websafe_decode, websafe_encode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.authenticator import UP, SoftAuthenticator
from tests.cast import Cast
from tests.devices import asked, enrol, signed_proof
from wangqian.cases import devices
from wangqian.cases.act import NeedsProof
from wangqian.cases.engine import perform
from wangqian.cases.models import Case, Event, Proof, canonical
from wangqian.cases.proofs import CodeRefused
from wangqian.chart.words import Refused
from wangqian.people import limits, passkeys
from wangqian.people.clock import now
from wangqian.people.models import Actor

# What comes in over the wire where an assertion is expected.
WIRE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40) | st.just("AAAA"),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["id", "rawId", "type", "response", "clientDataJSON", "signature", "x"]), inner),
    max_leaves=12,
)


def accept(case: Case, by: Actor, text: str, proof: Proof | None) -> Event:
    return perform(Case.objects.get(pk=case.pk), "accept", by=by, seen=text, proof=proof)


def test_a_passkey_accepts_and_the_event_says_so(cast: Cast) -> None:
    cast.reviewers()
    case, device = cast.invited(), enrol(cast.graduate)
    text, proof = signed_proof(cast, case, cast.graduate, device)
    event = accept(case, cast.graduate, text, proof)
    proof.refresh_from_db()
    assert (event.proof_method, event.proof, proof.used_at is not None) == ("passkey", proof, True)


def test_the_evidence_convinces_without_our_code(cast: Cast) -> None:
    """Only the standard library and `cryptography`: what is signed is the hash of this user, step and text."""
    cast.reviewers()
    case, device = cast.invited(), enrol(cast.graduate)
    text, proof = signed_proof(cast, case, cast.graduate, device)
    event = accept(case, cast.graduate, text, proof)
    proof.refresh_from_db()
    kept = json.loads(json.dumps(proof.evidence))
    items = [f"{case.pk}:{event.terms_sha256}"] if text == event.terms_sha256 else [f"{case.pk}:{text}"]
    bound = {
        "items_sha256": sha256(canonical(items)).hexdigest(),
        "nonce": kept["nonce"],
        "proof": str(proof.pk),
        "step": "online.accept",
        "user": str(cast.graduate.user.pk),
    }
    challenge = sha256(json.dumps(bound, sort_keys=True, separators=(",", ":")).encode()).digest()
    client = websafe_decode(kept["client_data"])
    assert websafe_decode(json.loads(client)["challenge"]) == challenge
    key = load_der_public_key(b64decode(kept["public_key"]))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    message = websafe_decode(kept["authenticator_data"]) + sha256(client).digest()
    key.verify(websafe_decode(kept["signature"]), message, ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        key.verify(websafe_decode(kept["signature"]), message[:-1] + b"\0", ec.ECDSA(hashes.SHA256()))
    assert kept["method"] == "passkey" and set(kept) == {
        "method", "nonce", "credential", "authenticator_data", "client_data", "signature", "algorithm", "public_key", "entered_at"
    }  # fmt: skip


def test_windows_signs_with_rsa(cast: Cast) -> None:
    cast.reviewers()
    case = cast.invited()
    device = enrol(cast.graduate, key=rsa.generate_private_key(65537, 2048))
    text, proof = signed_proof(cast, case, cast.graduate, device)
    accept(case, cast.graduate, text, proof)
    kept = proof.evidence
    key = load_der_public_key(b64decode(kept["public_key"]))
    assert isinstance(key, rsa.RSAPublicKey) and kept["algorithm"] == "RS256"
    signed = websafe_decode(kept["authenticator_data"]) + sha256(websafe_decode(kept["client_data"])).digest()
    key.verify(websafe_decode(kept["signature"]), signed, padding.PKCS1v15(), hashes.SHA256())


def test_a_signature_for_another_text_is_refused(cast: Cast) -> None:
    cast.reviewers()
    case, other, device = cast.invited(), cast.invited(cast.other_employer), enrol(cast.graduate)
    _text, proof = signed_proof(cast, other, cast.graduate, device)
    text, _name, _items = asked(cast, case, "accept", cast.graduate)
    with pytest.raises(NeedsProof):
        accept(case, cast.graduate, text, proof)


def test_a_challenge_cannot_be_swapped(cast: Cast) -> None:
    """What was signed for one text is not taken for another, even before the door."""
    cast.reviewers()
    case, other, device = cast.invited(), cast.invited(cast.other_employer), enrol(cast.graduate)
    _t, name, items = asked(cast, case, "accept", cast.graduate)
    _o, _n, others = asked(cast, other, "accept", cast.graduate)
    proof, options = devices.begin(cast.graduate.user, name, items)
    swapped, _options = devices.begin(cast.graduate.user, name, others)
    with pytest.raises(CodeRefused, match="没有通过验证"):
        devices.confirm(swapped, device.get(options))
    assert proof.code_digest != swapped.code_digest


def test_the_same_text_twice_is_two_challenges(cast: Cast) -> None:
    cast.reviewers()
    _text, name, items = asked(cast, cast.invited(), "accept", cast.graduate)
    enrol(cast.graduate)
    first, second = (devices.begin(cast.graduate.user, name, items)[0] for _ in range(2))
    assert first.code_digest != second.code_digest


def test_an_answer_serves_once(cast: Cast) -> None:
    cast.reviewers()
    case, device = cast.invited(), enrol(cast.graduate, counts=False)
    text, name, items = asked(cast, case, "accept", cast.graduate)
    proof, options = devices.begin(cast.graduate.user, name, items)
    answer = device.get(options)
    devices.confirm(proof, answer)
    with pytest.raises(CodeRefused, match="超时"):
        devices.confirm(Proof.objects.get(pk=proof.pk), answer)
    again, _options = devices.begin(cast.graduate.user, name, items)
    with pytest.raises(CodeRefused, match="没有通过验证"):
        devices.confirm(again, answer)
    accept(case, cast.graduate, text, proof)
    proof.refresh_from_db()
    assert proof.used_at is not None


def test_a_used_proof_opens_nothing_again(cast: Cast) -> None:
    cast.reviewers()
    case, device = cast.invited(), enrol(cast.graduate)
    text, proof = signed_proof(cast, case, cast.graduate, device)
    Proof.objects.filter(pk=proof.pk).update(used_at=now())
    with pytest.raises(NeedsProof):
        accept(case, cast.graduate, text, proof)


def test_another_persons_passkey_is_refused(cast: Cast) -> None:
    cast.reviewers()
    case = cast.invited()
    enrol(cast.graduate)
    stranger = enrol(cast.outsider)
    _text, name, items = asked(cast, case, "accept", cast.graduate)
    proof, options = devices.begin(cast.graduate.user, name, items)
    with pytest.raises(CodeRefused, match="没有通过验证"):
        devices.confirm(proof, stranger.get(options))


def test_another_persons_proof_is_refused(cast: Cast) -> None:
    cast.reviewers()
    case = cast.invited()
    text, name, items = asked(cast, case, "accept", cast.graduate)
    device = enrol(cast.outsider)
    proof, options = devices.begin(cast.outsider.user, name, items)
    devices.confirm(proof, device.get(options))
    with pytest.raises(NeedsProof):
        accept(case, cast.graduate, text, proof)


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "http://localhost.example.com:8000"},
        {"origin": "https://wangqian.example.org"},
        {"origin": "http://127.0.0.1:8000"},
        {"rp": "example.org"},
        {"flags": UP},  # nobody showed a finger or a PIN
        {"flags": 0},
    ],
    ids=str,
)
def test_each_lie_of_a_device_is_refused(cast: Cast, lie: dict[str, Any]) -> None:
    cast.reviewers()
    device = enrol(cast.graduate)
    _text, name, items = asked(cast, cast.invited(), "accept", cast.graduate)
    proof, options = devices.begin(cast.graduate.user, name, items)
    for field, value in lie.items():
        setattr(device, field, value)
    with pytest.raises(CodeRefused, match="没有通过验证"):
        devices.confirm(proof, device.get(options))
    proof.refresh_from_db()
    assert (proof.verified_at, proof.tries) == (None, 1)


def test_each_changed_byte_of_an_answer_is_refused(cast: Cast) -> None:
    cast.reviewers()
    device = enrol(cast.graduate, counts=False)
    _text, name, items = asked(cast, cast.invited(), "accept", cast.graduate)
    proof, options = devices.begin(cast.graduate.user, name, items)
    honest = json.loads(device.get(options))
    challenge = bytes.fromhex(proof.code_digest)
    for part in ("clientDataJSON", "authenticatorData", "signature"):
        whole = websafe_decode(honest["response"][part])
        for at in range(len(whole)):
            flipped = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
            forged = {**honest, "response": {**honest["response"], part: websafe_encode(flipped)}}
            with pytest.raises(passkeys.PasskeyRefused):
                passkeys.check(cast.graduate.user, challenge, json.dumps(forged))
    assert passkeys.check(cast.graduate.user, challenge, json.dumps(honest))


def test_a_late_signature_is_refused(cast: Cast) -> None:
    cast.reviewers()
    device = enrol(cast.graduate)
    _text, name, items = asked(cast, cast.invited(), "accept", cast.graduate)
    proof, options = devices.begin(cast.graduate.user, name, items)
    proof.issued_at = now() - Proof.FRESH
    with pytest.raises(CodeRefused, match="超时"):
        devices.confirm(proof, device.get(options))


def test_a_proof_grows_stale(cast: Cast) -> None:
    cast.reviewers()
    case, device = cast.invited(), enrol(cast.graduate)
    text, proof = signed_proof(cast, case, cast.graduate, device)
    Proof.objects.filter(pk=proof.pk).update(verified_at=now() - Proof.FRESH)
    with pytest.raises(NeedsProof):
        accept(case, cast.graduate, text, proof)
    Proof.objects.filter(pk=proof.pk).update(verified_at=now() - Proof.FRESH + timedelta(seconds=30))
    assert accept(case, cast.graduate, text, proof).step == "accept"


def test_a_copied_key_is_found_by_its_count(cast: Cast) -> None:
    cast.reviewers()
    case, device = cast.invited(), enrol(cast.graduate)
    signed_proof(cast, case, cast.graduate, device)
    device.count -= 1  # the copy counted less
    with pytest.raises(CodeRefused, match="可能被复制过"):
        signed_proof(cast, case, cast.graduate, device)


def test_five_wrong_answers_and_the_challenge_is_gone(cast: Cast) -> None:
    cast.reviewers()
    device = enrol(cast.graduate)
    _text, name, items = asked(cast, cast.invited(), "accept", cast.graduate)
    proof, options = devices.begin(cast.graduate.user, name, items)
    for _try in range(Proof.TRIES):
        with pytest.raises(CodeRefused, match="没有通过验证"):
            devices.confirm(proof, "{}")
    with pytest.raises(CodeRefused, match="已失效"):
        devices.confirm(proof, device.get(options))


def test_asking_has_an_end(cast: Cast) -> None:
    enrol(cast.graduate)
    for _time in range(limits.LIMITS["proof-passkey"].count):
        devices.begin(cast.graduate.user, "online.accept", ["x:y"])
    with pytest.raises(Refused, match="次数过多"):
        devices.begin(cast.graduate.user, "online.accept", ["x:y"])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wire=WIRE)
def test_no_answer_is_a_crash(cast: Cast, wire: Any) -> None:
    with pytest.raises(passkeys.PasskeyRefused):
        passkeys.check(cast.graduate.user, b"1" * 32, json.dumps(wire))


@pytest.mark.parametrize("answer", ["", "[", "{}", "null", "x" * 30_000, '{"id": "\\ud800"}', "[" * 9_000])
def test_no_text_is_a_crash(cast: Cast, answer: str) -> None:
    with pytest.raises(passkeys.PasskeyRefused):
        passkeys.check(cast.graduate.user, b"1" * 32, answer)
    assert passkeys.owner(answer) is None


def test_only_the_public_key_is_kept(cast: Cast) -> None:
    device = enrol(cast.graduate)
    kept = Authenticator.objects.get().data
    assert set(kept) == {"label", "credential", "sign_count", "synced", "transports"}
    assert websafe_decode(kept["credential"])[18 : 18 + 32] == device.credential_id


def test_a_passkey_is_added_once(cast: Cast) -> None:
    device = enrol(cast.graduate)
    options, state = passkeys.creation(cast.graduate.user)
    assert [one["id"] for one in options["publicKey"]["excludeCredentials"]] == [websafe_encode(device.credential_id)]
    with pytest.raises(passkeys.PasskeyRefused, match="已经添加过"):
        passkeys.create(cast.graduate.user, "再来", state, device.create(options))


@pytest.mark.parametrize("lie", [{"origin": "https://evil.example"}, {"rp": "evil.example"}, {"flags": UP}], ids=str)
def test_a_passkey_made_elsewhere_is_not_kept(cast: Cast, lie: dict[str, Any]) -> None:
    options, state = passkeys.creation(cast.graduate.user)
    with pytest.raises(passkeys.PasskeyRefused):
        passkeys.create(cast.graduate.user, "假", state, SoftAuthenticator(**lie).create(options))
    assert not Authenticator.objects.exists()


def test_in_production_the_origin_is_exactly_ours(cast: Cast, settings: Any) -> None:
    settings.SITE_URL = "https://sign.example.edu.cn"
    device = SoftAuthenticator(origin="https://sign.example.edu.cn", rp="sign.example.edu.cn")
    options, state = passkeys.creation(cast.graduate.user)
    assert options["publicKey"]["rp"]["id"] == "sign.example.edu.cn"
    passkeys.create(cast.graduate.user, "钥匙", state, device.create(options))
    challenge = b"1" * 32
    asked = passkeys.request(cast.graduate.user, challenge)
    for wrong in ("https://sign.example.edu.cn:8443", "https://x.sign.example.edu.cn", "http://sign.example.edu.cn", "http://localhost:8000"):
        device.origin = wrong
        with pytest.raises(passkeys.PasskeyRefused):
            passkeys.check(cast.graduate.user, challenge, device.get(asked))
    device.origin = "https://sign.example.edu.cn"
    assert passkeys.check(cast.graduate.user, challenge, device.get(asked))


# --- red controls: each guard switched off lets exactly its lie through -------------------------------


def any_origin(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(passkeys, "own_origin", lambda _origin: True)


def no_finger(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(passkeys, "VERIFIED", "preferred")


def no_count(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(passkeys, "count_up", lambda *_anything: None)


def one_challenge(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(devices, "challenge", lambda _proof: b"1" * 32)


def lie_origin(cast: Cast, device: SoftAuthenticator, case: Case) -> None:
    device.origin = "https://evil.example"
    signed_proof(cast, case, cast.graduate, device)


def lie_finger(cast: Cast, device: SoftAuthenticator, case: Case) -> None:
    device.flags = UP
    signed_proof(cast, case, cast.graduate, device)


def lie_count(cast: Cast, device: SoftAuthenticator, case: Case) -> None:
    device.count = -1
    signed_proof(cast, case, cast.graduate, device)


def lie_text(cast: Cast, device: SoftAuthenticator, case: Case) -> None:
    """Signed for one text, handed in for another."""
    _text, name, items = asked(cast, case, "accept", cast.graduate)
    _proof, options = devices.begin(cast.graduate.user, name, items)
    other, _options = devices.begin(cast.graduate.user, name, ["another:text"])
    devices.confirm(other, device.get(options))


@pytest.mark.parametrize(
    ("lie", "off"),
    [(lie_origin, any_origin), (lie_finger, no_finger), (lie_count, no_count), (lie_text, one_challenge)],
    ids=["origin", "verification", "count", "challenge"],
)
def test_without_its_guard_each_lie_passes(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, lie: Callable[..., None], off: Callable[[pytest.MonkeyPatch], None]
) -> None:
    cast.reviewers()
    case, device = cast.invited(), enrol(cast.graduate)
    with pytest.raises(CodeRefused):
        lie(cast, device, case)
    device.origin, device.flags, device.count = "http://localhost:8000", SoftAuthenticator.flags, 5
    off(monkeypatch)
    lie(cast, device, case)
