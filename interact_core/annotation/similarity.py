"""How alike two sentences are, 0 to 1, ignoring case, accents' encoding and end marks.

Edit distances by RapidFuzz: MIT, compiled, no dependencies of its own. chrF and BLEU are made for test sets of machine
translation; for two people's captions of one clip a person wants to read "one word in six differs".
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True)
class Similarity:
    """`exact`: the same characters. `words` and `characters`: 1 - Levenshtein distance / the longer length, over words and over
    characters. `overlap`: F1 of the bags of words, in which order plays no part."""

    exact: bool
    words: float
    characters: float
    overlap: float


def similarity(a: str, b: str) -> Similarity:
    from rapidfuzz.distance import Levenshtein

    words_a, words_b = _words(a), _words(b)
    return Similarity(
        a == b,
        Levenshtein.normalized_similarity(words_a, words_b),
        Levenshtein.normalized_similarity(" ".join(words_a), " ".join(words_b)),
        _overlap(words_a, words_b),
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


def _overlap(a: list[str], b: list[str]) -> float:
    if not a and not b:
        return 1.0
    return 2 * (Counter(a) & Counter(b)).total() / (len(a) + len(b))
