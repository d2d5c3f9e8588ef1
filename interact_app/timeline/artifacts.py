"""Artifacts in time: the ones under the cursor, the ones worth a mark. No Qt."""

from collections.abc import Callable, Sequence

from interact_core.inspection import Artifact


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
