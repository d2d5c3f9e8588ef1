"""Which segment of one annotator is which of another's: the one-to-one pairing with the greatest total overlap."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from interact_core.clip import Segment


@dataclass(frozen=True)
class Match:
    """Indices into the two lists, and intersection over union in frames, above 0."""

    a: int
    b: int
    iou: float


def iou(one: Segment, other: Segment) -> float:
    """Frames in both over frames in either, 0 to 1."""
    both = min(one.end_frame, other.end_frame) - max(one.start_frame, other.start_frame)
    if both <= 0:
        return 0.0
    return both / (one.end_frame - one.start_frame + other.end_frame - other.start_frame - both)


def match_segments(a: Sequence[Segment], b: Sequence[Segment]) -> tuple[Match, ...]:
    """Pairs by the Hungarian method on IoU, by start. Labels play no part, and segments without a common frame never pair."""
    found = [match for rows, columns in _groups(a, b) for match in _match(a, b, rows, columns)]
    return tuple(sorted(found, key=lambda match: (a[match.a].start_frame, match.a)))


def _groups(a: Sequence[Segment], b: Sequence[Segment]) -> Iterator[tuple[list[int], list[int]]]:
    """Runs of segments that hang together by overlap: pairs lie within them, so thousands of segments stay small problems."""
    marks = [(s.start_frame, s.end_frame, 0, index) for index, s in enumerate(a)]
    marks += [(s.start_frame, s.end_frame, 1, index) for index, s in enumerate(b)]
    group: tuple[list[int], list[int]] = ([], [])
    reach = 0
    for start, end, side, index in sorted(marks):
        if start >= reach:
            yield group
            group = ([], [])
        group[side].append(index)
        reach = max(reach, end)
    yield group


def _match(a: Sequence[Segment], b: Sequence[Segment], rows: list[int], columns: list[int]) -> Iterator[Match]:
    if not rows or not columns:
        return
    if len(rows) == len(columns) == 1:
        chosen: Iterator[tuple[int, int]] = iter([(0, 0)])
    else:
        from scipy.optimize import linear_sum_assignment  # late: most of a second to import

        overlaps = np.array([[iou(a[i], b[j]) for j in columns] for i in rows])
        chosen = zip(*linear_sum_assignment(overlaps, maximize=True), strict=True)
    for row, column in chosen:
        overlap = iou(a[rows[row]], b[columns[column]])
        if overlap > 0:
            yield Match(rows[row], columns[column], overlap)
