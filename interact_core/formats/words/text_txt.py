"""`text.txt`: `caption#token token#start#end` records separated by CR, LF or CRLF (data format note, section 5.1).

`TextFile` keeps the file as it stands: separators, the last of them, byte-order mark and the spelling of every line. A
line that still says what its caption says is written as it was read, so that reading and writing give the same bytes.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final, Literal

from interact_core.clip import Caption
from interact_core.formats.text_files import VARIANTS
from interact_core.formats.words.model import decode, fail, frame_at, seconds_at
from interact_core.formats.words.sentences import one_line

Form = Literal["full", "short", "bare"]
"""`caption#tokens#0.0#0.0` as InterAct and HumanML3D write it, `caption#0#0` as HOI-Diff does for OMOMO, only the caption."""
LINE_ENDS: Final = {"lf": "\n", "cr": "\r", "crlf": "\r\n"}
POS_TAGS: Final = frozenset((
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "CONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ",
    "SPACE", "SYM", "VERB", "X", "OTHER",
))  # fmt: skip
"""The universal tags as spaCy writes them, and HumanML3D's OTHER."""
_BOM: Final = b"\xef\xbb\xbf"
_LINE: Final = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_MAX_SECONDS: Final = 1e6


@dataclass(frozen=True)
class Spelling:
    """How a new line is written. plain: characters that InterAct's captions never have are left out, see `one_line`.
    final: a line end after the last record too. tokenise: asked for captions that have no tokens."""

    form: Form = "full"
    line_end: str = "\n"
    final: bool = False
    plain: bool = True
    tokenise: Callable[[str], tuple[str, ...]] | None = None


@dataclass(frozen=True)
class TextRecord:
    """One line taken apart; what is missing is empty or zero. Times are seconds, 0 to 0 is the whole clip."""

    sentence: str
    tokens: tuple[str, ...] = ()
    start: float = 0.0
    end: float = 0.0
    form: Form = "full"


@dataclass(frozen=True)
class TextLine:
    """A line as it stands in the file, and the separator after it ("" after the last)."""

    raw: str
    end: str = ""

    @cached_property
    def record(self) -> TextRecord:
        return parse_record(self.raw)

    @property
    def blank(self) -> bool:
        return not self.raw.strip()

    @cached_property
    def problem(self) -> tuple[str, str]:
        """Why the line is not valid and what to do; two empty texts for a good or blank one."""
        return ("", "") if self.blank else record_problem(self.raw)


@dataclass(frozen=True)
class TextFile:
    lines: tuple[TextLine, ...] = ()
    bom: bool = False

    @classmethod
    def parse(cls, data: bytes, path: Path | None = None) -> "TextFile":
        """Any text. InputError only for what is no text; ask `check` for lines that are no records."""
        return cls.split(decode(data, path), data.startswith(_BOM))

    @classmethod
    def split(cls, text: str, bom: bool = False) -> "TextFile":
        found = [TextLine(match[1], match[2]) for match in _LINE.finditer(text)]
        while found and not found[-1].raw and not found[-1].end:
            found.pop()  # the empty match at the end of the text
        return cls(tuple(found), bom)

    def data(self) -> bytes:
        return (_BOM if self.bom else b"") + "".join(line.raw + line.end for line in self.lines).encode()

    def check(self, path: Path | None = None) -> None:
        """InputError naming the first line that is no record."""
        for number, line in enumerate(self.lines, start=1):
            if line.problem[0]:
                fail(path, number, *line.problem)

    def captions(self, fps: float = 30.0, num_frames: int | None = None) -> tuple[Caption, ...]:
        """The first three are the variants natural, change, shorten; further ones are numbered. Never an error."""
        records = [line.record for line in self.lines if not line.blank]
        found = (_caption(record, index, fps, num_frames) for index, record in enumerate(records))
        return tuple(caption for caption in found if caption.text)

    def updated(
        self, captions: Sequence[Caption], fps: float = 30.0, num_frames: int | None = None, spelling: Spelling | None = None
    ) -> "TextFile":
        """This file saying what the captions say, in their order; lines that say it already keep every byte."""
        old = [line for line in self.lines if not line.blank]
        if len(old) == len(captions) and all(
            _same(line.record, caption, fps, num_frames) for line, caption in zip(old, captions, strict=True)
        ):
            return self
        ends = [line.end for line in self.lines if line.end]
        between = max(set(ends), key=ends.count) if ends else "\n"
        form: Form = old[0].record.form if old else "full"
        spelling = spelling or Spelling()
        raws = []
        for index, caption in enumerate(captions):
            line = old[index] if index < len(old) else None
            if line is not None and _same(line.record, caption, fps, num_frames):
                raws.append(line.raw)
            else:
                raws.append(spell_record(caption, fps, replace(spelling, form=line.record.form if line else form)))
        last = self.lines[-1].end if self.lines else ""
        lines = [TextLine(raw, between) for raw in raws]
        return replace(self, lines=(*lines[:-1], *(replace(line, end=last) for line in lines[-1:])))


