"""What the word formats give and take: captions and segments of one clip, without any project around them."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn

from interact_core.clip import Caption, Segment
from interact_core.errors import InputError
from interact_core.formats.findings import Finding

MAX_BYTES: Final = 64 << 20
MAX_FRAME: Final = 10**9
NEWLINE: Final = re.compile(r"\r\n|\r|\n")
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class ClipWords:
    """`clip` is the name that the file gives, "" where it gives none. fps and num_frames: None where the file does not say."""

    captions: tuple[Caption, ...] = ()
    segments: tuple[Segment, ...] = ()
    clip: str = ""
    fps: float | None = None
    num_frames: int | None = None


@dataclass(frozen=True)
class Words:
    """What a file with several clips holds. `findings` name the lines that were left out ("error") or read otherwise."""

    clips: tuple[ClipWords, ...] = ()
    findings: tuple[Finding, ...] = field(default=())


def decode(data: bytes, path: Path | None) -> str:
    """UTF-8 without its byte-order mark. InputError for anything that is no text; the line is named."""
    if len(data) > MAX_BYTES:
        raise InputError(f"is larger than {MAX_BYTES >> 20} MB, which no such file needs", path=path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(NEWLINE.findall(data[: error.start].decode("utf-8-sig", "replace"))) + 1
        raise InputError(
            f"is not UTF-8 text (byte {error.start})", path=path, field=f"line {line}", remedy="Save it as UTF-8"
        ) from error
    if bad := _UNPRINTABLE.search(text):
        line = len(NEWLINE.findall(text[: bad.start()])) + 1
        fail(path, line, f"is not a text file (it holds the character U+{ord(bad[0]):04X})", "Replace it by plain text")
    return text


def fail(path: Path | None, line: int, problem: str, remedy: str = "") -> NoReturn:
    """InputError about one line, counted from 1."""
    raise InputError(problem, path=path, field=f"line {line}", remedy=remedy)


def storable(text: str) -> str:
    """What a text file or an XML document can hold: control characters become spaces."""
    return _UNPRINTABLE.sub(" ", text)


def frame_at(seconds: float, fps: float) -> int:
    """The nearest frame, never before the first."""
    return max(round(seconds * fps), 0)


def seconds_at(frame: int, fps: float) -> float:
    """Microseconds suffice: `frame_at` gives the frame back for every rate below 500,000."""
    return round(frame / fps, 6)


def milliseconds_at(frame: int, fps: float) -> int:
    """Whole milliseconds; `frame_of` gives the frame back exactly while a frame lasts longer than one (fps below 1000)."""
    return round(frame / fps * 1000)


def frame_of(milliseconds: int, fps: float) -> int:
    return max(round(milliseconds * fps / 1000), 0)
