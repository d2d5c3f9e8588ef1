"""What a caption may consist of in the field's one-line files."""

import re
import unicodedata
from typing import Final

_FOREIGN: Final = re.compile(r"[^A-Za-z0-9\s.,!?;:\"'()]")
_LOOKALIKES: Final = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2026": "..."})


def one_line(text: str, plain: bool = True) -> str:
    """The caption between '#' signs. plain: InterAct keeps only ASCII letters, digits, whitespace and . , ! ? ; : " ' ( )
    and deletes the rest without a space; accents and typographic quotes are written plainly first, not lost."""
    text = text.replace("#", " ")
    if plain:
        folded = unicodedata.normalize("NFKD", text.translate(_LOOKALIKES))
        text = _FOREIGN.sub("", folded)
    return " ".join(text.split())


def foreign_characters(text: str) -> str:
    """Those that a plain export leaves out or replaces, each once, in order; "" for none."""
    return "".join(dict.fromkeys(_FOREIGN.findall(text)))
