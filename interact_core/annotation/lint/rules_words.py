"""Words: near misses of what the vocabulary and the scene name, and left and right under mirroring."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from interact_core.annotation.lint.context import LintContext, Word, cased
from interact_core.annotation.lint.findings import Finding
from interact_core.annotation.lint.rules_form import one_edit
from interact_core.annotation.lint.verbs import BASES, PASTS, PROGRESSIVES, THIRDS
from interact_core.annotation.thing_names import HANDLED_NOUNS, spoken_name, words_for

_BODY: Final = frozenset({
    "hand", "hands", "foot", "feet", "finger", "fingers", "thumb", "palm", "palms", "wrist", "elbow", "shoulder", "shoulders",
    "forearm", "forearms", "head", "face", "chest", "back", "knee", "knees", "thigh", "thighs", "ankle", "waist", "stomach",
    "abdomen", "mouth",
})  # fmt: skip
_PEOPLE: Final = frozenset({"person", "someone", "individual", "somebody"})
_WHERE: Final = frozenset({
    "right", "left", "both", "forward", "forwards", "backward", "backwards", "upward", "upwards", "downward", "downwards",
    "clockwise", "anticlockwise", "counterclockwise", "ground", "floor", "front", "behind",
})  # fmt: skip


def spelling(context: LintContext) -> Iterator[Finding]:
    """What no dictionary knows and what is one letter away from a word that belongs here. Needs a dictionary."""
    knows = context.options.knows
    if knows is None:
        return
    things = frozenset(word for name in context.objects for word in (*words_for(name), *spoken_name(name).split()))
    things |= {word.lower() for word in context.vocabulary.words}
    for said in context.texts:
        for word in said.words:
            meant = _meant(word.text, things)
            if meant and not knows(word.text):
                found = said.text[word.start : word.end]
                why = f"It is one letter away from '{meant}', which {_home(meant, things)}."
                fix = cased(meant, found)
                yield context.at(
                    "vocabulary_spelling", "warning", said, (word, word), f"'{found}' looks like '{meant}'.", why, fix
                )


def mirror(context: LintContext) -> Iterator[Finding]:
    """Augmentation by mirroring swaps the words left and right and nothing else; find what that would get wrong."""
    for said in context.texts:
        words = said.words
        for k, word in enumerate(words):
            why = _trouble(words, k)
            if why:
                message = f"'{said.text[word.start : word.end]}' does not survive mirroring."
                yield context.at("mirror", "hint", said, (word, word), message, why)


def _trouble(words: tuple[Word, ...], k: int) -> str:
    word = words[k].text
    after = words[k + 1].text if k + 1 < len(words) else ""
    if word in ("clockwise", "anticlockwise", "counterclockwise"):
        return "Mirroring turns it round, but the swap of left and right leaves the word: name the side to be safe."
    if word in ("lefthand", "righthand", "lefthanded", "righthanded", "leftmost", "rightmost", "leftwards", "rightwards"):
        return "The swap only knows left and right as words of their own; write them apart."
    if word == "right" and after in ("away", "now", "after", "before", "next", "beside", "behind", "above", "below", "through"):
        return f"'right {after}' is no side, but the swap would make it 'left {after}'."
    if (
        word == "left"
        and after in ("the", "it", "over", "behind", "a")
        and (k == 0 or words[k - 1].text not in ("the", "his", "her"))
    ):
        return f"'left {after}' is no side, but the swap would make it 'right {after}'."
    return ""


@lru_cache(maxsize=8192)
def _meant(word: str, things: frozenset[str]) -> str:
    if len(word) < 4 or word in things or _known(word):
        return ""
    near = sorted(target for target in things | _targets() if len(target) >= 5 and one_edit(word, target))
    same_start = [target for target in near if target[0] == word[0]]
    return (same_start or near or [""])[0]


def _known(word: str) -> bool:
    if word in _targets() or word in HANDLED_NOUNS:
        return True
    return word.endswith("s") and (word[:-1] in HANDLED_NOUNS or word[:-1] in _targets() or word[:-2] in HANDLED_NOUNS)


@lru_cache(maxsize=1)
def _targets() -> frozenset[str]:
    verbs = BASES | THIRDS.keys() | PASTS.keys() | PROGRESSIVES.keys()
    return _BODY | _PEOPLE | _WHERE | verbs


def _home(meant: str, things: frozenset[str]) -> str:
    if meant in things:
        return "names an object of the clip"
    if meant in _BODY:
        return "is a part of the body"
    return (
        "is a verb of the field"
        if meant in BASES | THIRDS.keys() | PASTS.keys() | PROGRESSIVES.keys()
        else "belongs to the field"
    )
