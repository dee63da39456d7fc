"""What a browser would send back of a page's last form, untouched."""

from __future__ import annotations

from html.parser import HTMLParser


class Filled(HTMLParser):
    """Values by name: texts, ticks, chosen options, hidden ones. A later form of the page takes the place of an earlier one."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.name = ""  # of the select or textarea that is open
        self.first = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag in ("select", "textarea"):
            self.name, self.first = found.get("name", ""), True
            self.values[self.name] = ""
        if tag == "option" and self.name and (self.first or "selected" in found):
            self.values[self.name], self.first = found.get("value", ""), False
        if tag == "input" and "name" in found:
            ticking = found.get("type") in ("checkbox", "radio")
            if not ticking or "checked" in found:
                self.values[found["name"]] = found.get("value", "on" if ticking else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self.name = ""

    def handle_data(self, data: str) -> None:
        if self.name and self.lasttag == "textarea":
            self.values[self.name] = data.removeprefix("\n")


def filled(content: bytes) -> dict[str, str]:
    form = Filled()
    form.feed(content.decode())
    return {name: value for name, value in form.values.items() if name != "csrfmiddlewaretoken"}
