"""A phone with a fingerprint reader, as Chromium simulates it; and an app whose codes nobody waits for."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator

from tests.journeys.stroller import Stroller

PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Finger:
    """The device of one window. `right`: whether the finger laid on it is the owner's."""

    def __init__(self, stroller: Stroller) -> None:
        self.browser: Any = stroller.context.new_cdp_session(stroller.page)
        self.browser.send("WebAuthn.enable")
        self.device = self.browser.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})["authenticatorId"]

    def right(self, yes: bool) -> None:
        self.browser.send("WebAuthn.setUserVerified", {"authenticatorId": self.device, "isUserVerified": yes})

    def count(self) -> int:
        found = self.browser.send("WebAuthn.getCredentials", {"authenticatorId": self.device})
        return len(found["credentials"])


def next_code_please() -> None:
    """Codes of an app serve once per 30 s; the tests forget which was used rather than wait."""
    for one in Authenticator.objects.filter(type="totp"):
        one.data["last"] = 0
        one.save()
