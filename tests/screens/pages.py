"""A client that fails any page without a title, one h1, labels, unique ids, or a CSRF field in its forms."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from django.http import HttpResponse
from django.test import Client

from wangqian.people.models import Actor
from wangqian.web.door.middleware import SEEN, SINCE
from wangqian.web.middleware import KIND, SESSION_KEY

VOID = {"input", "br", "img", "meta", "link", "hr", "use", "path"}
UNLABELLED = {"hidden", "submit", "button"}


@dataclass
class Sheet(HTMLParser):
    """What a page consists of, read as a machine reads it."""

    title: str = ""
    headings: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    inputs: list[dict[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    unfolding: list[str] = field(default_factory=list)
    forms: list[dict[str, Any]] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str], list[str]]] = []
        self.label_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.ids.append(found["id"])
        self.inline += [name for name in found if name == "style" or name.startswith("on")]
        if tag == "label":
            self.labels.add(found.get("for", ""))
            self.label_depth += 1
        if tag in ("input", "select", "textarea"):
            self.inputs.append({**found, "tag": tag, "inside": "yes" if self.label_depth else ""})
            if self.forms and not self.forms[-1]["closed"]:
                self.forms[-1]["fields"].append(found.get("name", ""))
        if tag == "form":
            self.forms.append({**found, "fields": [], "closed": False})
        if tag in ("script", "style") and "src" not in found:
            self.inline.append(tag)
        if tag not in VOID:
            self.open.append((tag, found, []))

    def handle_data(self, data: str) -> None:
        for _tag, _attrs, words in self.open:
            words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:  # `<use></use>`: it was never opened
            return
        while self.open:
            name, attrs, words = self.open.pop()
            text = " ".join("".join(words).split())
            self.closed(name, attrs, text)
            if name == tag:
                return

    def closed(self, name: str, attrs: dict[str, str], text: str) -> None:
        if name == "title":
            self.title = text
        elif name == "h1":
            self.headings.append(text)
        elif name == "a":
            self.links.append((text, attrs.get("href", "")))
        elif name == "button":
            self.buttons.append((text, attrs))
        elif name == "summary" and "btn" in attrs.get("class", ""):
            self.unfolding.append(text)
        elif name == "label":
            self.label_depth -= 1
        elif name == "form" and self.forms:
            self.forms[-1]["closed"] = True

    def problems(self) -> list[str]:
        """Everything wrong with the page, in words."""
        wrong = [] if self.title else ["no title"]
        if len(self.headings) != 1 or not self.headings[0]:
            wrong.append(f"h1: {self.headings}")
        return wrong + self.parts()

    def parts(self) -> list[str]:
        """Everything wrong with what a page consists of; a fragment has no title of its own."""
        wrong = [f"id twice: {name}" for name, count in Counter(self.ids).items() if count > 1]
        for one in self.inputs:
            kind = one.get("type", "text")
            named = one["inside"] or one.get("id") in self.labels or one.get("aria-label")
            if kind not in UNLABELLED and not named:
                wrong.append(f"no label: {one.get('name')}")
        for form in self.forms:
            if form.get("method", "get").lower() == "post" and "csrfmiddlewaretoken" not in form["fields"]:
                wrong.append(f"no CSRF field: {form.get('action')}")
        return wrong + [f"inline {name}" for name in self.inline]


def read(response: HttpResponse) -> Sheet:
    sheet = Sheet()
    sheet.feed(response.content.decode())
    return sheet


def just_entered(actor: Actor, method: str = "password", ago: int = 0) -> dict[str, Any]:
    """What the session of somebody knows who has logged in, `ago` seconds before."""
    records = [{"method": method, "at": time.time() - ago}]
    return {AUTHENTICATION_METHODS_SESSION_KEY: records, f"{AUTHENTICATION_METHODS_SESSION_KEY}_user": user_id_to_str(actor.user)}


TOKEN = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")[^"]*')
faultless: set[bytes] = set()  # digests of pages, whatever their token: what is not there looks the same a thousand times


class PageClient(Client):
    """Django's client, in one capacity, that looks at every page it gets."""

    def enter(self, actor: Actor) -> PageClient:
        self.force_login(actor.user)
        session = self.session
        session[SESSION_KEY] = str(actor.membership.pk)
        session.update(just_entered(actor) | {KIND: actor.membership.kind, SINCE: int(time.time()), SEEN: int(time.time())})
        session.save()
        return self

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        kind = response.get("Content-Type", "")
        if kind.startswith("text/html") and response.content and response.status_code not in (301, 302, 303):
            digest = sha256(TOKEN.sub(b"", response.content)).digest()
            if digest not in faultless:
                whole = b"<!doctype html>" in response.content
                problems = read(response).problems() if whole else read(response).parts()
                assert not problems, f"{request.get('PATH_INFO')}: {problems}"
                faultless.add(digest)
        return response


def enter(actor: Actor) -> PageClient:
    return PageClient().enter(actor)


def sought(client: Client, url: str, **words: str) -> Any:
    """The list at `url` after its filter row was filled in and sent; what was private stands in no address."""
    drawn = re.search(r'<form class="filters".*?</form>', client.get(url).content.decode(), re.S)
    assert drawn
    form = Sheet()
    form.feed(drawn.group())
    private = [one["value"] for one in form.inputs if one.get("name") == "private"]
    assert set(words) <= {one.get("name") for one in form.inputs}, words
    given = {one["name"]: one.get("value", "") for one in form.inputs if one["name"] != "private"} | words
    (head,) = form.forms
    if head["method"] == "get":
        return client.get(head["action"], given)
    answer = client.post(head["action"], {**given, "private": private})
    assert answer.status_code == 302
    address = re.sub(r"(?<=[?&]q=)[\w-]+", "", unquote(answer["Location"]))  # a ticket of chance letters: two of them may be anybody's
    assert not [words[name] for name in private if words.get(name) and words[name] in address], address
    return client.get(answer["Location"])
