"""What a stranger is answered takes a multiple of the floor, whoever he asks about (web/equal.py, security.md §2.2).

The doors come from the routes: one that is new is held back, or stands in `FREE` with the reason why its time may tell.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from django.urls.resolvers import URLPattern
from pytest_django.fixtures import Settings

from tests.cast import number
from tests.documents.test_verify import other_number
from tests.flows.test_activating import issued, newcomer
from tests.screens.door import ask, solved, with_password
from tests.screens.employer_stage import entered
from tests.screens.pages import PageClient
from tests.screens.standing import Stage
from tests.screens.standing import stage as stage
from tests.screens.test_routes import ROWS, routes, sample
from tests.screens.world import World
from wangqian.people.models import Graduate
from wangqian.web import equal
from wangqian.web.door import urls as door
from wangqian.web.factors import urls as factors
from wangqian.web.outside import urls as outside

pytestmark = pytest.mark.once
FLOOR = 0.06
Answer = dict[str, str]
SHUT = {"404", "405", "login"}
# Held back when they are looked at as well: the address itself asks about somebody.
READ = {"verify-code", "link", "link-code", "outside-back", "wechat-back"}
FREE = {
    "He is in, and it is about himself or what he may see": (
        "account", "no-capacity", "own-phone", "own-email", "own-contact-enter", "account_change_password", "account_set_password",
        "usersessions_list", "end-session", "account_logout", "account_reauthenticate", "send-kept", "mfa_index", "mfa_add_webauthn",
        "mfa_edit_webauthn", "mfa_remove_webauthn", "mfa_activate_totp", "mfa_totp_picture", "mfa_deactivate_totp",
        "mfa_view_recovery_codes", "mfa_show_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
        "resets", "request-reset", "confirm-reset", "withdraw-reset", "wechat", "wechat-code", "wechat-qr", "wechat-drop", "wechat-unbind",
        "dossier", "remove-favourite", "search", "step", "step-confirm", "start-step", "start-step-confirm", "paper-mail",
    ),
    "A code, a password or a passkey of his was shown before": (
        "account_complete_password_reset", "activate-password", "mfa_authenticate", "link-confirm", "link-files", "link-file-drop",
        "link-file-turn",
    ),
    "It asks for what nobody can guess: a passkey's own number, a file, ten random characters counted by the day": (
        "mfa_login_webauthn", "verify-file", "use-meeting-code",
    ),
    "It leads away and looks nobody up": ("outside-login", "wechat-login"),
    "A machine of WeChat's, which signs what it says": ("wechat-hook",),
    "Only in the demo and in tests": ("demo-parts",),
}  # fmt: skip
REASON = {name: reason for reason, names in FREE.items() for name in names}


def doors() -> list[str]:
    """Every route of door, factors and other houses, and every other that answers a stranger's or an employer's POST."""
    own = {str(one.name) for urls in (door, factors, outside) for one in urls.urlpatterns}
    posts = [row for row in ROWS if row["method"] == "POST"]
    return sorted(own | {row["route"] for row in posts if row["anonymous"] not in SHUT or row["employer"] not in SHUT} | READ)


@pytest.fixture
def heard(settings: Settings) -> Iterator[list[tuple[float, float]]]:
    """(what an answer took, how long it was held back), of each that was held back."""
    settings.EQUAL_MS = FLOOR * 1000  # type: ignore[attr-defined]
    found: list[tuple[float, float]] = []
    hear = lambda spent, rest: found.append((spent, rest))  # noqa: E731
    equal.LISTENERS.append(hear)
    yield found
    equal.LISTENERS.remove(hear)


def test_every_route_named_here_is_one() -> None:
    assert set(REASON) | READ <= set(doors()) and not set(REASON) & READ
    assert sum(map(len, FREE.values())) == len(REASON), "one reason each"


def held(stage: Stage, name: str, heard: list[tuple[float, float]]) -> set[str]:
    """By which methods the route is held back."""
    url, found = reverse(name, kwargs=sample(stage.here(), name)), set()
    cell = next(row for row in ROWS if row["route"] == name and row["method"] == "POST")
    who = stage.browser("anonymous" if cell["anonymous"] != "login" else "employer")
    for method, send in (("GET", who.get), ("POST", who.post)):
        heard.clear()
        send(url)
        found |= {method} if heard else set()
    return found


@pytest.mark.parametrize("name", doors())
def test_a_door_is_held_back_unless_a_reason_says_why_not(
    name: str, stage: Stage, heard: list[tuple[float, float]], db: None
) -> None:
    posted = set() if name in REASON else {"POST"}
    assert held(stage, name, heard) == posted | ({"GET"} if name in READ else set())


def test_red_control_a_door_without_it_is_seen(
    stage: Stage, heard: list[tuple[float, float]], db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pattern: URLPattern = routes()["account_login"]
    monkeypatch.setattr(pattern, "callback", pattern.callback.__wrapped__)  # type: ignore[attr-defined]
    assert held(stage, "account_login", heard) == set()


# --- about somebody and about nobody ------------------------------------------------------------------

# What is asked by whom at which address, and how it is answered; about somebody who exists, or nobody.
Asked = tuple[PageClient, str, Answer | None, int]


def known(world: World, there: bool) -> str:
    user = with_password(world.graduate.user)
    return user.phone if there else "13900009999"


def login(world: World, there: bool) -> Asked:
    return PageClient(), "/login/", {"login": known(world, there), "password": "not-the-password"}, 422


def asking(path: str) -> Callable[[World, bool], Asked]:
    return lambda world, there: (PageClient(), path, {"login": known(world, there), "work": solved()}, 302)


def entering(path: str) -> Callable[[World, bool], Asked]:
    """A wrong code: there is one, or none was ever sent."""

    def asked(world: World, there: bool) -> Asked:
        who = PageClient()
        assert ask(who, path, known(world, there)).status_code == 302
        return who, f"{path}enter/", {"code": "1"}, 422

    return asked


def facts(graduate: Graduate, there: bool) -> Answer:
    said = graduate.identity_number() if there else number(999_999)
    return {"school": str(graduate.school_id), "name": graduate.name, "kind": "resident", "number": said}


def activate(world: World, there: bool) -> Asked:
    return PageClient(), "/activate/", {**facts(newcomer(world), there), "work": solved("activate")}, 302


def activate_code(world: World, there: bool) -> Asked:
    who, path, form, _status = activate(world, there)
    assert who.post(path, form).status_code == 302
    return who, "/activate/code/", {"code": "1"}, 422


def slip(world: World, there: bool) -> Asked:
    """With a wrong code of a slip that is out, or of nobody's."""
    graduate = newcomer(world)
    _case, code = issued(world, graduate)
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    form = {**facts(graduate, there), "code": wrong, "phone": "13799998888", "work": solved("activate")}
    return PageClient(), "/activate/slip/", form, 422


