"""WebVTT and SRT: cues with identifier, times, settings and text. Blocks that are no cues (NOTE, STYLE, REGION) are kept."""

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from interact_core.clip import Caption, Segment
from interact_core.formats.words.model import ClipWords, decode, fail, frame_of, milliseconds_at, storable

Kind = Literal["vtt", "srt"]
_TIME: Final = re.compile(r"(?:(\d{1,4}):)?([0-5]\d):([0-5]\d)[.,](\d{3})")
_TIMES: Final = re.compile(r"\s*(\S+)\s+-->\s+(\S+)(?:[ \t]+(.*))?")
_ID: Final = re.compile(r"(caption|segment) (\S+) (\d+)")
_ABOUT: Final = re.compile(r"NOTE interact(?: fps=(?P<fps>[\d.]{1,20}))?(?: frames=(?P<frames>\d{1,9}))?(?: clip=(?P<clip>.*))?")
_LABEL: Final = re.compile(r"\[([^\[\]\n]*)\](?: |$)")
_TAG: Final = re.compile(r"</?[a-z][^>]*>|<\d[\d:.]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Cue:
    """Milliseconds; `text` without the format's escapes, `settings` as in the file (WebVTT only)."""

    start: int
    end: int
    text: str
    id: str = ""
    settings: str = ""


@dataclass(frozen=True)
class CueFile:
    """`blocks` are cues and, as plain texts, everything between them, in order. `header` follows "WEBVTT"."""

    blocks: tuple[Cue | str, ...] = ()
    kind: Kind = "vtt"
    header: str = ""

    @property
    def cues(self) -> tuple[Cue, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Cue))


def read_cues(data: bytes, kind: Kind, path: Path | None = None) -> CueFile:
    """InputError naming the line that is neither."""
    lines = re.split(r"\r\n|\r|\n", decode(data, path))
    header, at = "", 0
    if kind == "vtt":
        match = re.fullmatch(r"WEBVTT(?:[ \t](.*))?", lines[0])
        if match is None:
            fail(path, 1, "does not begin with WEBVTT", "Give a WebVTT file, or name the form srt")
        header, at = match[1] or "", 1
    blocks: list[Cue | str] = []
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        stop = next((k for k in range(at, len(lines)) if not lines[k].strip()), len(lines))
        blocks.append(_block(lines[at:stop], at + 1, kind, path))
        at = stop
    return CueFile(tuple(blocks), kind, header)


def write_cues(file: CueFile) -> bytes:
    """LF, a blank line between blocks. SRT numbers its cues; identifiers that are not numbers are WebVTT's alone."""
    parts = [f"WEBVTT {file.header}".rstrip()] if file.kind == "vtt" else []
    number = 0
    for block in file.blocks:
        if isinstance(block, str):
            parts.extend([block] if file.kind == "vtt" else [])
            continue
        number += 1
        parts.append(_spell(block, file.kind, number))
    return ("\n\n".join(parts) + "\n").encode()


def cues_of(words: ClipWords, kind: Kind, fps: float, num_frames: int) -> CueFile:
    """A cue for every caption and segment. In WebVTT the identifier says the tier, and a note says clip, rate and length.

    The label stands in brackets before the text; the other fields of a segment have no place here (use EAF or JSONL).
    """
    cues = [
        _cue(f"caption {c.variant or 'extra'} {k}", c.start_frame, c.end_frame or num_frames, c.text, fps)
        for k, c in enumerate(words.captions, start=1)
    ]
    cues += [
        _cue(f"segment {'-'.join(s.tier.split())} {k}", s.start_frame, s.end_frame, _shown(s), fps)
        for k, s in enumerate(words.segments, start=1)
    ]
    cues.sort(key=lambda cue: (cue.start, -cue.end))
    about = f"NOTE interact fps={fps!r} frames={num_frames} clip={' '.join(storable(words.clip).replace('-->', '').split())}"
    return CueFile((*([about] if kind == "vtt" else []), *cues), kind)


