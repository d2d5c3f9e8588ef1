"""Objects that a sentence names and the clip does not have."""

from collections.abc import Iterator
from typing import Final

from interact_core.annotation.lint.context import LintContext, Word, cased
from interact_core.annotation.lint.findings import Finding
from interact_core.annotation.lint.verbs import base_of
from interact_core.annotation.thing_names import HANDLED_NOUNS, name_parts, spoken_name, words_for

_PLACES: Final = frozenset({
    "on", "onto", "off", "from", "at", "in", "into", "under", "over", "beside", "behind", "near", "by", "against", "of", "to",
    "with", "towards", "toward", "around", "like", "out", "next",
})  # fmt: skip
_OWNERS: Final = frozenset({"his", "her", "their", "my", "own"})
_SPECIFIC: Final = 8
"""Letters from which a word that names a thing names nothing else."""
_ARTICLES: Final = frozenset({"a", "an", "the", "his", "her", "their", "its", "this", "that", "another", "one"})


def objects(context: LintContext) -> Iterator[Finding]:
    """The thing that is handled: a warning. A place ("on the table"): a hint, for rooms are rarely recorded."""
    if not context.objects:
        return
    allowed = frozenset(word for name in context.objects for word in words_for(name))
    present = ", ".join(spoken_name(name) for name in context.objects)
    for said in context.texts:
        words = said.words
        for k, word in enumerate(words):
            noun = _thing(word.text)
            if not noun or word.text in allowed or _fits(word.text, noun, context.objects, allowed) or not _named(words, k):
                continue
            if k + 1 < len(words) and _thing(words[k + 1].text) and said.text[word.end : words[k + 1].start] == " ":
                continue  # "yoga ball", "book shelf": the last word of a compound is the thing
            place = _place(words, k)
            why = f"The clip has: {present}. '{word.text}' and its synonyms name none of these."
            fix = (
                cased(spoken_name(context.objects[0]), said.text[word.start :])
                if len(context.objects) == 1 and not place
                else None
            )
            message = f"There is no {noun} in the clip."
            yield context.at("object_missing", "hint" if place else "warning", said, (word, word), message, why, fix)


def _thing(word: str) -> str:
    """The noun where the word names something one can handle; data set spellings and plurals too; else ""."""
    for form in (word, word.removesuffix("s"), word.removesuffix("es")):
        if form in HANDLED_NOUNS:
            return form
    qualities, noun = name_parts(word)
    return noun if qualities and noun in HANDLED_NOUNS else ""


def _fits(word: str, noun: str, names: tuple[str, ...], allowed: frozenset[str]) -> bool:
    """A bare noun fits by kind; a data set spelling ("boxmedium") must not contradict the object's ("boxsmall")."""
    said, _ = name_parts(word)
    if noun not in allowed:
        return False
    if not said:
        return True
    return any(set(said) <= set(name_parts(name)[0]) for name in names if noun in words_for(name))


def _named(words: tuple[Word, ...], k: int) -> bool:
    """It is a noun here, and no part of the body: an article stands before it, right before where it may be a verb."""
    before = [w.text for w in words[max(0, k - 3) : k]]
    if words[k].text == "chest" and before and before[-1] in _OWNERS:
        return False
    if base_of(words[k].text):
        return bool(before) and before[-1] in _ARTICLES
    return any(word in _ARTICLES for word in before) or len(words[k].text) >= _SPECIFIC


def _place(words: tuple[Word, ...], k: int) -> bool:
    return any(w.text in _PLACES for w in words[max(0, k - 4) : k])
