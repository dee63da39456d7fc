"""Pages anybody may see: start, login, errors, verification."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """The form's token is missing or old: nothing happened, and the page says how to go on."""
    return render(request, "pages/error.html", {"status": 403}, status=403)
