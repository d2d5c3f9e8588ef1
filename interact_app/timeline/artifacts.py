"""Artifacts in time: the next one, the ones under the cursor, the ones worth a mark. No Qt."""

from collections.abc import Callable, Sequence

from interact_core.inspection import Artifact


def next_artifact(artifacts: Sequence[Artifact], frame: int, direction: int) -> Artifact | None:
    """The nearest artifact whose peak lies after (direction 1) or before (-1) the frame; goes round at the ends."""
    if not artifacts:
        return None
    ordered = sorted(artifacts, key=lambda a: (a.peak_frame, -a.severity))
    if direction >= 0:
        return next((a for a in ordered if a.peak_frame > frame), ordered[0])
    return next((a for a in reversed(ordered) if a.peak_frame < frame), ordered[-1])


def worst_artifact(artifacts: Sequence[Artifact]) -> Artifact | None:
    return max(artifacts, key=lambda a: a.severity, default=None)


def marks(artifacts: Sequence[Artifact], x_of: Callable[[int], float], min_gap: float) -> list[Artifact]:
    """The artifacts to draw: worst first, leaving out peaks closer than min_gap pixels to a worse one."""
    taken: set[int] = set()
    kept = []
    for artifact in sorted(artifacts, key=lambda a: -a.severity):
        slot = int(x_of(artifact.peak_frame) // min_gap)
        if taken.isdisjoint((slot - 1, slot, slot + 1)):
            taken.add(slot)
            kept.append(artifact)
    return kept


def near(artifacts: Sequence[Artifact], frame: int, reach: float) -> list[Artifact]:
    """Artifacts whose peak is at most `reach` frames away, worst first."""
    close = [a for a in artifacts if abs(a.peak_frame - frame) <= reach]
    return sorted(close, key=lambda a: -a.severity)
