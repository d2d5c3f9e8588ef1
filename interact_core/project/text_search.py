"""How words are compared when someone searches: case, accents and width do not matter, every word must occur somewhere."""

import re
import unicodedata
from typing import Final

_TERM: Final = re.compile(r'"([^"]*)"?|(\S+)')
_TRIGRAM: Final = 3


def folded(text: str) -> str:
    """The form in which texts are compared. Two texts that look alike to a person are equal."""
    if text.isascii():  # nearly all of it, and ten times faster
        return " ".join(text.replace("\0", "").lower().split())
    # Decomposed before and after: casefold itself makes new combining marks (İ), NFKD new capitals (℡).
    wide = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(char for char in storable(wide) if not unicodedata.combining(char))
    return " ".join(bare.split())


def storable(text: str) -> str:
    """Text that UTF-8 and SQLite can hold: no NUL, no half of a surrogate pair (half of an emoji from an input method)."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def search_terms(query: str) -> tuple[str, ...]:
    """The folded words of a query; words in double quotes stay together."""
    found = (folded(quoted or word) for quoted, word in _TERM.findall(query))
    return tuple(dict.fromkeys(term for term in found if term))


def split_terms(query: str) -> tuple[str, tuple[str, ...]]:
    """A query as an FTS5 expression over the trigram index, and the terms that are too short for it."""
    terms = search_terms(query)
    long = [term for term in terms if len(term) >= _TRIGRAM]
    phrases = " AND ".join('"' + term.replace('"', '""') + '"' for term in long)
    return phrases, tuple(term for term in terms if len(term) < _TRIGRAM)
