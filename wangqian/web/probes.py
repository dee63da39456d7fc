"""Is the process alive, may it be sent requests? Two words for the balancer, before sessions, cookies and hosts are looked at."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from wangqian import serving
from wangqian.operating import readiness

Answer = Callable[[HttpRequest], HttpResponse]


def livez(request: HttpRequest) -> HttpResponse:
    """This process answers; nothing else is asked."""
    return said("alive", 200)


def readyz(request: HttpRequest) -> HttpResponse:
    """200 or 503, without a reason: `./run manage doctor` gives it."""
    good = not serving.draining() and readiness.ready()
    return said("ready", 200) if good else said("not ready", 503)


def said(word: str, status: int) -> HttpResponse:
    return HttpResponse(f"{word}\n", status=status, content_type="text/plain", headers={"Cache-Control": "no-store"})


PROBES: dict[str, Answer] = {"/livez": livez, "/readyz": readyz}


class Probes:
    """Stands before everything that needs a database or a known host name."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        if probe is None:
            return self.get_response(request)
        return probe(request) if request.method in ("GET", "HEAD") else HttpResponseNotAllowed(["GET", "HEAD"])
