"""Every route and form, by everybody, with what nobody should send: never a 5xx (security.md G4).

Requests per operation are few by default; `WANGQIAN_FUZZ=200` sends that many, drawn anew.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.fuzz.draw import Draw, broken
from tests.screens.standing import Stage
from tests.screens.standing import stage as stage
from tests.screens.test_routes import PARTIES, ROWS, sample
from wangqian.cases.models import Outbox
from wangqian.notices.models import Notice

pytestmark = pytest.mark.postgres  # the stricter of the two: it takes no NUL, no date it does not know
REQUESTS = int(os.environ.get("WANGQIAN_FUZZ", "2"))
SHUT = {"404", "405", "login"}
NAMES = sorted({row["route"] for row in ROWS})


def drawn(stage: Stage, name: str, kwargs: dict[str, object], method: str) -> Draw:
    row = next(row for row in ROWS if row["route"] == name and row["method"] == method)
    open_to = [party for party in PARTIES if row[party] not in SHUT] or ["anonymous"]
    return Draw(name, kwargs, method, stage.browser, open_to, PARTIES)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", NAMES)
def test_never_a_server_error(name: str, stage: Stage, db: None, settings: Settings) -> None:
    kwargs = sample(stage.here(), name)
    settings.SMS_RECEIPT_TOKEN = kwargs.get("token", "")  # type: ignore[attr-defined]
    Outbox.objects.update(tries=1)  # no worker runs: in a long storm the probe would rightly say that messages wait
    Notice.objects.update(tries=1)
    assert [one for method in ("GET", "POST") for one in broken(drawn(stage, name, kwargs, method), REQUESTS)] == []


def test_red_control_a_view_that_trusts_its_input_is_found(stage: Stage, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """`int()` on what was typed, as it is so often written."""
    from wangqian.web import verification

    real = verification.VerifyForm.clean

    def trusting(form: Any) -> Any:
        int(form.data.get("name") or 0)
        return real(form)

    monkeypatch.setattr(verification.VerifyForm, "clean", trusting)
    draw = drawn(stage, "verify", {}, "POST")
    sent = [draw.send() for _ in range(60)]
    assert any(answer.status_code == 500 for _what, answer in sent)


@pytest.mark.parametrize("name", ["aliyun", "tencent"])
def test_red_control_what_a_machine_sends_reaches_the_parser(
    name: str, stage: Stage, db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wangqian.notices import receipts

    monkeypatch.setattr(receipts, "text", lambda value: value.upper())
    settings.SMS_RECEIPT_TOKEN = "a-token"  # type: ignore[attr-defined]
    draw = drawn(stage, f"receipts-{name}", {"token": "a-token"}, "POST")
    assert broken(draw, 60) != []
