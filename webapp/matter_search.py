"""Finding a matter among all: by its Chinese name, pinyin, initials of pinyin, a mixture of these, or its code.

`dwcbdj`, `danwei`, `单位cb`, `002036001` all find 单位参保登记. Readings come from pypinyin's table of phrases, so
that a character of several readings is read as in its word (银行 yin hang, 行为 xing wei). Names are the general
one and that of the region. Where nothing fits, `nearest` takes what sounds so and leaves something out (门诊报销,
轉移接續, 参宝登记), and `mentioned` the matters whose guide has the words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pypinyin import lazy_pinyin

from engine.guides import MatterSummary, load_guide

EXACT, STARTS, WITHIN, CATEGORY = range(4)  # how well a word fits, best first
FOUND = "找到的事项"
NEAR = 8  # matters that only come near what was sought; more help nobody
FREQUENT = 5  # matters shown above all others, when cases of them were opened


@dataclass(frozen=True, slots=True)
class Readable:
    """A text with the reading of every character; characters without one read as themselves."""

    characters: str
    syllables: tuple[str, ...]

    def place(self, word: str) -> int | None:
        """Index of the first character from which the word can be read; None when nowhere."""
        return next((at for at in range(len(self.characters)) if self._reads(at, word)), None)

    def span(self, word: Readable) -> int | None:
        """Characters between the first and the last that sound like the word's, in its order; None: not all are there.

        Characters in between may be left out, letters stand for initials: 门诊报销 and mzbx in 门诊费用报销.
        """
        wanted, starts = word.syllables, [n for n in range(len(self.syllables)) if self._sounds(n, word.syllables[0])]
        spans = [end - start for start in starts if (end := self._last(start, wanted)) is not None]
        return min(spans, default=None)

    def _last(self, at: int, wanted: tuple[str, ...]) -> int | None:
        for number, sound in enumerate(wanted):
            while at < len(self.syllables) and not self._sounds(at, sound):
                at += 1
            if at == len(self.syllables):
                return None
            at += number < len(wanted) - 1
        return at

    def _sounds(self, at: int, sound: str) -> bool:
        return self.syllables[at] == sound or (len(sound) == 1 and self.syllables[at].startswith(sound))

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


def words_of(typed: str) -> list[str]:
    """What is sought, word by word: full-width digits and letters as ordinary ones, without punctuation."""
    words = unicodedata.normalize("NFKC", typed).lower().split()
    plain = ("".join(character for character in word if character.isalnum() or character == "-") for word in words)
    return [word for word in plain if word]


def fits(matter: MatterSummary, words: Iterable[str], region: str = "") -> int | None:
    """How well the matter fits all the words (the worst of them counts); None when one does not fit at all."""
    ranks = [_fits(matter, word, region) for word in words]
    return None if None in ranks else max((rank for rank in ranks if rank is not None), default=EXACT)


def _fits(matter: MatterSummary, word: str, region: str) -> int | None:
    code, names = _code(matter), [readable(name) for name in _names(matter, region)]
    if word in (code, matter.slug) or any(word == name.characters for name in names):
        return EXACT
    places = [place for name in names if (place := name.place(word)) is not None]
    if 0 in places or code.startswith(word):
        return STARTS
    if places or word in matter.slug or word in code:
        return WITHIN
    return CATEGORY if readable(matter.category or "").place(word) is not None else None


def _names(matter: MatterSummary, region: str) -> tuple[str, ...]:
    """The name that the region prints and the general one; without a region all that any prints."""
    return tuple(dict.fromkeys((matter.name_in(region), matter.name))) if region else matter.all_names()


def _code(matter: MatterSummary) -> str:
    return (matter.code or "").lower()  # some documents print none


def _order(matter: MatterSummary) -> tuple[bool, str, str]:
    """By code, those without one last."""
    return (not matter.code, matter.code or "", matter.slug)


def sought(
    root: Path, matters: Iterable[MatterSummary], typed: str, region: str = "", used: Mapping[str, int] | None = None
) -> list[tuple[str, list[MatterSummary]]]:
    """What fits, under FOUND; where nothing does, what comes near and whose guide has the words. Only what there is."""
    every = list(matters)
    if found := search(every, typed, used, region):
        return [(FOUND, found)]
    near = nearest(every, typed, region)[:NEAR]
    rest = mentioned(root, (m for m in every if m not in near), typed, region)[:NEAR]
    return [(title, some) for title, some in (("名称相近的事项", near), ("办事指南中提到的事项", rest)) if some]


def search(
    matters: Iterable[MatterSummary], typed: str, used: Mapping[str, int] | None = None, region: str = ""
) -> list[MatterSummary]:
    """The matters that fit, the best first; among equals those used most, then by code."""
    words, counts = words_of(typed), used or {}
    ranked = [(fits(matter, words, region), matter) for matter in matters]
    found = [(rank, -counts.get(m.slug, 0), _order(m), m) for rank, m in ranked if rank is not None]
    return [entry[-1] for entry in sorted(found, key=lambda entry: entry[:-1])]


def nearest(matters: Iterable[MatterSummary], typed: str, region: str = "") -> list[MatterSummary]:
    """Matters whose name, else whose category and name, sound like every word with something left out; else those that
    have parts of the words, the most parts first (生育报销: 生育 or 报销)."""
    words, every = words_of(typed), sorted(matters, key=_order)
    for whole in (False, True):
        spans = {m.slug: _spans(m, words, region, whole) for m in every}
        found = [m for m in every if words and None not in spans[m.slug]]
        if found:
            return sorted(found, key=lambda m: sum(span or 0 for span in spans[m.slug]))
    parts = [part for word in words if not word.isascii() for part in _pairs(word)]
    counts = {m.slug: sum(span is not None for span in _spans(m, parts, region, True)) for m in every}
    return sorted((m for m in every if counts[m.slug]), key=lambda m: -counts[m.slug])


def _spans(matter: MatterSummary, words: list[str], region: str, whole: bool) -> list[int | None]:
    """For each word over how many characters of the name (`whole`: of category and name) it is found; None: nowhere."""
    texts = [readable((matter.category or "") * whole + name) for name in _names(matter, region)]
    found = ([span for text in texts if (span := text.span(readable(word))) is not None] for word in words)
    return [min(spans, default=None) for spans in found]


def _pairs(word: str) -> list[str]:
    """生育报销 -> 生育, 报销; the last part has three characters where they are odd."""
    cuts = range(0, len(word) - 1, 2)
    return [word[cut : cut + 2] if cut != cuts[-1] else word[cut:] for cut in cuts]


def mentioned(root: Path, matters: Iterable[MatterSummary], typed: str, region: str = "") -> list[MatterSummary]:
    """Matters whose guide has all the words in its audience, steps or materials, in the region or in any."""
    words = [word for word in words_of(typed) if len(word) > 1 and not word.isascii()]

    def says(matter: MatterSummary) -> bool:
        texts = (_guide_text(root, matter.slug, each) for each in ([region] if region else matter.regions))
        return any(all(word in text for word in words) for text in texts)

    return [matter for matter in sorted(matters, key=_order) if words and says(matter)]


@lru_cache(maxsize=512)
def _guide_text(root: Path, slug: str, region: str) -> str:
    guide = load_guide(root, slug, region)
    steps = (f"{step.title} {step.text}" for step in guide.steps)
    return "\n".join((guide.audience, *steps, guide.materials_raw, guide.materials_notes or "")).lower()


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
