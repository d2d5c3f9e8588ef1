"""Form: empty and duplicate captions, characters that are lost on export, length."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from interact_core.annotation.lint.context import LintContext, Said
from interact_core.annotation.lint.findings import Finding, Fix, Severity, finding_key

_KEPT: Final = re.compile(r"[^A-Za-z0-9\s.,!?;:\"'()]+")
"""What InterAct's text processing strips: everything but these."""
_SPELT: Final = {
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "–": ",", "—": ",", "…": "...", "&": "and", "-": " ",
    "/": " or ", "%": " percent", "°": " degrees", "×": "x", "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "@": "at", "+": "and",
    "_": " ",
}  # fmt: skip
_SUBJECTS: Final = frozenset({"a", "an", "the", "person", "someone", "individual", "human", "man", "woman", "somebody"})
_BREAKS: Final[Severity] = "error"
_DROPS: Final[Severity] = "warning"
_LONGER: Final = 2
"""Words by which a shortened text may be longer than the natural one: another wording, not another length."""
_VARIANTS: Final = ("natural", "change", "shorten")


def empty(context: LintContext) -> Iterator[Finding]:
    for said in context.captions:
        if not said.text.strip():
            why = "The caption is there but holds no word; on export its line would be empty and the next variant move up."
            yield _whole("empty", "warning", said, f"The {said.variant or 'caption'} text is empty.", why)
    if context.options.require_variants and context.captions:
        there = {said.variant for said in context.captions}
        for variant in _VARIANTS:
            if variant not in there:
                why = f"InterAct's text file has three lines; this clip has {', '.join(sorted(there))}."
                key = finding_key("empty", "", variant)
                yield Finding(key, "empty", "hint", f"There is no {variant} text.", why)


def duplicate(context: LintContext) -> Iterator[Finding]:
    """Equal but for case, punctuation, articles and who it is about, or but for a letter in a word."""
    seen: list[tuple[Said, tuple[str, ...]]] = []
    for said in context.captions:
        plain = tuple(word.text for word in said.words if word.text not in _SUBJECTS)
        twin = next((other for other, words in seen if plain and _nearly(plain, words)), None)
        if twin is not None:
            exact = [w.text for w in said.words] == [w.text for w in twin.words]
            how = "the same words as" if exact else "nearly the same words as"
            message = f"The {said.variant or 'second'} text has {how} the {twin.variant or 'first'} text."
            why = f"Variants are worth something where they differ. Both say: {' '.join(plain)}."
            yield _whole("duplicate", "warning" if exact else "hint", said, message, why, " ".join(plain))
        seen.append((said, plain))


def characters(context: LintContext) -> Iterator[Finding]:
    for said in context.texts:
        for match in _KEPT.finditer(said.text):
            found = match.group()
            breaking = "#" in found
            spelt = "".join(_in_ascii(sign) for sign in found)
            names = ", ".join(dict.fromkeys(f"'{sign}' ({unicodedata.name(sign, 'unnamed').lower()})" for sign in found))
            what = "ends a field in the text file" if breaking else "is dropped when the caption is exported"
            why = f"InterAct keeps ASCII letters, digits, blanks and . , ! ? ; : \" ' ( ); {names} {what}."
            fix = Fix(f"Write '{spelt}'" if spelt.strip() else "Take it out", spelt)
            key = finding_key("characters", said.uid, f"{found}@{said.text[max(0, match.start() - 8) : match.start()]}")
            message, severity = f"'{found}' is lost on export.", _BREAKS if breaking else _DROPS
            yield Finding(key, "characters", severity, message, why, said.uid, match.start(), match.end(), fix)
        inner = said.text.strip()
        for match in re.finditer(r"[\r\n]+", inner):
            start = said.text.index(inner) + match.start()
            why = "A line break begins the next caption in the text file: the rest of this one would become a variant of its own."
            key, fix = finding_key("characters", said.uid, f"break {match.start()}"), Fix("Join the lines", " ")
            message = "The caption has a line break."
            yield Finding(key, "characters", "error", message, why, said.uid, start, start + len(match.group()), fix)


def length(context: LintContext) -> Iterator[Finding]:
    low, high = context.options.shortest_words, context.options.longest_words
    natural = next((said for said in context.captions if said.variant == "natural" and said.text.strip()), None)
    for said in context.texts:
        count = len(said.words)
        if count < low or count > high:
            how = "short" if count < low else "long"
            why = f"It has {count} words; {low} to {high} are usual, and HumanML3D's captions have 12 on average."
            yield _whole("length", "hint", said, f"The text is very {how}.", why, how)
        if said.variant == "shorten" and natural is not None and count > len(natural.words) + _LONGER:
            why = f"It has {count} words, the natural text has {len(natural.words)}."
            yield _whole("length", "hint", said, "The shortened text is longer than the natural one.", why, "longer")


def _whole(rule: str, severity: Severity, said: Said, message: str, why: str, words: str = "") -> Finding:
    return Finding(finding_key(rule, said.uid, words), rule, severity, message, why, said.uid, 0, len(said.text))


def _in_ascii(sign: str) -> str:
    if sign in _SPELT:
        return _SPELT[sign]
    plain = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    return _KEPT.sub("", plain)


def _nearly(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return len(one) == len(other) and all(a == b or (len(a) > 5 and one_edit(a, b)) for a, b in zip(one, other, strict=True))


def one_edit(a: str, b: str) -> bool:
    """One letter added, left out, changed, or two neighbours swapped."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    k = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    if len(a) == len(b):
        return a[k + 1 :] == b[k + 1 :] or (a[k : k + 2] == b[k : k + 2][::-1] and a[k + 2 :] == b[k + 2 :])
    shorter, longer = sorted((a, b), key=len)
    return shorter[k:] == longer[k + 1 :]
