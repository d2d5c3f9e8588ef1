"""How much was done today, from the revision history: words written and clips finished, per author."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from interact_core.annotation import record_from_dict, text_of
from interact_core.annotation.records import CaptionRecord, SegmentRecord
from interact_core.project.project import Project
from interact_core.project.queue import settle

_FINISHED: Final = ("done", "needs_review", "accepted")
_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True)
class Today:
    """`words`: net, what was deleted is taken off. `clips`: those worked on; `finished`: those set done or further."""

    words: int
    clips: int
    finished: int


def today(project: Project, author: str, since: datetime | None = None) -> Today:
    """Since local midnight unless said otherwise. A burst of typing that began before counts whole.

    Words that were not typed but taken over (a packet's beginning, an adjudication) count for whoever did that.
    """
    settle(project)
    since = since or datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    moment = since.astimezone(UTC).isoformat(timespec="milliseconds")
    sql = "SELECT clip_id, kind, before, after FROM revisions WHERE ended >= ? AND author = ? ORDER BY id"
    words, clips, state = 0, set(), {}
    for clip, kind, before, after in project.database.query(sql, (moment, author)):
        clips.add(clip)
        if kind in ("caption", "segment"):
            words += _words(str(kind), after) - _words(str(kind), before)
        elif kind == "state" and after is not None:
            state[clip] = json.loads(str(after))["state"]
    return Today(max(words, 0), len(clips), sum(value in _FINISHED for value in state.values()))


def _words(kind: str, body: object) -> int:
    """Of what a person types: a segment's text and note, not its label."""
    if body is None:
        return 0
    record = record_from_dict(kind, json.loads(str(body)))
    if isinstance(record, SegmentRecord):
        return count_words(f"{record.segment.text} {record.segment.note}")
    return count_words(record.caption.text if isinstance(record, CaptionRecord) else text_of(record))


def count_words(text: str) -> int:
    """As a person counts: "left-hand" and "don't" are one word each."""
    return len(_WORD.findall(text))