def search(world: World, there: bool) -> Asked:
    graduate = world.graduate.membership.graduate
    assert graduate
    return entered(world.employer), "/favourites/add/", facts(graduate, there), 200  # type: ignore[return-value]


def verify(world: World, there: bool) -> Asked:
    case = world.agreement
    said = str(case.number) if there else other_number(case)
    return PageClient(), "/verify/", {"number": said, "name": "曹文公", "work": solved("verify")}, 200


def verify_code(world: World, there: bool) -> Asked:
    code = world.agreement.verification_code if there else "0000000000000000"
    return PageClient(), f"/verify/{code}/", None, 200 if there else 404


def link(world: World, there: bool) -> Asked:
    secret = world.link()
    return PageClient(), f"/l/{secret if there else 'A' * len(secret)}/", None, 200 if there else 404


def link_code(world: World, there: bool) -> Asked:
    who, url, _form, _status = link(world, there)
    return who, f"{url}code/", {"send_code": "1", "work": solved("link")}, 302 if there else 404


QUESTIONS: dict[str, Callable[[World, bool], Asked]] = {
    "account_login": login,
    "account_request_login_code": asking("/login/code/"),
    "account_confirm_login_code": entering("/login/code/"),
    "account_reset_password": asking("/login/reset/"),
    "account_confirm_password_reset_code": entering("/login/reset/"),
    "recover-names": asking("/login/names/"),
    "activate": activate,
    "activate-code": activate_code,
    "activate-slip": slip,
    "add-favourite": search,
    "verify": verify,
    "verify-code": verify_code,
    "link": link,
    "link-code": link_code,
}


def answered(world: World, name: str, there: bool) -> float:
    """How long the answer took."""
    who, url, form, status = QUESTIONS[name](world, there)
    start = time.perf_counter()
    response = who.get(url) if form is None else who.post(url, form)
    took = time.perf_counter() - start
    assert response.status_code == status
    return took


def test_every_door_that_is_held_back_is_asked() -> None:
    """The two ways back from other houses need one; `test_outside` and `test_wechat_login` go them."""
    assert set(QUESTIONS) == set(doors()) - set(REASON) - {"outside-back", "wechat-back"}


@pytest.mark.parametrize("there", [True, False], ids=["somebody", "nobody"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_takes_a_multiple_of_the_floor(
    name: str, there: bool, stage: Stage, heard: list[tuple[float, float]], db: None
) -> None:
    took = answered(stage.here(), name, there)
    spent, rest = heard[-1]
    steps = (spent + rest) / FLOOR
    assert round(steps) >= 1 and steps == pytest.approx(round(steps), abs=1e-6)
    assert took >= spent + rest >= FLOOR - 1e-6


def test_red_control_without_the_floor_an_answer_comes_sooner(
    stage: Stage, heard: list[tuple[float, float]], settings: Settings, db: None
) -> None:
    settings.EQUAL_MS = 0  # type: ignore[attr-defined]
    assert min(answered(stage.here(), "verify-code", False) for _ in range(20)) < FLOOR and heard == []
