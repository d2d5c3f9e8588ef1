"""text.txt against its grammar."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from interact_core.errors import InputError
from interact_core.formats.findings import Finding
from interact_core.formats.text_files import read_text, split_record

_FOREIGN: Final = re.compile(r"[^A-Za-z0-9\s.,!?;:\"'()#/_-]")
_TOKEN: Final = re.compile(r"[^\s/]+/[A-Z]+")


def check_text(folder: Path) -> Iterator[Finding]:
    """Findings about one clip's text.txt; a missing one is only worth a remark."""
    path = folder / "text.txt"
    if not path.is_file():
        yield Finding("text-missing", "info", folder, "text.txt", "the clip has no caption of its own", "Write one in the app")
        return
    try:
        records = [r for r in re.split(r"\r\n|\r|\n", read_text(path)) if r.strip()]
    except InputError:
        return  # the reader's notice has said it
    if not records:
        yield Finding("text-empty", "warning", path, "text.txt", "the file holds no caption", "Write one in the app")
    for number, record in enumerate(records, start=1):
        yield from _check_record(record, path, f"record {number}")


def _check_record(record: str, path: Path, field: str) -> Iterator[Finding]:
    sentence, tokens, start, end = split_record(record)
    hashes = record.count("#")
    if not sentence:
        yield Finding("text-grammar", "warning", path, field, "the caption is empty", "Write one in the app")
    elif hashes == 0:
        remedy = "Loaders that need caption#tokens#start#end drop such clips; ours reads it"
        yield Finding("text-bare", "info", path, field, "a bare sentence without '#'", remedy)
    elif hashes != 3 or "#" in sentence:
        yield Finding(
            "text-grammar", "warning", path, field, f"{hashes} '#', not three around tokens", "Expected caption#tokens#start#end"
        )
    elif bad := [t for t in tokens if not _TOKEN.fullmatch(t)]:
        yield Finding("text-tokens", "warning", path, field, f"'{bad[0][:20]}' is not word/POS", "Tokenise the caption again")
    if end < start:
        yield Finding("text-times", "warning", path, field, f"ends ({end:g}) before it starts ({start:g})", "Correct the times")
    if foreign := _FOREIGN.search(sentence):
        text = f"holds the character '{foreign[0]}', which InterAct's captions never have"
        yield Finding("text-characters", "info", path, field, text, "Export replaces it")
