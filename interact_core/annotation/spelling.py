"""Spelling of captions, offline: English as written on both sides of the Atlantic, the field's words, the user's own.

The word list is SymSpell's (82,834 words with their frequency in Google Books, checked against SCOWL), read as it is: its
index of deletions would take 8.8 s and 139 MB, while RapidFuzz compares a word with the whole list in 15 ms.
"""

import logging
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from interact_core.errors import InputError
from interact_core.paths import app_paths, write_atomic

logger = logging.getLogger(__name__)

_FIELD_TEXT: Final = (
    "anticlockwise armrest armrests backrest backrests barbell barbells clothesstand counterclockwise dumbbell dumbbells "
    "fingertip fingertips floorlamp footrest forearm forearms handlebar handlebars headrest kettlebell kettlebells "
    "kneecap midair monitor mop plasticbox seatback smplx tabletop tabletops torso torsos trashbin trashcan tripod "
    "tripods underarm vacuum yogaball yogamat box chair table suitcase backpack bottle mug ball broom crate chest stool "
    "toolbox keyboard basketball person persons hand hands left right both arm arms wrist wrists elbow elbows knee knees "
    "foot feet lift lifts lifted lifting lower lowers lowered carry carries carried carrying hold holds holding push "
    "pushes pushing pull pulls pulling rotate rotates rotating turn turns turning walk walks walking step steps squat "
    "squats squatting grab grabs grabbing grasp grasps grasping release releases place places placing put puts swing "
    "swings swinging kick kicks kicking forward forwards backward backwards sideways upward upwards downward downwards "
    "towards toward horizontally vertically clockwise twice around its their the and with while then from onto"
)
FIELD_WORDS: Final = frozenset(_FIELD_TEXT.split())
"""Words of this field: those a general list leaves out, and those that a typo in a caption most likely was."""

_AMERICAN_TEXT: Final = "airplane airplanes aluminum catalog cozy jewelry mustache pajamas plow plows skeptical"
_AMERICAN: Final = frozenset(_AMERICAN_TEXT.split())
"""Words the list has in their British spelling only, and that no rule finds."""

_WORD: Final = re.compile(r"(?<![\w@#/\\])[^\W\d_]+(?:['’][^\W\d_]+)*(?![\w@])")
"""Letters, with apostrophes inside. What touches a digit, an underscore or a path is a name and not a word."""
_OUR: Final = re.compile(
    r"\b(ardo|armo|behavio|colo|endeavo|favo|flavo|harbo|hono|humo|labo|neighbo|odo|parlo|rumo|savo|vapo|vigo)r"
)
_SHORTEST: Final = 2
_NEAR: Final = 2
"""How many letters may be wrong, missing, doubled or swapped in a word that is still recognised."""
_SUGGESTIONS: Final = 6
_IN_FIELD, _SAME_LETTERS, _SAME_START = 0.6, 0.5, 0.25
"""What these save of a distance in letters: chosen on typos from captions (docs/decisions/spelling.md)."""


@dataclass(frozen=True)
class Misspelling:
    """text[start:end] is a word nobody knows."""

    start: int
    end: int
    word: str


