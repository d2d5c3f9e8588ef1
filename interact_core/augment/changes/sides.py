"""Which "left" and "right" in a sentence are sides: "his left hand" is one, "he left the room" and "right away" are not.

A decision looks at the words around and never at which of the two words stands there; what is an idiom with one of them
is left alone with the other too. So a mirrored sentence is decided as its source was, and mirrors back to the same bytes.
Where the words around say nothing, the part-of-speech tag of the word does.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

Tagger = Callable[[str], Sequence[str]]
"""A sentence's `word/POS` tokens."""

_PAIRS: Final = (
    ("left", "right"), ("leftward", "rightward"), ("leftwards", "rightwards"), ("leftmost", "rightmost"),
    ("lefthand", "righthand"), ("lefthanded", "righthanded"), ("lefthander", "righthander"), ("leftside", "rightside"),
    ("lefty", "righty"), ("counterclockwise", "clockwise"),
)  # fmt: skip
OPPOSITE: Final[dict[str, str]] = {a: b for pair in _PAIRS for a, b in (pair, pair[::-1])} | {"anticlockwise": "clockwise"}
SIDE: Final = "\N{BULLET}"
"""Stands for either word where rules look at neighbours."""

_CHUNK: Final = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
_BREAK: Final = re.compile(r"[.,;:!?()\"\n]")


