"""A person with a phone who takes pictures of the screens he comes to: those of the guide (`wangqian/documents/guide`)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from django.conf import settings
from PIL import Image

from tests.journeys.stroller import Stroller, session
from wangqian.documents.guide import Picture, pictures
from wangqian.people.models import Actor

SIZE = {"width": 390, "height": 700}
DENSITY = 2  # pixels of the picture per pixel of the page: enough for print at 60 mm
COLOURS = 64
LATER = 900
# Frames a control, and scrolls as far as needed to see it, the first thing on the screen uncut; says whether nothing lies over it.
FRAME = """e => { e.style.outline = "3px solid #d6336c"; e.style.outlineOffset = "4px"; e.style.borderRadius = "8px";
  const by = top => scrollBy({top, behavior: "instant"});
  const blocks = "main h1, main h2, main .card, main .note, main .fact, main .path, main .btn, main .form-label";
  const tops = () => [...document.querySelectorAll(blocks)].map(b => b.getBoundingClientRect().top).filter(top => top > 0);
  const below = e.getBoundingClientRect().bottom - innerHeight * .8;
  if (below > innerHeight * .2 - 6) { by(below); by(Math.min(...tops()) - 12); }
  const box = e.getBoundingClientRect();
  return e.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)); }"""
UNFRAME = """e => { e.style.outline = e.style.outlineOffset = e.style.borderRadius = ""; }"""
# Puts a heading on top, as far as the page reaches; says how much stands above it.
TOP = """e => { const top = () => e.getBoundingClientRect().top - 28;
  scrollBy({top: top(), behavior: "instant"}); return Math.max(0, Math.round(top())); }"""


class Photographer(Stroller):
    """Puts pictures into `folder`, each as the chapters name it."""

    def __init__(self, browser: Any, base: str, folder: Path, actor: Actor | None = None) -> None:
        super().__init__(browser, base, None, SIZE, device_scale_factor=DENSITY, reduced_motion="reduce")
        self.folder = folder
        if actor:
            self.become(actor)

    def become(self, actor: Actor) -> Photographer:
        """Logged in long enough to be offered nothing any more."""
        self.actor = actor
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session(actor, LATER), "url": self.base}])
        return self

    def shoot(self, name: str, at: str = "", last: bool = False) -> Photographer:
        """What is on the screen: from the top, from the heading with `at`, or around what the picture marks, which must be there."""
        wanted = named(name)
        self.page.evaluate("document.activeElement.blur(); scrollTo({top: 0, behavior: 'instant'})")
        self.page.wait_for_function("[...document.images].every(i => i.loading === 'lazy' || (i.complete && i.naturalWidth))")
        above = self.page.locator("main :is(h2, legend)").filter(has_text=at).first.evaluate(TOP) if at else 0
        if not wanted.mark:
            return self.keep(wanted, above)
        control = self.control(wanted.mark, last)
        assert control.evaluate(FRAME), (name, "not to be seen")
        self.keep(wanted, above)
        control.evaluate(UNFRAME)
        return self

    def control(self, label: str, last: bool) -> Any:
        """A link, a button, or the label of a field, by its words."""
        page = self.page
        found = page.get_by_role("link", name=label, exact=True).or_(page.get_by_role("button", name=label, exact=True))
        found = found.or_(page.locator("label.btn").filter(has_text=label)).filter(visible=True)
        assert found.count(), (page.url, label)
        return found.last if last else found.first

    def keep(self, picture: Picture, above: int = 0) -> Photographer:
        """In few colours and without loss: a screen has few. What is `above` is cut off."""
        part = {"x": 0, "y": above, "width": SIZE["width"], "height": SIZE["height"] - above}
        with Image.open(io.BytesIO(self.page.screenshot(animations="disabled", caret="hide", clip=part))) as seen:
            few = seen.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            few.convert("RGB").save(self.folder / picture.file, lossless=True, quality=80, method=4)
        return self


def named(name: str) -> Picture:
    """Raises StopIteration for one that no chapter shows."""
    return next(one for one in pictures() if one.name == name)