def words_of(file: CueFile, fps: float | None = None, path: Path | None = None) -> ClipWords:
    """Cues that we wrote become what they were; any other becomes a segment of the tier "caption". InputError without a rate."""
    about = next((m for b in file.blocks if isinstance(b, str) and (m := _ABOUT.fullmatch(b))), None)
    said = float(about["fps"]) if about and re.fullmatch(r"\d+(\.\d+)?", about["fps"] or "") else None
    fps = fps or said
    frames = int(about["frames"]) if about and about["frames"] else None
    if fps and said and frames is not None:
        frames = round(frames / said * fps)
    if not fps:
        fail(path, 1, "does not say how many frames a second has", "Import it into a clip")
    captions: list[Caption] = []
    segments: list[Segment] = []
    for cue in file.cues:
        start, end = frame_of(cue.start, fps), frame_of(cue.end, fps)
        match = _ID.fullmatch(cue.id)
        if match and match[1] == "caption":
            whole = start == 0 and frames is not None and end >= frames
            captions.append(Caption(cue.text, match[2], (), *((0, None) if whole else (start, max(end, start + 1)))))
            continue
        label = _LABEL.match(cue.text) if match else None
        text = cue.text[label.end() :] if label else cue.text
        tier = match[2] if match else "caption"
        segments.append(Segment(tier, start, max(end, start + 1), text, label[1] if label else ""))
    return ClipWords(tuple(captions), tuple(segments), about["clip"] if about and about["clip"] else "", said, frames)


def _shown(segment: Segment) -> str:
    """A text that begins with a bracket itself gets empty ones before it."""
    return f"[{segment.label}] {segment.text}".rstrip() if segment.label or segment.text.startswith("[") else segment.text


def _cue(id: str, start: int, end: int, text: str, fps: float) -> Cue:
    return Cue(milliseconds_at(start, fps), milliseconds_at(end, fps), text, id)


def _block(lines: list[str], number: int, kind: Kind, path: Path | None) -> Cue | str:
    first = 0 if "-->" in lines[0] else 1
    if first == len(lines) or "-->" not in lines[first]:
        if kind == "vtt" and re.match(r"(NOTE|STYLE|REGION)\b", lines[0]):
            return "\n".join(lines)
        fail(path, number + min(first, len(lines) - 1), "is no cue: the line with --> is missing", "Expected start --> end")
    times = _TIMES.fullmatch(lines[first])
    start, end = (_milliseconds(times[1]), _milliseconds(times[2])) if times else (None, None)
    if times is None or start is None or end is None:
        fail(path, number + first, f"'{lines[first][:60]}' are no times", "Expected 00:00:01.000 --> 00:00:02.000")
    if end <= start:
        fail(path, number + first, "a cue ends before it starts", "Correct the times")
    text = "\n".join(lines[first + 1 :])
    if kind == "vtt":
        text = html.unescape(_TAG.sub("", text))
    return Cue(start, end, storable(text), lines[0].strip() if first else "", (times[3] or "").strip())


def _milliseconds(text: str) -> int | None:
    match = _TIME.fullmatch(text)
    return None if match is None else ((int(match[1] or 0) * 60 + int(match[2])) * 60 + int(match[3])) * 1000 + int(match[4])


def _spell(cue: Cue, kind: Kind, number: int) -> str:
    text = "\n".join(line for line in re.split(r"[\r\n]+", storable(cue.text)) if line.strip()).replace("-->", "->")
    if kind == "vtt":
        text = html.escape(text, quote=False)
    head = [str(number)] if kind == "srt" else [cue.id] if cue.id else []
    times = f"{_clock(cue.start, kind)} --> {_clock(cue.end, kind)}"
    if cue.settings and kind == "vtt":
        times = f"{times} {cue.settings}"
    return "\n".join([*head, times, *([text] if text else [])])


def _clock(milliseconds: int, kind: Kind) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}{'.' if kind == 'vtt' else ','}{rest:03d}"
