"""ParaHome's `text_annotation.json`: `{"<start> <end>": "<sentence>"}`, frames [start, end) (format note, 5.3), and
`annot2item.json`: sentence -> the things it is about, by names that differ from the scans'."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from interact_core.errors import InputError
from interact_core.formats.words.annotation_csv import AnnotatedSegment
from interact_core.formats.words.json_text import load_json
from interact_core.formats.words.model import MAX_FRAME, decode

_RANGE: Final = re.compile(r"\s*(\d{1,9})\s+(\d{1,9})\s*")
_SCANS: Final = {
    "cabinet": "sink", "table": "diningtable", "trashcan": "trashbin",
}  # fmt: skip
"""Things whose scan has another name; the others differ by spaces only."""


def read_sections(data: bytes, path: Path) -> tuple[AnnotatedSegment, ...]:
    """In the order of their frames. InputError naming the range that is none."""
    loaded = load_json(decode(data, path), path)
    if not isinstance(loaded, dict):
        raise InputError("holds no ranges with sentences", path=path, field="line 1", remedy=_EXPECTED)
    found = []
    for said, sentence in loaded.items():
        match = _RANGE.fullmatch(said)
        if match is None or not int(match[1]) < int(match[2]) <= MAX_FRAME:
            raise InputError(f"has the range '{said[:40]}'", path=path, field=said[:40], remedy=_EXPECTED)
        if not isinstance(sentence, str) or not sentence.strip():
            raise InputError("has no sentence", path=path, field=said[:40], remedy=_EXPECTED)
        found.append(AnnotatedSegment(sentence.strip(), int(match[1]), int(match[2])))
    return tuple(sorted(found, key=lambda section: (section.start, section.end)))


_EXPECTED: Final = 'Expected {"<start> <end>": "sentence"}'


def read_items(data: bytes, path: Path) -> Mapping[str, tuple[str, ...]]:
    """Sentence -> scans."""
    loaded = load_json(decode(data, path), path)
    if not isinstance(loaded, dict) or not all(
        isinstance(v, list) and all(isinstance(i, str) for i in v) for v in loaded.values()
    ):
        raise InputError(
            "holds no sentences with lists of things", path=path, field="line 1", remedy='Expected {"sentence": ["thing"]}'
        )
    return {sentence.strip(): tuple(dict.fromkeys(scan_of(item) for item in items)) for sentence, items in loaded.items()}


def scan_of(thing: str) -> str:
    """`gas stove` -> `gasstove`, `cabinet` -> `sink`."""
    name = re.sub(r"\s+", "", thing.lower())
    return _SCANS.get(name, name)
