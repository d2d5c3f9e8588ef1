"""How far two annotators agree about the same clips: where segments lie, what they are called, what the captions say.

Definitions, and what they leave out, are in docs/teams.md. Figures that have nothing to be computed from are None.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from interact_core.annotation.documents import AnnotationDocument
from interact_core.annotation.matching import match_segments
from interact_core.annotation.records import CaptionRecord
from interact_core.annotation.similarity import Similarity, similarity
from interact_core.clip import Segment

SLOTS: Final = ("hand", "object", "part", "actor")
NOTHING: Final[tuple[str, ...]] = ()
"""The category of a frame that no segment of the tier covers."""

Table = Counter[tuple[tuple[str, ...], tuple[str, ...]]]
"""How often A's category met B's, in frames or in pairs."""


@dataclass(frozen=True)
class Spread:
    """Of numbers in frames: of their sizes, and `signed` the mean with signs; positive where B is later."""

    mean: float
    median: float
    p90: float
    signed: float
    count: int


@dataclass(frozen=True)
class SlotAgreement:
    """Among matched pairs: `both` said something, `same` of them the same; `one` of the two said something."""

    both: int = 0
    same: int = 0
    one: int = 0

    @property
    def fraction(self) -> float | None:
        return self.same / self.both if self.both else None


@dataclass(frozen=True)
class TierAgreement:
    matched: int
    only_a: int
    only_b: int
    mean_iou: float | None
    """Over matched pairs."""
    f1: Mapping[float, float | None]
    """By the least IoU that counts as a hit."""
    frame_kappa: float | None
    label_kappa: float | None
    """Over matched pairs of which both have a label."""
    start_error: Spread | None
    end_error: Spread | None
    text: float | None
    """Mean word similarity of matched pairs of which either has text."""
    slots: Mapping[str, SlotAgreement]


@dataclass(frozen=True)
class CaptionAgreement:
    """One variant: in how many clips both, only A, only B wrote it; means over those where both did."""

    both: int
    only_a: int
    only_b: int
    exact: float | None
    words: float | None
    characters: float | None
    overlap: float | None


@dataclass(frozen=True)
class Agreement:
    """`overall` pools the segments of all tiers; its frame and label kappa are the means over the tiers that have one."""

    clips: tuple[str, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    tiers: Mapping[str, TierAgreement]
    overall: TierAgreement
    captions: Mapping[str, CaptionAgreement]
    scores: Mapping[str, float | None]
    """Per clip, see `clip_score`: where to look first."""


@dataclass
class _Tally:
    """What is counted about one tier over all clips."""

    only_a: int = 0
    only_b: int = 0
    ious: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    texts: list[float] = field(default_factory=list)
    frames: Table = field(default_factory=Counter)
    labels: Table = field(default_factory=Counter)
    slots: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: {slot: [] for slot in SLOTS})

    def add_clip(self, a: Sequence[Segment], b: Sequence[Segment], frames: int) -> None:
        matches = match_segments(a, b)
        self.only_a += len(a) - len(matches)
        self.only_b += len(b) - len(matches)
        for match in matches:
            self._add_pair(a[match.a], b[match.b], match.iou)
        self.frames.update(frame_table(a, b, frames))

    def add(self, other: "_Tally") -> None:
        """Segments only: categories of different tiers do not compare."""
        self.only_a += other.only_a
        self.only_b += other.only_b
        for name in ("ious", "starts", "ends", "texts"):
            getattr(self, name).extend(getattr(other, name))
        for slot in SLOTS:
            self.slots[slot] += other.slots[slot]

    def _add_pair(self, a: Segment, b: Segment, overlap: float) -> None:
        self.ious.append(overlap)
        self.starts.append(b.start_frame - a.start_frame)
        self.ends.append(b.end_frame - a.end_frame)
        if a.label and b.label:
            self.labels[((a.label,), (b.label,))] += 1
        if a.text or b.text:
            self.texts.append(similarity(a.text, b.text).words)
        for slot in SLOTS:
            self.slots[slot].append((getattr(a, slot), getattr(b, slot)))


def agree(a: Iterable[AnnotationDocument], b: Iterable[AnnotationDocument], frames: Mapping[str, int] | None = None) -> Agreement:
    """Compare the clips that are in both. `frames`: their lengths, where known; else a clip ends with its last segment.

    Of several documents of a clip in one set, the last counts.
    """
    ours, theirs = {one.id: one for one in a}, {one.id: one for one in b}
    shared = tuple(name for name in ours if name in theirs)
    tallies: dict[str, _Tally] = {}
    for name in shared:
        for tier, (some, others, length) in _tiers(ours[name], theirs[name], (frames or {}).get(name)).items():
            tallies.setdefault(tier, _Tally()).add_clip(some, others, length)
    tiers = {tier: _tier_agreement(tallies[tier]) for tier in sorted(tallies)}
    return Agreement(
        clips=shared,
        only_a=tuple(name for name in ours if name not in theirs),
        only_b=tuple(name for name in theirs if name not in ours),
        tiers=tiers,
        overall=_overall(tallies, tiers),
        captions=_captions([(ours[name], theirs[name]) for name in shared]),
        scores={name: clip_score(ours[name], theirs[name]) for name in shared},
    )


def clip_score(a: AnnotationDocument, b: AnnotationDocument) -> float | None:
    """One number to sort clips by, 0 to 1: mean of segments (IoU of pairs of equal label, of all segments) and captions (words).

    None where neither has written anything.
    """
    parts = []
    total = gained = 0.0
    for some, others, _ in _tiers(a, b, None).values():
        total += len(some) + len(others)
        gained += sum(2 * m.iou for m in match_segments(some, others) if some[m.a].label == others[m.b].label)
    if total:
        parts.append(gained / total)
    texts = [similarity(one, other).words if one and other else 0.0 for _, one, other in caption_pairs(a, b)]
    if texts:
        parts.append(sum(texts) / len(texts))
    return sum(parts) / len(parts) if parts else None


def caption_pairs(a: AnnotationDocument, b: AnnotationDocument) -> Iterator[tuple[str, str, str]]:
    """Variant and the two texts, "" for one that is not there; several of one variant pair in their order.

    Without captions of the source that both have left as they were: nobody wrote them.
    """
    ours, theirs = _captions_of(a), _captions_of(b)
    for key in dict.fromkeys((*ours, *theirs)):
        one, other = ours.get(key), theirs.get(key)
        if one is None or other is None or not (_untouched(one) and _untouched(other)):
            yield key[0], _text(one), _text(other)


def frame_table(a: Sequence[Segment], b: Sequence[Segment], frames: int) -> Table:
    """Categories of A and B over the frames of a clip. Counted between boundaries, so that length costs nothing.

    A frame's category is the sorted set of labels of the segments over it; a segment without a label counts as "*".
    """
    marks = [(at, start, side, s.label or "*") for side, some in enumerate((a, b)) for s in some
             for at, start in ((s.start_frame, 1), (s.end_frame, -1))]  # fmt: skip
    table: Table = Counter()
    active: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    here = 0
    for at, step, side, label in sorted(marks):
        if at > here:
            table[(_category(active[0]), _category(active[1]))] += at - here
            here = at
        active[side][label] += step
    if frames > here:
        table[(NOTHING, NOTHING)] += frames - here
    return table


def cohen_kappa(table: Table) -> float | None:
    """Agreement beyond chance (Cohen, Educ. Psychol. Meas. 20, 1960); None where chance alone would agree always."""
    total = table.total()
    ours: Counter[tuple[str, ...]] = Counter()
    theirs: Counter[tuple[str, ...]] = Counter()
    for (one, other), count in table.items():
        ours[one] += count
        theirs[other] += count
    chance = sum(ours[name] * theirs[name] for name in ours)  # times total²: integers, so that "always" is exact
    if not total or chance == total * total:
        return None
    same = sum(count for (one, other), count in table.items() if one == other)
    return (same * total - chance) / (total * total - chance)


def _category(active: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(label for label, count in active.items() if count > 0))


def _tiers(
    a: AnnotationDocument, b: AnnotationDocument, frames: int | None
) -> dict[str, tuple[list[Segment], list[Segment], int]]:
    sides = ([r.segment for r in a.segments], [r.segment for r in b.segments])
    length = frames or max((s.end_frame for side in sides for s in side), default=0)
    names = sorted({s.tier for side in sides for s in side})
    return {name: (*([s for s in side if s.tier == name] for side in sides), length) for name in names}  # type: ignore[misc]


def _captions_of(document: AnnotationDocument) -> dict[tuple[str, int], CaptionRecord]:
    seen: Counter[str] = Counter()
    found = {}
    for record in document.captions:
        if record.caption.text.strip():
            variant = record.caption.variant
            found[(variant, seen[variant])] = record
            seen[variant] += 1
    return found


def _text(record: CaptionRecord | None) -> str:
    return "" if record is None else record.caption.text.strip()


def _untouched(record: CaptionRecord) -> bool:
    return record.origin == "source" and not record.modified


def _captions(pairs: Iterable[tuple[AnnotationDocument, AnnotationDocument]]) -> dict[str, CaptionAgreement]:
    both: dict[str, list[Similarity]] = {}
    alone: Counter[tuple[str, bool]] = Counter()
    for a, b in pairs:
        for variant, one, other in caption_pairs(a, b):
            found = both.setdefault(variant, [])
            if one and other:
                found.append(similarity(one, other))
            else:
                alone[(variant, bool(one))] += 1
    return {
        variant: CaptionAgreement(
            len(found), alone[(variant, True)], alone[(variant, False)],
            *(_mean([float(getattr(one, name)) for one in found]) for name in ("exact", "words", "characters", "overlap")),
        )
        for variant, found in both.items()
    }  # fmt: skip


def _tier_agreement(tally: _Tally) -> TierAgreement:
    segments = 2 * len(tally.ious) + tally.only_a + tally.only_b
    return TierAgreement(
        matched=len(tally.ious), only_a=tally.only_a, only_b=tally.only_b, mean_iou=_mean(tally.ious),
        f1={least: 2 * sum(one >= least for one in tally.ious) / segments if segments else None for least in (0.5, 0.75)},
        frame_kappa=cohen_kappa(tally.frames), label_kappa=cohen_kappa(tally.labels), start_error=_spread(tally.starts),
        end_error=_spread(tally.ends), text=_mean(tally.texts), slots={slot: _slot(said) for slot, said in tally.slots.items()},
    )  # fmt: skip


def _overall(tallies: Mapping[str, _Tally], tiers: Mapping[str, TierAgreement]) -> TierAgreement:
    pooled = _Tally()
    for tally in tallies.values():
        pooled.add(tally)
    found = _tier_agreement(pooled)

    def mean_of(kappa: Callable[[TierAgreement], float | None]) -> float | None:
        return _mean([value for tier in tiers.values() if (value := kappa(tier)) is not None])

    return replace(found, frame_kappa=mean_of(lambda t: t.frame_kappa), label_kappa=mean_of(lambda t: t.label_kappa))


def _slot(said: list[tuple[str, str]]) -> SlotAgreement:
    both = [(one, other) for one, other in said if one and other]
    return SlotAgreement(
        len(both), sum(one == other for one, other in both), sum(bool(one) != bool(other) for one, other in said)
    )


def _spread(errors: list[int]) -> Spread | None:
    if not errors:
        return None
    sizes = np.abs(errors)
    return Spread(
        float(sizes.mean()), float(np.median(sizes)), float(np.percentile(sizes, 90)), float(np.mean(errors)), len(errors)
    )


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
