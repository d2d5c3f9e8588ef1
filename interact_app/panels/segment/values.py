"""What the form shows of one or several segments. No Qt."""

from collections.abc import Sequence
from typing import Any, Final

from interact_core.annotation.records import SegmentRecord
from interact_core.clip import Clip, Segment

SEVERAL: Final = object()
"""The segments do not agree."""


def common(segments: Sequence[Segment], name: str) -> Any:
    """The value that all of them have, or SEVERAL."""
    values = [getattr(segment, name) for segment in segments]
    return values[0] if values and all(value == values[0] for value in values) else SEVERAL


def words(value: Any) -> str:
    """For a text field: nothing where they differ."""
    return "" if value is SEVERAL or value is None else str(value)


def object_names(clip: Clip | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(thing.name for thing in clip.objects)) if clip is not None else ()


def part_names(clip: Clip | None, thing: str) -> tuple[str, ...]:
    """Of an object with more than one part; of all such objects where none is said."""
    found: dict[str, None] = {}
    for one in clip.objects if clip is not None else ():
        if thing in ("", one.name) and len(one.parts) > 1:
            found |= dict.fromkeys(part.name for part in one.parts)
    return tuple(found)


def actors(records: Sequence[SegmentRecord]) -> tuple[str, ...]:
    """Whoever acts in the clip's other segments, and the person."""
    return tuple(dict.fromkeys(["person", *(record.segment.actor for record in records if record.segment.actor)]))


def range_text(segment: Segment, fps: float) -> str:
    """ "0.67–2.00 s": from the first frame's beginning to the last frame's end."""
    return f"{segment.start_frame / fps:.2f}–{segment.end_frame / fps:.2f} s"


def offer_text(fields: dict[str, str]) -> str:
    """ "right hand, largebox"."""
    told = {"hand": {"both": "both hands"}.get(fields.get("hand", ""), f"{fields.get('hand', '')} hand")}
    return ", ".join(told.get(name, value) for name, value in fields.items())