def _words_in(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SIDED: Final = _words_in(
    "hand hands arm arms palm palms fist fists finger fingers thumb thumbs wrist elbow elbows forearm forearms shoulder "
    "shoulders foot feet leg legs knee knees heel heels toe toes thigh thighs ankle ankles shin calf hip hips ear ears eye "
    "eyes cheek side sides edge edges end half corner corners handle handles handed hander direction hook jab lane one ones "
    "armrest limb limbs footed part portion wall rail sidestep index middle ring pinky"
)
"""What has or is one of two sides: the word after it."""
_PLACED: Final = _words_in("front back rear upper lower top bottom inner outer most")
_OWNERS: Final = _words_in("his her its their my your our one's")
_TOWARDS: Final = _words_in(
    "to from on towards toward with by over across hard far slight slightly sharp sharply diagonally forward forwards "
    "backward backwards sideways further upper lower extreme facing of using first"
)
_MOVES: Final = re.compile(
    r"(?:turn|step|mov|walk|lean|bend|look|fac|veer|rotat|slid|shift|tilt|jump|sidestep|push|pull|twist|straf|hop|kick|curv|sway|"
    r"roll|shuffl|dodg|point|swerv|pivot|spin|glanc|nudg|drag|rock|revolv|sprint|jog|stumbl|shov|sweep|throw|toss|spread)"
    r"(?:n|p|g)?(?:e|s|es|ed|ing)?|swing|swings|swung|swinging|go|goes|going|went|bent|run|runs|ran|running"
)
_WRONG_NOUNS: Final = _words_in(
    "way order position place spot amount time moment thing angle angles triangle height size person speed now"
)
"""The right ones of these are the correct ones."""
_ADVERBIAL: Final = _words_in("away next here there now above below beneath underneath beside behind under")
""" "right next to", "right there": exactly."""
_INTO: Final = _words_in("up down into onto through past at in over back off out")
_BEINGS: Final = _words_in("is are was were be been being has have had having gets got get getting")
_SUBJECTS: Final = _words_in("he she they it who then person man woman individual someone somebody human boy girl people")
_LEAVES: Final = _words_in("the a an his her their it them him alone standing lying hanging untouched")
_GOES_ON: Final = frozenset(
    ("", "and", "then", "while", "with", "before", "after", "until", "again", "to", "towards", "toward", "by", "along", "around")
)
"""After a direction: the sentence ends or goes on to something else."""
_LINKS: Final = frozenset(("and", "or", "to", "then", "than", "vs"))


@dataclass(frozen=True)
class Chunk:
    """A run of letters and hyphens at `start` that holds such a word: its words, and which of them are to be swapped."""

    start: int
    words: tuple[str, ...]
    swapped: tuple[bool, ...]

    @property
    def text(self) -> str:
        return "-".join(self.words)

    @property
    def mirrored(self) -> str:
        whole = "".join(self.words)
        if whole.lower() == "counterclockwise" and len(self.words) > 1:
            return cased("clockwise", whole)
        pairs = zip(self.words, self.swapped, strict=True)
        return "-".join(cased(OPPOSITE[word.lower()], word) if swap else word for word, swap in pairs)


@dataclass(frozen=True)
class _Place:
    """A "left" or "right" with the words around it in its clause, "" where there is none."""

    before: tuple[str, ...]
    after: tuple[str, str]
    other_side_near: bool


def cased(word: str, like: str) -> str:
    """`word` in the letter case of another one."""
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word.capitalize() if like[:1].isupper() else word


def sided_chunks(text: str, tags: Sequence[str] = (), tagger: Tagger | None = None) -> tuple[Chunk, ...]:
    """Every chunk with a word of OPPOSITE. tags: one part of speech per bare "left" or "right" where it is known, else "".

    `tagger` is asked only where neither the words around nor the tags decide; without it such a word counts as a side.
    """
    words = _words(text)
    slots = [k for k, (word, _, _) in enumerate(words) if word == SIDE]
    side: dict[int, bool] = {}
    for number, k in enumerate(slots):
        decided = _by_rule(_place(words, k))
        if decided is None:
            tag = tags[number] if number < len(tags) else ""
            decided = _is_side_tag(tag or _tag_of(text, words, number, tagger))
        side[words[k][1]] = decided
    return tuple(_chunk(match, side) for match in _CHUNK.finditer(text) if _holds(match[0]))


def bare_sides(text: str) -> int:
    """How many bare "left" and "right" there are: as many tags as `sided_chunks` can use."""
    return sum(word == SIDE for word, _, _ in _words(text))


def _holds(chunk: str) -> bool:
    return chunk.replace("-", "").lower() in OPPOSITE or any(word.lower() in OPPOSITE for word in chunk.split("-"))


def _chunk(match: re.Match[str], side: dict[int, bool]) -> Chunk:
    words, swapped, start = tuple(match[0].split("-")), [], match.start()
    for word in words:
        swapped.append(word.lower() in OPPOSITE and side.get(start, True))
        start += len(word) + 1
    return Chunk(match.start(), words, tuple(swapped))


def _words(text: str) -> list[tuple[str, int, bool]]:
    """(lower case or SIDE, start, whether a clause ends before it)."""
    found, last = [], 0
    for match in re.finditer(r"[A-Za-z]+(?:['’][A-Za-z]+)*", text):
        word = match[0].lower()
        breaks = bool(_BREAK.search(text[last : match.start()]))
        found.append((SIDE if word in ("left", "right") else word, match.start(), breaks))
        last = match.end()
    return found


def _place(words: list[tuple[str, int, bool]], k: int) -> _Place:
    def at(j: int) -> str:
        if not 0 <= j < len(words) or any(words[i][2] for i in range(min(j, k) + 1, max(j, k) + 1)):
            return ""
        return words[j][0]

    return _Place(tuple(at(k - n) for n in range(1, 7)), (at(k + 1), at(k + 2)), _linked(words, k, -1) or _linked(words, k, 1))


def _linked(words: list[tuple[str, int, bool]], k: int, step: int) -> bool:
    """ "left and then right", "left, right": another one follows or goes before, with nothing but links between."""
    j = k + step
    while 0 <= j < len(words) and words[j][0] in _LINKS:
        j += step
    return 0 <= j < len(words) and words[j][0] == SIDE


def _by_rule(place: _Place) -> bool | None:
    """None: the words around do not say."""
    before, (after, later) = place.before[0], place.after
    exactly = (after, later) == ("side", "up") or (after == "away" and later != "from") or before in ("all", "just", "exactly")
    if exactly or place.before[1] == "what" or before in ("fit", "fits"):
        return False
    if after in _SIDED or (after in _PLACED and later in _SIDED) or after in ("of", "first") or place.other_side_near:
        return True
    if after in _WRONG_NOUNS or before.endswith("'re"):
        return False
    if before in _OWNERS or before.endswith(("'s", "s'")):
        return True
    if before == "the":
        return True
    if _idiom(before, after, later):
        return False
    if before in _TOWARDS or _MOVES.fullmatch(before):
        return True
    moved = next((n for n, word in enumerate(place.before) if _MOVES.fullmatch(word)), None)
    if moved is not None and (before in ("it", "them") or after in _GOES_ON) and before not in _SUBJECTS - {"it"}:
        return True  # "shoves the crate left": the verb before it has somewhere to go
    if before in _BEINGS or before in _SUBJECTS or (before in ("", "and") and after in _LEAVES):
        return False
    return None


def _idiom(before: str, after: str, later: str) -> bool:
    """ "right next to", "right up to", "right in front of": exactly there, with whichever verb."""
    if after in _ADVERBIAL:
        return not (after == "away" and later == "from" and _MOVES.fullmatch(before))
    if after == "in":
        return later in ("front", "the", "between")
    return after in _INTO and not before.startswith(("turn", "veer", "step"))


def _tag_of(text: str, words: list[tuple[str, int, bool]], number: int, tagger: Tagger | None) -> str:
    """Of the sentence with "left" in every such place, so that both mirror images are asked the same."""
    if tagger is None:
        return ""
    starts = {start for word, start, _ in words if word == SIDE}
    canonical = re.sub(r"[A-Za-z]+", lambda m: "left" if m.start() in starts else m[0], text)
    tags = [tag for word, _, tag in (token.rpartition("/") for token in tagger(canonical)) if word.lower() == "left"]
    return tags[number] if len(tags) == len(starts) else ""


def _is_side_tag(tag: str) -> bool:
    return tag not in ("VERB", "AUX", "INTJ", "SCONJ", "PART")
