"""What was said about a clip, as it is to be said about its child: sides exchanged, times mapped, the object renamed."""

from collections.abc import Sequence
from dataclasses import replace

from interact_core.annotation.records import CaptionRecord, Record, SegmentRecord
from interact_core.augment.changes.time_warp import warped_frames
from interact_core.augment.changes.words import mirrored_records, renamed_caption, retimed_records
from interact_core.augment.sampling import Draw
from interact_core.clip import Clip


def carried_records(records: Sequence[Record], drawn: Draw, source: Clip, child: Clip) -> tuple[Record, ...]:
    """Captions and segments of `source` for `child`, which was drawn from it. Remarks, dismissals and the state stay behind:
    they judge the source's words."""
    kept: tuple[Record, ...] = tuple(r for r in records if isinstance(r, CaptionRecord | SegmentRecord))
    if drawn.mirror:
        kept = mirrored_records(kept)
    if drawn.warp != 1.0:
        kept = retimed_records(kept, warped_frames(source, drawn.warp))
    old, new = (clip.objects[0].name if clip.objects else "" for clip in (source, child))
    return tuple(_renamed(record, old, new) for record in kept) if old != new else kept


def _renamed(record: Record, old: str, new: str) -> Record:
    if isinstance(record, CaptionRecord):
        return replace(record, caption=renamed_caption(record.caption, old, new))
    if isinstance(record, SegmentRecord) and record.segment.object == old:
        return record.changed(object=new)
    return record
