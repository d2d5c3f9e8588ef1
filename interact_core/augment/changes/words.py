"""Words about a changed clip: left and right exchanged, times mapped, an object renamed."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from interact_core.annotation.records import CaptionRecord, DismissalRecord, Record, RemarkRecord, SegmentRecord
from interact_core.augment.changes.sides import OPPOSITE, Chunk, Tagger, bare_sides, cased, sided_chunks
from interact_core.clip import Caption, Segment

Doubles = NDArray[np.float64]


def other_side(name: str) -> str:
    """ "left_hand" -> "right_hand": every side in a name, a label or a key."""
    return re.sub(r"(?<![a-z])(left|right)(?![a-z])", lambda m: cased(OPPOSITE[m[0].lower()], m[0]), name, flags=re.IGNORECASE)


def mirrored_text(text: str, tokens: Sequence[str] = ()) -> str:
    """The sentence about the mirror image; letter case and everything else kept."""
    return _exchanged(text, _chunks(text, tokens))


def mirrored_caption(caption: Caption) -> Caption:
    """Its tokens too: their tags are kept, so no sentence is tagged anew."""
    chunks = _chunks(caption.text, caption.tokens)
    return replace(caption, text=_exchanged(caption.text, chunks), tokens=_mirrored_tokens(caption.tokens, chunks))


def mirrored_segment(segment: Segment) -> Segment:
    return replace(
        segment, text=mirrored_text(segment.text), label=other_side(segment.label), hand=other_side(segment.hand),
        note=mirrored_text(segment.note),
    )  # fmt: skip


def mirrored_records(records: Sequence[Record]) -> tuple[Record, ...]:
    """Dismissals go: the finding that was judged was about other words."""
    return _mapped(records, mirrored_caption, mirrored_segment, lambda r: replace(r, text=mirrored_text(r.text)))


def retimed_range(start: int, end: int, source: Doubles) -> tuple[int, int]:
    """The new frames that show source frames [start, end), at least one. source (T',): which frame of the source each shows."""
    first, last = np.searchsorted(source, [start - 0.5, end - 0.5])
    first = min(int(first), len(source) - 1)
    return first, max(int(last), first + 1)


def retimed_caption(caption: Caption, source: Doubles) -> Caption:
    if caption.end_frame is None and caption.start_frame == 0:
        return caption
    start, end = retimed_range(caption.start_frame, caption.end_frame or round(float(source[-1])) + 1, source)
    return replace(caption, start_frame=start, end_frame=None if caption.end_frame is None else end)


def retimed_segment(segment: Segment, source: Doubles) -> Segment:
    start, end = retimed_range(segment.start_frame, segment.end_frame, source)
    return replace(segment, start_frame=start, end_frame=end)


def retimed_records(records: Sequence[Record], source: Doubles) -> tuple[Record, ...]:
    def remark(record: RemarkRecord) -> RemarkRecord:
        return record if record.frame is None else replace(record, frame=retimed_range(record.frame, record.frame + 1, source)[0])

    return _mapped(
        records, lambda caption: retimed_caption(caption, source), lambda segment: retimed_segment(segment, source), remark
    )


def renamed_caption(caption: Caption, old: str, new: str) -> Caption:
    """With another object's name where the old one stands as a word. New words have no tokens yet."""
    text = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda m: cased(new, m[0]), caption.text, flags=re.IGNORECASE)
    return caption if text == caption.text else replace(caption, text=text, tokens=())


def _mapped(
    records: Sequence[Record], caption: Callable[[Caption], Caption], segment: Callable[[Segment], Segment],
    remark: Callable[[RemarkRecord], RemarkRecord],
) -> tuple[Record, ...]:  # fmt: skip
    found: list[Record] = []
    for record in records:
        if isinstance(record, CaptionRecord):
            found.append(replace(record, caption=caption(record.caption)))
        elif isinstance(record, SegmentRecord):
            found.append(replace(record, segment=segment(record.segment)))
        elif isinstance(record, RemarkRecord):
            found.append(remark(record))
        elif not isinstance(record, DismissalRecord):
            found.append(record)
    return tuple(found)


def _chunks(text: str, tokens: Sequence[str]) -> tuple[Chunk, ...]:
    tags = [tag for word, _, tag in (token.rpartition("/") for token in tokens) if word.lower() in ("left", "right")]
    return sided_chunks(text, tags if len(tags) == bare_sides(text) else (), _tagger())


def _tagger() -> Tagger | None:
    """Where it is installed; it is loaded by the first sentence whose words do not decide."""
    from interact_core.formats.words.tokens import can_tokenise, tokens_of

    return tokens_of if can_tokenise() else None


def _exchanged(text: str, chunks: Sequence[Chunk]) -> str:
    parts, last = [], 0
    for chunk in chunks:
        parts += [text[last : chunk.start], chunk.mirrored]
        last = chunk.start + len(chunk.text)
    return "".join([*parts, text[last:]])


def _mirrored_tokens(tokens: tuple[str, ...], chunks: Sequence[Chunk]) -> tuple[str, ...]:
    """Chunks stand in the tokens in their order, without hyphens, perhaps in lower case."""
    result, k = list(tokens), 0
    for chunk in chunks:
        told = chunk.text.replace("-", "")
        where = next((j for j in range(k, len(tokens)) if tokens[j].rpartition("/")[0].lower() == told.lower()), None)
        if where is None:
            continue
        word, _, tag = tokens[where].rpartition("/")
        new = chunk.mirrored.replace("-", "")
        result[where], k = f"{new if word == told else new.lower()}/{tag}", where + 1
    return tuple(result)
