"""Tense: the field writes simple present in the third person. What is certainly something else is found, no more."""

from collections.abc import Iterator
from typing import Final

from interact_core.annotation.lint.context import LintContext, Said, Word, cased, sentences
from interact_core.annotation.lint.findings import Finding
from interact_core.annotation.lint.verbs import BASES, PASTS, PROGRESSIVES, THIRDS, third

_PEOPLE: Final = frozenset({
    "person", "someone", "somebody", "individual", "human", "man", "woman", "he", "she", "subject", "participant", "actor",
})  # fmt: skip
_ADVERBS: Final = frozenset({"then", "also", "again", "now", "currently", "actively", "both", "first", "once", "twice"})
_OPENERS: Final = frozenset({
    "the", "a", "an", "it", "his", "her", "their", "its", "them", "him", "both", "one", "another", "up", "down", "on", "to",
    "back", "forward", "away", "around", "with", "over",
})  # fmt: skip
_HOUSE: Final = "Captions of the field are in the simple present, third person: A person lifts the box."


def tense(context: LintContext) -> Iterator[Finding]:
    for said in context.texts:
        for words in sentences(said.words, said.text):
            yield from _past(context, said, words)
            yield from _broken(context, said, words)
            yield from _mixed(context, said, words)
            if context.options.simple_present:
                yield from _style(context, said, words)


def _past(context: LintContext, said: Said, words: tuple[Word, ...]) -> Iterator[Finding]:
    for k, word in enumerate(words):
        if word.text in ("was", "were") and k and words[k - 1].text in _PEOPLE | _ADVERBS:
            follows = words[k + 1] if k + 1 < len(words) else word
            base = PROGRESSIVES.get(follows.text)
            fix = third(base) if base else "is"
            yield context.at("tense", "warning", said, (word, follows if base else word), "Past tense.", _HOUSE, fix)
        elif word.text in PASTS and _is_main(words, k):
            fix = cased(third(PASTS[word.text]), said.text[word.start :])
            message = f"'{word.text}' is past tense."
            yield context.at("tense", "warning", said, (word, word), message, _HOUSE, fix)


def _is_main(words: tuple[Word, ...], k: int) -> bool:
    """Right after the person, or after "and" with an object following; never in a passive or a participle."""
    before = words[k - 1].text if k else ""
    skip = k - 2 if before in _ADVERBS or before.endswith("ly") else k - 1
    anchor = words[skip].text if skip >= 0 else ""
    after = words[k + 1].text if k + 1 < len(words) else ""
    if anchor in _PEOPLE:
        return after != "by" and not any(w.text in ("is", "are", "has", "have") for w in words[max(0, skip - 3) : k])
    if anchor in ("and", "then") and after in _OPENERS:
        return not any(w.text in ("is", "are", "being", "has", "have", "been", "gets", "with") for w in words[:skip])
    return False


def _broken(context: LintContext, said: Said, words: tuple[Word, ...]) -> Iterator[Finding]:
    """ "is lifts", "a person lift"."""
    for k, word in enumerate(words[:-1]):
        after = words[k + 1]
        if word.text in ("is", "are") and after.text in THIRDS and not _is_noun_here(words, k + 1):
            why = f"'{word.text}' and '{after.text}' are two verbs for one. {_HOUSE}"
            yield context.at(
                "tense", "warning", said, (word, after), f"'{word.text} {after.text}' cannot stand together.", why, after.text
            )
        elif word.text in _PEOPLE and after.text in BASES - PASTS.keys() and _starts(words, k) and _is_verb_here(words, k + 1):
            why, fix = f"One person: third person singular. {_HOUSE}", third(after.text)
            yield context.at("tense", "warning", said, (after, after), f"'{word.text} {after.text}' lacks its s.", why, fix)


def _starts(words: tuple[Word, ...], k: int) -> bool:
    """The person is what the sentence begins with, without a helping verb before ("lets the person lift")."""
    return all(w.text in ("a", "an", "the", "this", "another") or w.text in _PEOPLE for w in words[:k])


def _is_verb_here(words: tuple[Word, ...], k: int) -> bool:
    """Followed by what it is done to, so that it is no noun: "a person lift the box", not "a person walk cycle"."""
    return k + 1 < len(words) and words[k + 1].text in _OPENERS


def _is_noun_here(words: tuple[Word, ...], k: int) -> bool:
    """ "is hands free": forms that are nouns as well, followed by no object."""
    after = words[k + 1].text if k + 1 < len(words) else ""
    return after not in _OPENERS and after not in ("force",)


def _mixed(context: LintContext, said: Said, words: tuple[Word, ...]) -> Iterator[Finding]:
    """Within one sentence: "Lift the box and puts it down", "is lifting the box and puts it down"."""
    if not words:
        return
    imperative = words[0].text in BASES and len(words) > 2 and words[1].text in _OPENERS
    progressive = next((k for k, w in enumerate(words[1:], 1) if w.text in PROGRESSIVES and words[k - 1].text == "is"), None)
    for k, word in enumerate(words[1:], 1):
        if word.text not in THIRDS or not _coordinated(words, k):
            continue
        if imperative:
            why = f"The sentence begins with the command '{words[0].text}'. {_HOUSE}"
            message = f"'{words[0].text} ... {word.text}' mixes a command with a report."
            yield context.at("tense", "warning", said, (word, word), message, why, THIRDS[word.text])
            return
        if progressive is not None and k > progressive + 1:
            verb = words[progressive]
            why = f"'is {verb.text}' and '{word.text}' stand side by side. {_HOUSE}"
            fix = third(PROGRESSIVES[verb.text])
            message = f"'is {verb.text} ... {word.text}' mixes two tenses."
            yield context.at("tense", "hint", said, (words[progressive - 1], verb), message, why, fix)
            return


def _coordinated(words: tuple[Word, ...], k: int) -> bool:
    before = words[k - 1].text
    after = words[k + 1].text if k + 1 < len(words) else ""
    return (before in ("and", "then") or (k > 1 and words[k - 2].text == "and" and before in _ADVERBS)) and after in _OPENERS


def _style(context: LintContext, said: Said, words: tuple[Word, ...]) -> Iterator[Finding]:
    """For teams that want the house style and nothing else."""
    for k, word in enumerate(words[:-1]):
        after = words[k + 1]
        if word.text == "is" and after.text in PROGRESSIVES:
            fix = third(PROGRESSIVES[after.text])
            yield context.at("tense", "hint", said, (word, after), f"'is {after.text}' is the progressive form.", _HOUSE, fix)
    if words and words[0].text in BASES and len(words) > 1 and words[1].text in _OPENERS:
        fix = f"A person {third(words[0].text)}"
        yield context.at("tense", "hint", said, (words[0], words[0]), "The sentence is a command.", _HOUSE, fix)
