"""Finding a matter among all: by its Chinese name, pinyin, initials of pinyin, a mixture of these, or its code.

`dwcbdj`, `danwei`, `单位cb`, `002036001` all find 单位参保登记. Readings come from pypinyin's table of phrases, so
that a character of several readings is read as in its word (银行 yin hang, 行为 xing wei).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import lazy_pinyin

from engine.guides import MatterSummary

EXACT, STARTS, WITHIN, CATEGORY = range(4)  # how well a word fits, best first
FREQUENT = 5  # matters shown above all others, when cases of them were opened


@dataclass(frozen=True, slots=True)
class Readable:
    """A text with the reading of every character; characters without one read as themselves."""

    characters: str
    syllables: tuple[str, ...]

    def place(self, word: str) -> int | None:
        """Index of the first character from which the word can be read; None when nowhere."""
        return next((at for at in range(len(self.characters)) if self._reads(at, word)), None)

    def _reads(self, at: int, word: str) -> bool:
        """Each character takes itself, its initial or its whole syllable of the word; the last may be begun only."""
        if not word:
            return True
        if at == len(self.characters):
            return False
        syllable = self.syllables[at]
        if syllable.startswith(word):
            return True
        taken = {1 if word[0] in (self.characters[at], syllable[:1]) else 0}
        taken.add(len(syllable) if word.startswith(syllable) else 0)
        return any(self._reads(at + 1, word[length:]) for length in sorted(taken - {0}, reverse=True))


@lru_cache(maxsize=4096)
def readable(text: str) -> Readable:
    """Punctuation is left out: nobody types 《》."""
    plain = "".join(character for character in text.lower() if character.isalnum())
    syllables = lazy_pinyin(plain, errors=list)  # type: ignore[arg-type]  # a list: one entry a character
    if len(syllables) != len(plain):  # a phrase that the table reads in another number of syllables
        syllables = [lazy_pinyin(character, errors="default")[0] for character in plain]
    return Readable(plain, tuple(syllables))


def fits(matter: MatterSummary, words: str) -> int | None:
    """How well the matter fits all the words (the worst of them counts); None when one does not fit at all."""
    found = [_fits(matter, word) for word in words.lower().split()]
    known = [rank for rank in found if rank is not None]
    return max(known, default=EXACT) if len(known) == len(found) else None


def _fits(matter: MatterSummary, word: str) -> int | None:
    plain = "".join(character for character in word if character.isalnum() or character == "-")
    if not plain:
        return WITHIN
    code = _code(matter)
    if plain in (code, matter.slug, readable(matter.name).characters):
        return EXACT
    place = readable(matter.name).place(plain)
    if place == 0 or code.startswith(plain):
        return STARTS
    if place is not None or plain in matter.slug or plain in code:
        return WITHIN
    return CATEGORY if readable(matter.category or "").place(plain) is not None else None


def _code(matter: MatterSummary) -> str:
    return (matter.code or "").lower()  # some documents print none


def _order(matter: MatterSummary) -> tuple[bool, str, str]:
    """By code, those without one last."""
    return (not matter.code, matter.code or "", matter.slug)


def search(matters: Iterable[MatterSummary], words: str, used: Mapping[str, int] | None = None) -> list[MatterSummary]:
    """The matters that fit, the best first; among equals those used most, then by code."""
    ranked = [(fits(matter, words), matter) for matter in matters]
    counts = used or {}
    found = [(rank, -counts.get(m.slug, 0), _order(m), m) for rank, m in ranked if rank is not None]
    return [entry[-1] for entry in sorted(found, key=lambda entry: entry[:-1])]


def grouped(matters: Iterable[MatterSummary]) -> list[tuple[str, list[MatterSummary]]]:
    """By category, both in the order of the codes."""
    groups: dict[str, list[MatterSummary]] = {}
    for matter in sorted(matters, key=_order):
        groups.setdefault(matter.category or "其他", []).append(matter)
    return list(groups.items())


def frequent(matters: Iterable[MatterSummary], used: Mapping[str, int]) -> list[MatterSummary]:
    """Those of which most cases were opened, at most FREQUENT."""
    known = [m for m in matters if used.get(m.slug)]
    return sorted(known, key=lambda m: (-used[m.slug], _order(m)))[:FREQUENT]
