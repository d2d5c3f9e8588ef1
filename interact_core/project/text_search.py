"""How words are compared when someone searches: case, accents and width do not matter, every word must occur somewhere."""

import re
import unicodedata
from typing import Final

_TERM: Final = re.compile(r'"([^"]*)"?|(\S+)')
_TRIGRAM: Final = 3


def folded(text: str) -> str:
    """The form in which texts are compared. Two texts that look alike to a person are equal."""
    # Decomposed before and after: casefold itself makes new combining marks (İ), NFKD new capitals (℡).
    wide = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(char for char in storable(wide) if not unicodedata.combining(char))
    return " ".join(bare.split())


def storable(text: str) -> str:
    """Text that UTF-8 and SQLite can hold: no NUL, no half of a surrogate pair (half of an emoji from an input method)."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def search_terms(query: str) -> tuple[str, ...]:
    """The folded words of a query; words in double quotes stay together."""
    found = (folded(quoted or word) for quoted, word in _TERM.findall(query))
    return tuple(dict.fromkeys(term for term in found if term))


def condition(query: str) -> tuple[str, tuple[str, ...]]:
    """SQL over `clips` that selects what a query finds, with its parameters; ("", ()) for an empty query.

    Words of three characters and more go through the trigram index; shorter ones look at every text.
    """
    terms = search_terms(query)
    if not terms:
        return "", ()
    long = [term for term in terms if len(term) >= _TRIGRAM]
    short = [term for term in terms if len(term) < _TRIGRAM]
    parts = ["clip_text MATCH ?"] if long else []
    parts += ["instr(text, ?)"] * len(short)
    phrases = " AND ".join('"' + term.replace('"', '""') + '"' for term in long)
    parameters = ((phrases,) if long else ()) + tuple(short)
    return f"number IN (SELECT rowid FROM clip_text WHERE {' AND '.join(parts)})", parameters
