"""WordPiece (Wu et al. 2016) over a vocabulary file that the user supplies, one piece a line, as BERT's uncased one.

Text is lowered, accents are taken off, control characters dropped, punctuation and Chinese characters stand alone; then each
word is cut greedily into the longest pieces there are, those inside a word marked by ##.
"""

import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from interact_core.errors import InputError
from interact_core.formats.text_files import read_text

_START, _END, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_LONGEST_WORD: Final = 100
_CHINESE: Final = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F))


@dataclass(frozen=True)
class WordPiece:
    vocabulary: dict[str, int]
    path: Path | None = None

    def encode(self, text: str, longest: int) -> list[int]:
        """Ids with the marks for start and end, cut to `longest`."""
        found = [self.vocabulary[piece] for word in words_of(text) for piece in self.pieces(word)]
        return [self.vocabulary[_START], *found[: max(longest - 2, 0)], self.vocabulary[_END]]

    def pieces(self, word: str) -> list[str]:
        """The whole word becomes [UNK] where any rest of it has no piece."""
        if len(word) > _LONGEST_WORD:
            return [_UNKNOWN]
        found: list[str] = []
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            stop = next((k for k in range(len(word), start, -1) if mark + word[start:k] in self.vocabulary), None)
            if stop is None:
                return [_UNKNOWN]
            found.append(mark + word[start:stop])
            start = stop
        return found


def read_vocabulary(path: Path) -> WordPiece:
    """InputError unless the file is a list of pieces with the three marks among them."""
    lines = read_text(path).split("\n")
    if lines and not lines[-1]:
        lines.pop()
    vocabulary = {line.rstrip("\r"): k for k, line in enumerate(lines)}
    lacking = [mark for mark in (_START, _END, _UNKNOWN) if mark not in vocabulary]
    if lacking or len(vocabulary) != len(lines):
        problem = f"lacks {', '.join(lacking)}" if lacking else "has the same piece twice"
        raise InputError(f"is no WordPiece vocabulary: it {problem}", path=path, remedy="Give the vocab.txt of BERT base uncased")
    return WordPiece(vocabulary, path)


def words_of(text: str) -> list[str]:
    """Words and marks of a text, lowered and without accents."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
    spaced = []
    for c in plain:
        if c.isspace():
            spaced.append(" ")
        elif _dropped(c):
            continue
        else:
            spaced.append(f" {c} " if _alone(c) else c)
    return "".join(spaced).split()


def _dropped(c: str) -> bool:
    return ord(c) in (0, 0xFFFD) or unicodedata.category(c).startswith("C")


def _alone(c: str) -> bool:
    """Punctuation, by BERT's rule every ASCII sign that is neither letter nor digit; and Chinese characters."""
    code = ord(c)
    if 33 <= code <= 126 and not c.isalnum():
        return True
    return unicodedata.category(c).startswith("P") or any(low <= code <= high for low, high in _CHINESE)
