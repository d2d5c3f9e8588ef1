"""`text.txt` and `action.*` in every variant that has been seen (data format note, section 5)."""

import re
from pathlib import Path
from typing import Final

from interact_core.clip import Caption
from interact_core.errors import InputError
from interact_core.formats.zip_members import read_bytes

VARIANTS: Final = ("natural", "change", "shorten")
ACTIONS: Final = (
    "Rotate", "Move", "Carry", "Hold", "Play", "Manipulate", "Sit", "Bowling", "Lift", "Eat", "Adjust", "Swing", "Pass",
    "Exercise", "Kick", "Drink",
)  # fmt: skip
"""InterAct's sixteen classes; the index is the position in action.npy's one-hot vector."""
_MAX_TEXT_BYTES: Final = 4 << 20
_ACTION_BY_WORD: Final = {name.lower(): name for name in ACTIONS}
_ACTION_SENTENCE: Final = re.compile(r"A person (\w+) the [^.#]+\.?\s*", re.IGNORECASE)


def read_text(path: Path) -> str:
    """A UTF-8 text file, byte-order mark dropped; InputError if it is binary or in another encoding."""
    data = read_bytes(path, _MAX_TEXT_BYTES)
    if b"\0" in data:
        raise InputError("is not a text file", path=path, remedy="Replace it by plain text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 text (byte {error.start})", path=path, remedy="Save it as UTF-8") from error


def parse_captions(text: str, fps: float = 30.0, num_frames: int | None = None) -> tuple[Caption, ...]:
    """Records `caption#tokens#start#end` separated by CR, LF or CRLF; tokens, times or all hashes may be missing.

    Times are seconds; 0 to 0, as InterAct writes, means the whole clip. The first three records are the variants
    natural, change, shorten; further ones are numbered.
    """
    records = [line.strip() for line in re.split(r"\r\n|\r|\n", text) if line.strip()]
    captions = (_caption(record, k, fps, num_frames) for k, record in enumerate(records))
    return tuple(caption for caption in captions if caption.text)


def _caption(record: str, index: int, fps: float, num_frames: int | None) -> Caption:
    sentence, tokens, start, end = split_record(record)
    first, last = _frames(start, end, fps, num_frames)
    variant = VARIANTS[index] if index < len(VARIANTS) else f"extra{index - len(VARIANTS) + 1}"
    return Caption(sentence, variant, tokens, first, last)


def split_record(record: str) -> tuple[str, tuple[str, ...], float, float]:
    """Sentence, tokens, start and end of one record; what is missing is empty or zero."""
    start = end = 0.0
    head, *times = record.rsplit("#", 2)
    if len(times) == 2 and (a := _number(times[0])) is not None and (b := _number(times[1])) is not None:
        start, end = a, b
    else:
        head = record
    sentence, hash_sign, tokens = head.rpartition("#")
    if not hash_sign:
        return head.strip(), (), start, end
    if tokens.strip() and not all("/" in token for token in tokens.split()):
        return head.strip(), (), start, end
    return sentence.strip(), tuple(tokens.split()), start, end


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e6 else None


def _frames(start: float, end: float, fps: float, num_frames: int | None) -> tuple[int, int | None]:
    first, last = max(round(start * fps), 0), round(end * fps)
    if num_frames is not None:
        last = min(last, num_frames)
    return (first, last) if last > first else (0, None)


def parse_action(text: str) -> tuple[str, ...]:
    """Class names in an action.txt, bare sentences or full records; empty where a line is no action sentence."""
    names = []
    for line in re.split(r"\r\n|\r|\n", text):
        match = _ACTION_SENTENCE.fullmatch(split_record(line.strip())[0])
        if match and (name := _ACTION_BY_WORD.get(match[1].lower())) and name not in names:
            names.append(name)
    return tuple(names)
