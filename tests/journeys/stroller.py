"""A person with a browser: clicks what is written on the page, and looks at every page he comes to."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.contrib.auth import SESSION_KEY as USER

from tests.journeys.conftest import AXE
from tests.screens.pages import just_entered
from wangqian.notices.queries import shown_code
from wangqian.people.models import Actor
from wangqian.people.sessions import SessionStore
from wangqian.web.middleware import SESSION_KEY

SCRIPT = AXE.read_text(encoding="utf-8")
# A page as axe judges it: elements, attributes without their numbers and addresses, whether there is text; of rows alike one.
SHAPE = """() => {
  const value = a => /^(href|src|action|value|content)$/.test(a.name) ? "" : a.value.replace(/[0-9a-f-]*[0-9][0-9a-f-]*/g, "0");
  const plain = a => a.name + "=" + value(a);
  const text = n => n.nodeType === 3 && n.data.trim() ? "t" : "";
  const inside = n => [...n.childNodes].map(shape).filter((one, at, all) => one && one !== all[at - 1]).join("");
  const shape = n => n.nodeType !== 1 ? text(n) : "<" + n.tagName + " " + [...n.attributes].map(plain).join(" ") + ">" + inside(n) + "</>";
  return shape(document.documentElement);
}"""
# What contrast depends on, once each: a text's colour and size, and what it is laid upon. Axe takes two thirds of its time for it.
COLOURS = """() => {
  const odd = s => [s.backgroundImage, s.position].filter(one => !/^(none|static|relative)$/.test(one));
  const clear = s => /^rgba\\(.*, (0|0?\\.\\d+)\\)$/.test(s.backgroundColor);
  const under = e => { const s = getComputedStyle(e), own = [s.backgroundColor, ...odd(s)];
    return own.join() + (clear(s) && e.parentElement ? "/" + under(e.parentElement) : "") };
  const writes = e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || /^(INPUT|SELECT|TEXTAREA)$/.test(e.tagName);
  const faint = e => e ? getComputedStyle(e).opacity * faint(e.parentElement) : 1;
  const how = e => { const s = getComputedStyle(e); return [s.color, s.fontSize, s.fontWeight, s.textShadow, faint(e)].join() };
  const shown = e => e.checkVisibility();
  return [...new Set([...document.body.querySelectorAll("*")].filter(e => writes(e) && shown(e))
    .map(e => how(e) + " on " + under(e).replace(/(rgba\\(0, 0, 0, 0\\)[/])+/g, "")))];
}"""
AXE_RUN = """contrast =>
  axe.run(document, {resultTypes: ["violations"], rules: {"color-contrast": {enabled: contrast}}}).then(found => found.violations)"""
judged: set[tuple[int, str]] = set()  # (width, shape) of what axe has found nothing in
seen: set[str] = set()  # colours of texts it has found to stand out


class Stroller:
    """One capacity in one window."""

    def __init__(
        self, browser: Any, base: str, actor: Actor | None, size: dict[str, int], scripts: bool = True, **more: Any
    ) -> None:
        self.base, self.actor, self.scripts = base, actor, scripts
        self.context = browser.new_context(
            viewport=size, accept_downloads=True, locale="zh-CN", java_script_enabled=scripts, **more
        )
        self.context.add_init_script(SCRIPT)  # a tenth of what it takes to bring it to each page
        self.page = self.context.new_page()
        self.noise: list[str] = []
        self.page.on("console", lambda message: self.hear(message))
        self.page.on("pageerror", lambda error: self.noise.append(str(error)))
        if actor:
            self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session(actor), "url": base}])

    def hear(self, message: Any) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.noise.append(message.text)

    def go(self, path: str) -> Stroller:
        self.page.goto(f"{self.base}{path}")
        return self.look()

    def click(self, words: str, last: bool = False) -> Stroller:
        """A link, a button, or what unfolds, by its words."""
        named = (self.page.get_by_role("button", name=words, exact=True), self.page.locator("summary.btn").get_by_text(words, exact=True))
        found = self.page.get_by_role("link", name=words, exact=True).or_(named[0]).or_(named[1])
        (found.last if last else found.first).click()
        self.page.wait_for_load_state("load")
        return self.look()

    def fill(self, **answers: str) -> Stroller:
        """Fields by name, of what is unfolded where something is; choices by value."""
        unfolded = self.page.locator("details.decision[open]")
        place = unfolded if unfolded.count() else self.page
        for name, value in answers.items():
            field = place.locator(f'[name="{name}"]')
            if field.first.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            elif field.first.get_attribute("type") == "radio":
                place.locator(f'[name="{name}"][value="{value}"]').check()
            else:
                field.first.fill(value)
        return self

    def tick(self) -> Stroller:
        for box in self.page.locator("main form input[type=checkbox][name=agreed]").all():
            box.check()
        return self

    def prove(self) -> Stroller:
        """Ask for the code and type what came."""
        assert self.actor
        self.click("发送验证码")
        return self.fill(code=shown_code(self.actor.user))

    def look(self) -> Stroller:
        """No console errors, nothing wider than the window, nothing axe objects to."""
        assert self.noise == [], (self.page.url, self.noise)
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, (self.page.url, wide)
        if not self.scripts:  # axe is one
            return self
        shape = (self.page.viewport_size["width"], self.page.evaluate(SHAPE))
        if shape in judged:
            return self
        colours = set(self.page.evaluate(COLOURS))
        violations = self.page.evaluate(AXE_RUN, not colours <= seen)
        wrong = [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in violations]
        assert wrong == [], (self.page.url, json.dumps(wrong, ensure_ascii=False))
        judged.add(shape)
        seen.update(colours)
        return self

    @property
    def text(self) -> str:
        return str(self.page.locator("main").inner_text())

    def close(self) -> None:
        self.context.close()


def session(actor: Actor, ago: int = 0) -> str:
    """A logged-in session in this capacity, begun `ago` seconds before."""
    store = SessionStore()
    store[USER] = str(actor.user.pk)
    store[BACKEND_SESSION_KEY] = "wangqian.people.backend.Backend"
    store[HASH_SESSION_KEY] = actor.user.get_session_auth_hash()
    store[SESSION_KEY] = str(actor.membership.pk)
    store.update(just_entered(actor, ago=ago))
    store.create()
    return str(store.session_key)
