"""`action.txt` and `action.npy`: which of InterAct's sixteen classes a clip shows (data format note, section 5.2)."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Caption
from interact_core.errors import InputError
from interact_core.formats.text_files import ACTIONS
from interact_core.formats.words.model import fail
from interact_core.formats.words.sentences import one_line
from interact_core.formats.words.text_txt import Spelling, TextFile, new_text_file

_BY_WORD: Final = {name.lower(): name for name in ACTIONS}
_BARE: Final = Spelling(form="bare")
_SENTENCE: Final = re.compile(r"A person (\w+) the [^.#]+\.?\s*", re.IGNORECASE)


def parse_action(text: str) -> tuple[str, ...]:
    """Class names, bare sentences or full records; lines that are no action sentence count for nothing."""
    found = (action_of(line.record.sentence) for line in TextFile.split(text).lines)
    return tuple(dict.fromkeys(name for name in found if name))


def action_of(sentence: str) -> str:
    """The class in `A person carry the box.`, "" for any other sentence."""
    match = _SENTENCE.fullmatch(sentence.strip())
    return _BY_WORD.get(match[1].lower(), "") if match else ""


def check_actions(file: TextFile, path: Path | None = None) -> tuple[str, ...]:
    """The classes; InputError naming the first line that is no action sentence."""
    file.check(path)
    for number, line in enumerate(file.lines, start=1):
        if not line.blank and not action_of(line.record.sentence):
            fail(path, number, "is not 'A person <class> the <object>.'", f"Classes: {', '.join(ACTIONS)}")
    return tuple(dict.fromkeys(action_of(line.record.sentence) for line in file.lines if not line.blank))


def action_sentence(action: str, thing: str) -> str:
    """Ungrammatical by design: the class in its only form."""
    return f"A person {action.lower()} the {one_line(thing) or 'object'}."


def new_action_file(actions: Sequence[str], thing: str, spelling: Spelling = _BARE) -> TextFile:
    """One sentence a class. Releases hold the full record, the repository's own writer the sentence alone."""
    return new_text_file([Caption(action_sentence(action, thing)) for action in actions], spelling=spelling)


def action_vector(actions: Sequence[str]) -> NDArray[np.float64]:
    """(16,) float64, 1 at every class. ValueError for a name that is none of them."""
    if unknown := set(actions) - set(ACTIONS):
        raise ValueError(f"{sorted(unknown)[0]} is none of the {len(ACTIONS)} classes")
    return np.isin(np.array(ACTIONS), list(actions)).astype(np.float64)


def actions_of_vector(vector: NDArray[Any], path: Path | None = None) -> tuple[str, ...]:
    """InputError for anything but (16,) of zeros and ones."""
    vector = vector.reshape(-1)
    if vector.shape != (len(ACTIONS),) or vector.dtype.kind not in "fiub" or not np.isin(vector, (0, 1)).all():
        raise InputError(
            f"is no one-hot vector of {len(ACTIONS)} classes", path=path, field="action", remedy="Expected 16 zeros and ones"
        )
    return tuple(ACTIONS[index] for index in np.flatnonzero(vector))
