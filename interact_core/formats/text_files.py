"""Plain text files of the data set, and the names that InterAct gives to variants and classes. Grammars are in `words`."""

from pathlib import Path
from typing import Final

from interact_core.errors import InputError
from interact_core.formats.zip_members import read_bytes

VARIANTS: Final = ("natural", "change", "shorten")
ACTIONS: Final = (
    "Rotate", "Move", "Carry", "Hold", "Play", "Manipulate", "Sit", "Bowling", "Lift", "Eat", "Adjust", "Swing", "Pass",
    "Exercise", "Kick", "Drink",
)  # fmt: skip
"""InterAct's sixteen classes; the index is the position in action.npy's one-hot vector."""
_MAX_TEXT_BYTES: Final = 4 << 20


def read_text(path: Path) -> str:
    """A UTF-8 text file, byte-order mark dropped; InputError if it is binary or in another encoding."""
    data = read_bytes(path, _MAX_TEXT_BYTES)
    if b"\0" in data:
        raise InputError("is not a text file", path=path, remedy="Replace it by plain text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 text (byte {error.start})", path=path, remedy="Save it as UTF-8") from error
