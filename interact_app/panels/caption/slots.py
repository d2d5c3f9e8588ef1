"""Which captions the panel offers: the three variants always, then whatever else the clip has. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from interact_core.annotation import CaptionRecord
from interact_core.clip import Caption

VARIANTS: Final = ("natural", "change", "shorten")
"""InterAct's three, in its order."""


@dataclass(frozen=True)
class CaptionSlot:
    """A place to type. `key` keeps its field alive while records come and go; record None is not written yet."""

    key: str
    variant: str
    record: CaptionRecord | None

    @property
    def which(self) -> str:
        """What `session.write_caption` takes: the record where there is one, else the variant to add."""
        return self.record.uid if self.record is not None else self.variant

    @property
    def text(self) -> str:
        return self.record.caption.text if self.record is not None else ""


def slots_of(records: Sequence[CaptionRecord]) -> tuple[CaptionSlot, ...]:
    first = {variant: next((r for r in records if r.caption.variant == variant), None) for variant in VARIANTS}
    main = tuple(CaptionSlot(variant, variant, record) for variant, record in first.items())
    taken = {record.uid for record in first.values() if record is not None}
    return main + tuple(CaptionSlot(r.uid, r.caption.variant, r) for r in records if r.uid not in taken)


def free_variant(records: Sequence[CaptionRecord]) -> str:
    """A name for one caption more, as the readers name those beyond the three."""
    used = {record.caption.variant for record in records}
    return next(name for number in range(1, len(records) + 2) if (name := f"extra{number}") not in used)


def source_text(record: CaptionRecord | None, source: Sequence[Caption]) -> str:
    """What the clip's own file says in this place; "" for a caption of the user's own."""
    if record is None or record.origin != "source":
        return ""
    number = record.uid.removeprefix("source-")
    return source[int(number)].text if number.isdigit() and int(number) < len(source) else ""


def frames_text(record: CaptionRecord | None) -> str:
    """The range of a caption that is not about the whole clip."""
    if record is None or (record.caption.end_frame is None and record.caption.start_frame == 0):
        return ""
    end = "end" if record.caption.end_frame is None else str(record.caption.end_frame - 1)
    return f"frames {record.caption.start_frame}–{end}"
