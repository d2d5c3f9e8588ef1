"""What a change gives: the clip as far as it follows by rule, and where the old contact points are now."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Clip

Doubles = NDArray[np.float64]
Anchors = Callable[[int, Doubles], Doubles]


@dataclass(frozen=True)
class Changed:
    """`clip` has the changed objects; its body follows where that is exact (mirrored, re-timed, re-shaped), else it stays.

    `anchors(part, local)` takes points (A, 3) in the frame of the source's part `part`, counted through all parts of all
    objects as in PosedClip.parts, to the same places in the frame of the changed part. `notes` are plain sentences.
    """

    clip: Clip
    anchors: Anchors
    notes: tuple[str, ...] = ()


def same_places(part: int, local: Doubles) -> Doubles:
    """The anchors of a change that leaves the objects' own frames alone."""
    return np.asarray(local, np.float64)
