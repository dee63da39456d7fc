"""Chinese words as they are typed in letters, so that a name is found in a password however it is spelled."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product

RUN, LETTERS, LEAST = 2, 6, 4
PARTS = re.compile(r"[a-z0-9]+|[^\W_]")  # a character, or what is written in letters already
UMLAUT = ("v", "u", "yu")  # 吕 is typed lv, lu and, in passports, lyu


def spellings(word: str) -> frozenset[str]:
    """What of a word's pinyin may not stand in a password, in the shortest form of each; nothing for a word without characters.

    Four letters in a row, as of a number, would refuse honest passwords: "huan" or "iang" stands in many. So whole syllables count:
    two or more in a row with at least six letters (示范 is shifan); the word itself from four letters on (吕一 is lvyi), a name also
    with the surname last (lishiyong, shiyongli; of two characters, ouyang, as well); and four initials in a row (sfdx).
    """
    syllables = [readings(part) for part in PARTS.findall(word.casefold())]
    if len(syllables) < RUN or word.isascii():
        return frozenset()
    turned = [syllables[by:] + syllables[:by] for by in range(min(len(syllables), 3))]
    whole = {one for order in turned if len(syllables) <= LEAST for one in joined(order) if len(one) >= LEAST}
    initials = [tuple({reading[0] for reading in syllable}) for syllable in syllables]
    short = {one for at in range(len(initials) - LEAST + 1) for one in joined(initials[at : at + LEAST])}
    return frozenset(whole | short | set(runs(syllables)))


def runs(syllables: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """From every syllable on, the shortest run that counts, in all readings: a longer one holds it."""
    for start in range(len(syllables)):
        begun = {""}
        for count, syllable in enumerate(syllables[start:], 1):
            begun = {one + reading for one in begun for reading in syllable}
            enough = {one for one in begun if count >= RUN and len(one) >= LETTERS}
            yield from enough
            begun -= enough


def joined(parts: Sequence[tuple[str, ...]]) -> Iterator[str]:
    return map("".join, product(*parts))


@cache
def readings(part: str) -> tuple[str, ...]:
    """Every reading without tones (单 is dan and shan); what has none, as it is."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "yes")  # all readings are taken: its 45 MB of phrases would only choose among them
    from pypinyin import Style, pinyin

    found = pinyin(part, style=Style.NORMAL, heteronym=True)[0]
    return tuple(dict.fromkeys(one.replace("v", by) for one in found for by in (UMLAUT if "v" in one else ("v",))))


def letters(text: str) -> str:
    """Only what may be pinyin: no tone marks or numbers, nothing between."""
    return "".join(filter(str.isalpha, unicodedata.normalize("NFKD", text)))
