"""ARCTIC's `description.txt`: a line an interval, `<start> - <end> <verb>, <hand>`, both frames included (format note, 5.3)."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from interact_core.formats.findings import Finding
from interact_core.formats.words.model import MAX_FRAME, NEWLINE, decode

HANDS: Final = {"left hand": "left", "right hand": "right", "both hands": "both"}
_LINE: Final = re.compile(r"\s*(\d{1,9})\s*-\s*(\d{1,9})\s+([^,]+?)\s*,\s*(.+?)\s*")
_EXPECTED: Final = "Expected '<start> - <end> <verb>, <hand>', as in '0 - 140 grab, both hands'"


@dataclass(frozen=True)
class Described:
    """Frames [start, end): the file's last frame is included, ours is not. `hand` is left, right, both or what the file says."""

    start: int
    end: int
    verb: str
    hand: str

    @property
    def phrase(self) -> str:
        """How the file names the hand."""
        return next((said for said, hand in HANDS.items() if hand == self.hand), self.hand)


@dataclass(frozen=True)
class Description:
    lines: tuple[Described, ...] = ()
    findings: tuple[Finding, ...] = field(default=())


def read_description(data: bytes, path: Path) -> Description:
    """A line that is none is left out with a finding; InputError where the file is no text."""
    lines, findings = [], []
    for number, line in enumerate(NEWLINE.split(decode(data, path)), start=1):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line)
        if match is None or not int(match[1]) <= int(match[2]) < MAX_FRAME:
            told = f"'{line.strip()[:60]}' is no description"
            findings.append(Finding("description-line", "error", path, f"line {number}", told, _EXPECTED))
            continue
        hand = " ".join(match[4].lower().split())
        lines.append(Described(int(match[1]), int(match[2]) + 1, " ".join(match[3].split()), HANDS.get(hand, hand)))
    return Description(tuple(lines), tuple(findings))


def write_description(lines: tuple[Described, ...]) -> bytes:
    """LF after every line."""
    return "".join(f"{line.start} - {line.end - 1} {line.verb}, {line.phrase}\n" for line in lines).encode()
