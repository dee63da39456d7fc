"""Security headers on every answer, errors included."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]

POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'"
FIXED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


class SecurityHeaders:
    """Sets what is missing, and keeps what is answered to a browser with a session out of every cache.

    The session's cookie decides, not the user: no query, and it holds while the database is down.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        if personal(request):
            kept = getattr(response, "public_data", 0) if not response.cookies else 0
            response.headers["Cache-Control"] = f"private, max-age={kept}" if kept else "no-store"
        return response


def public_data(response: HttpResponse, seconds: int) -> HttpResponse:
    """An answer that says nothing about anybody: everybody may keep it, one with a session in the browser alone."""
    response.public_data = seconds  # type: ignore[attr-defined]
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return response


def personal(request: HttpRequest) -> bool:
    """The request carries a session and does not ask for one of our static files."""
    static = f"/{settings.STATIC_URL.lstrip('/')}"
    return settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path_info.startswith(static)