def new_text_file(captions: Sequence[Caption], fps: float = 30.0, spelling: Spelling | None = None) -> TextFile:
    """A file that was never read. InterAct's own writer puts a bare CR between records and none after the last;
    every reader of the field we know splits at LF too, which is our default."""
    spelling = spelling or Spelling()
    lines = [TextLine(spell_record(caption, fps, spelling), spelling.line_end) for caption in captions]
    if lines and not spelling.final:
        lines[-1] = replace(lines[-1], end="")
    return TextFile(tuple(lines))


def parse_captions(text: str, fps: float = 30.0, num_frames: int | None = None) -> tuple[Caption, ...]:
    """The captions in a text, however badly its lines are made: opening a clip never fails for its words."""
    return TextFile.split(text).captions(fps, num_frames)


def parse_record(raw: str) -> TextRecord:
    """Taken from the right, because a caption may hold '#' by mistake: two numbers are times, `word/POS` before them tokens."""
    record = raw.strip()
    start = end = 0.0
    head, *times = record.rsplit("#", 2)
    if len(times) == 2 and (a := _seconds(times[0])) is not None and (b := _seconds(times[1])) is not None:
        start, end = a, b
        timed = True
    else:
        head, timed = record, False
    sentence, hash_sign, tokens = head.rpartition("#")
    if not hash_sign or (tokens.strip() and not all("/" in token for token in tokens.split())):
        return TextRecord(head.strip(), (), start, end, "short" if timed else "bare")
    return TextRecord(sentence.strip(), tuple(tokens.split()), start, end)


def record_problem(raw: str) -> tuple[str, str]:
    """Why a line is not of the grammar, and the remedy. The bare and the short form and an empty token field are allowed."""
    parts = raw.strip().split("#")
    expected = "Expected caption#word/POS word/POS#start#end"
    if not parts[0].strip():
        return "the caption is empty", "Write one or remove the line"
    if len(parts) not in (1, 3, 4):
        return f"{len(parts) - 1} '#', not three around the tokens", expected
    if len(parts) == 1:
        return "", ""
    for text in parts[-2:]:
        if _seconds(text) is None:
            return f"'{text[:20]}' is not a time in seconds", expected
    start, end = float(parts[-2]), float(parts[-1])
    if start < 0 or end < start:
        return f"ends ({end:g}) before it starts ({start:g})" if end < start else f"starts at {start:g}", "Correct the times"
    if len(parts) == 4:
        bad = next((t for t in parts[1].split() if not is_token(t)), None)
        if bad is not None:
            return f"'{bad[:20]}' is not word/POS", "Tokenise the caption again"
    return "", ""


def is_token(token: str) -> bool:
    word, slash, tag = token.rpartition("/")
    return bool(word and slash) and "/" not in word and tag in POS_TAGS


def spell_record(caption: Caption, fps: float, spelling: Spelling) -> str:
    """One line, without its end."""
    sentence = one_line(caption.text, spelling.plain)
    if spelling.form == "bare":
        return sentence
    short = spelling.form == "short"
    if caption.end_frame is None:
        times = "0#0" if short else "0.0#0.0"
    else:
        times = f"{seconds_at(caption.start_frame, fps)!r}#{seconds_at(caption.end_frame, fps)!r}"
    if short:
        return f"{sentence}#{times}"
    tokens = caption.tokens
    if not tokens and spelling.tokenise is not None:
        tokens = spelling.tokenise(sentence)
    return f"{sentence}#{' '.join(tokens)}#{times}"


def variant_name(index: int) -> str:
    return VARIANTS[index] if index < len(VARIANTS) else f"extra{index - len(VARIANTS) + 1}"


def _caption(record: TextRecord, index: int, fps: float, num_frames: int | None) -> Caption:
    first, last = _frames(record.start, record.end, fps, num_frames)
    return Caption(record.sentence, variant_name(index), record.tokens, first, last)


def _same(record: TextRecord, caption: Caption, fps: float, num_frames: int | None) -> bool:
    """A caption without tokens does not contradict the line's."""
    said = (record.sentence, *_frames(record.start, record.end, fps, num_frames))
    if said != (caption.text.strip(), caption.start_frame, caption.end_frame):
        return False
    return not caption.tokens or record.tokens == caption.tokens or record.form != "full"


def _frames(start: float, end: float, fps: float, num_frames: int | None) -> tuple[int, int | None]:
    first, last = frame_at(start, fps), frame_at(end, fps)
    if num_frames is not None:
        last = min(last, num_frames)
    return (first, last) if last > first else (0, None)


def _seconds(text: str) -> float | None:
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) and abs(value) < _MAX_SECONDS else None
