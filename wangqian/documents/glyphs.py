"""What the fonts cannot print is refused with a sentence before a paper is made, never printed as a box."""

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from wangqian.documents.fonts import FOLDER_VARIABLE, faces

if TYPE_CHECKING:
    from wangqian.documents.printing import Sheet

# Controls, format characters (bidi overrides, zero-width ones), surrogates, line separators:
# what cannot be seen must not stand in a text somebody signs.
INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


class CannotPrint(Exception):
    """A paper holds what cannot be printed; `sentences` name each field, `str()` joins their lines."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def missing(text: str) -> list[str]:
    """Visible characters of `text` no font has a glyph for, each once, in order."""
    covered = faces().characters
    absent = (character for character in dict.fromkeys(text) if ord(character) not in covered)
    return [character for character in absent if unicodedata.category(character) not in INVISIBLE]


def invisible(text: str) -> list[str]:
    """Control and format characters of `text`, each once, in order; line breaks (LF, CR LF) are allowed."""
    text = text.replace("\r\n", "").replace("\n", "")
    return [c for c in dict.fromkeys(text) if unicodedata.category(c) in INVISIBLE]


def faults(field: str, text: str) -> Iterator[str]:
    """Sentences on what of `text` cannot be printed, naming the field; none when all of it can."""
    if hidden := invisible(text):
        yield _("“%(field)s”中含有不可见的控制字符（%(codes)s），不能印在协议书上；请删去后重新提交。") % {
            "field": field,
            "codes": "、".join(f"U+{ord(c):04X}" for c in hidden),
        }
    if absent := missing(text):
        yield _(
            "“%(field)s”中的「%(characters)s」字体中没有字形，暂不能生成协议书；"
            "请运行维护人员在 %(variable)s 中加入补充字库。"
        ) % {"field": field, "characters": "、".join(map(_shown, absent)), "variable": FOLDER_VARIABLE}


def require(paper: "Sheet") -> None:
    """Raise CannotPrint naming every field of `paper` with characters that cannot be printed."""
    if sentences := tuple(dict.fromkeys(s for field, text in paper.texts() for s in faults(field, text))):
        raise CannotPrint(sentences)


def _shown(character: str) -> str:
    """The character itself, or its code where it cannot be seen alone (variation selectors, unassigned)."""
    alone = unicodedata.category(character) not in {"Mn", "Me", "Cn", "Co"}
    return f"{character} (U+{ord(character):04X})" if alone else f"U+{ord(character):04X}"
