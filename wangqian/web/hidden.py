"""Pages whose address is itself a secret (capability links): no other site, cache, search engine or log learns it.

By the path, not by the view: a mistyped tail, a wrong method and a failed check are answered under the same address.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PREFIX, OURS = "/l/", "same-origin"
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


class HiddenAddresses:
    """Headers on every answer under `PREFIX`; and our own forms pass Django's check of the origin.

    From a page with `no-referrer` a browser sends `Origin: null` and no Referer even to ourselves, which the check refuses. Such a
    post counts as ours unless the browser says that another site began it; the form's token is then checked as on every page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        if silent(request) and request.headers.get("Sec-Fetch-Site", OURS) == OURS:
            request.META["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response


def silent(request: HttpRequest) -> bool:
    """It does not say from where it comes, as after a page of ours."""
    origin = request.META.get("HTTP_ORIGIN", "")
    return origin == "null" or not (origin or request.META.get("HTTP_REFERER"))
