"""A file's refusal inside the child: a word and values, of which the parent makes a sentence. Nothing of Django here."""

from __future__ import annotations


class Bad(Exception):
    """`word` is a key of `gate.SENTENCES`; numbers alone go with it, nothing the file said."""

    def __init__(self, word: str, **numbers: int) -> None:
        super().__init__(word)
        self.word, self.numbers = word, numbers