class Spelling:
    """Knows nothing until `load`, which belongs into a worker; afterwards every method may be called from any thread."""

    def __init__(self, path: Path | None = None) -> None:
        self.path: Final = path or app_paths().config / "dictionary.txt"
        self._counts: dict[str, int] = {}
        self._own: frozenset[str] = frozenset()
        self._names: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    @property
    def ready(self) -> bool:
        return bool(self._counts)

    def load(self) -> None:
        """Read the word list and the user's dictionary: 0.2 s, 16 MB. A second call does nothing."""
        with self._lock:
            if not self._counts:
                self._own = self._read_own()
                self._counts = _read_counts()

    def learn(self, names: Iterable[str]) -> None:
        """Words that are right in this project: the names of its objects. They replace those of the last project."""
        self._names = frozenset(word.casefold() for name in names for word in _WORD.findall(name.replace("_", " ")))

    def add(self, word: str) -> None:
        """Into the user's dictionary, for every project. InputError where it cannot be written; it then holds for this run."""
        with self._lock:
            # Another window may have added words meanwhile, and the user may have edited the file.
            self._own = self._own | self._read_own() | {_plain(word)}
            text = "# Words you taught the spelling check, one a line.\n" + "".join(f"{one}\n" for one in sorted(self._own))
            try:
                write_atomic(self.path, text.encode())
            except OSError as error:
                raise InputError(
                    f"the word could not be stored ({error.strerror or error})", path=self.path,
                    remedy="It is known until the program ends. Free some space or make the folder writable",
                ) from error  # fmt: skip

    def check(self, text: str) -> list[Misspelling]:
        """Every unknown word, in order; none while the list is not loaded."""
        if not self.ready:
            return []
        found = (Misspelling(match.start(), match.end(), match.group()) for match in _WORD.finditer(text))
        return [one for one in found if not self.knows(one.word)]

    def knows(self, word: str) -> bool:
        """Whether it is spelled right, British or American."""
        if len(word) < _SHORTEST or (word.isupper() and len(word) <= 5):
            return True  # a lone letter; an abbreviation
        plain = _plain(word)
        return self._listed(plain) or any(self._listed(form) for form in _forms(plain))

    def suggest(self, word: str) -> list[str]:
        """The likeliest words, best first, written large or small as `word` is. 15 ms."""
        if not self.ready:
            return []
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        plain = _plain(word)
        known = self._own | self._names | FIELD_WORDS
        near = extract(plain, [*self._counts, *known], scorer=OSA.distance, score_cutoff=_NEAR, limit=None)
        ranked = {other: (self._cost(plain, other, int(away), known), -self._counts.get(other, 0)) for other, away, _ in near}
        ranked |= self._halves(plain)
        best = sorted(ranked, key=lambda other: ranked[other])[:_SUGGESTIONS]
        return [_cased(one, word) for one in best if ranked[one][0] <= ranked[best[0]][0] + _FAR_BEHIND]

    def _listed(self, word: str) -> bool:
        return word in self._counts or word in FIELD_WORDS or word in _AMERICAN or word in self._own or word in self._names

    def _cost(self, word: str, other: str, away: int, known: frozenset[str]) -> float:
        """Letters away, less what makes a typo of this kind likely."""
        swapped = sorted(word) == sorted(other)
        return away - _IN_FIELD * (other in known) - _SAME_LETTERS * swapped - _SAME_START * (other[0] == word[0])

    def _halves(self, word: str) -> dict[str, tuple[float, int]]:
        """ "ofthe": a forgotten space, where both halves are common words; with its rank among the suggestions."""
        found = {}
        for k in range(1, len(word)):
            rarer = min(self._counts.get(part, 0) for part in (word[:k], word[k:]))
            if rarer > _COMMON and (k > 1 or word[0] == "a") and k < len(word) - 1:
                found[f"{word[:k]} {word[k:]}"] = (_FORGOTTEN_SPACE, -rarer)
        return found

    def _read_own(self) -> frozenset[str]:
        try:
            lines = self.path.read_text("utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return frozenset()
        except OSError as error:
            logger.warning("Your dictionary %s cannot be read: %s", self.path, error)
            return frozenset()
        words = (line.partition("#")[0].strip() for line in lines)
        return frozenset(_plain(word) for word in words if _WORD.fullmatch(word))


_COMMON: Final = 20_000_000
"""Times in Google Books: the commonest 3,500 words."""
_FORGOTTEN_SPACE: Final = 0.7
_FAR_BEHIND: Final = 1.001
"""A suggestion that is a whole letter worse than the best one only makes the menu long."""


def _read_counts() -> dict[str, int]:
    from importlib.resources import files

    text = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    pairs = (line.split(" ") for line in text.splitlines())
    return {word: int(count) for word, count in pairs}


def _plain(word: str) -> str:
    return word.replace("’", "'").casefold()


def _forms(word: str) -> Iterator[str]:
    """What the list may have instead: without the possessive, and as it is spelled in Britain, which the list prefers."""
    stem = word.removesuffix("'s").removesuffix("'")
    if stem != word:
        yield stem
    yield _OUR.sub(r"\1ur", stem)
    for ending in ("ed", "ing", "er", "ers"):
        # traveled, traveling: the verb, and one more l before its ending.
        if stem.endswith(f"l{ending}"):
            yield f"{stem.removesuffix(ending)}l{ending}"
    yield re.sub(r"yz(e|ed|es|ing|er|ers)$", r"ys\1", stem)


def _cased(suggestion: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return suggestion.upper()
    return suggestion[0].upper() + suggestion[1:] if like[0].isupper() else suggestion
