"""Every request: a number people can quote, one line in the log, and the figures. Routes by name, never an address."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from uuid import UUID

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

log = structlog.get_logger("wangqian.requests")
REQUESTS = Counter("wangqian_requests", "Requests answered", ["route", "method", "status"])
SECONDS = Histogram(
    "wangqian_request_seconds",
    "Time until the answer",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
METHODS = {"GET", "HEAD", "POST"}
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without what is misread on the phone
QUIET = {"livez", "readyz", "static"}  # asked all the time


class Requests:
    """Outermost, so that it sees what people got."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.number = new_number()  # type: ignore[attr-defined]
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request=request.number):  # type: ignore[attr-defined]
            response = self.get_response(request)
            told(request, response, time.perf_counter() - started)
        return response


def new_number() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


def number_of(request: HttpRequest) -> str:
    """What people quote: "7KQ2 M9XA"; "" outside a request of the server."""
    number = str(getattr(request, "number", ""))
    return f"{number[:4]} {number[4:]}".strip()


def told(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """Count it and write it down."""
    route, method = route_of(request), request.method if request.method in METHODS else "other"
    REQUESTS.labels(route, method, f"{response.status_code // 100}xx").inc()
    SECONDS.labels(route).observe(seconds)
    if route not in QUIET:
        log.info(
            "request",
            route=route,
            method=method,
            status=response.status_code,
            ms=round(seconds * 1000),
            about=about(request),
        )


def route_of(request: HttpRequest) -> str:
    """The name of the route; one word each for files, probes, and what is no address of ours."""
    match = request.resolver_match
    if match:
        return match.view_name or "unnamed"
    if request.path_info in ("/livez", "/readyz"):
        return request.path_info[1:]
    return "static" if request.path_info.startswith(f"/{settings.STATIC_URL.lstrip('/')}") else "none"


def about(request: HttpRequest) -> str:
    """The UUID in the address, if that is what names the object; where the address is a secret, the key it stands for."""
    if hasattr(request, "about"):
        return str(request.about)
    pk = request.resolver_match.kwargs.get("pk") if request.resolver_match else None
    return str(pk) if isinstance(pk, UUID) else ""
