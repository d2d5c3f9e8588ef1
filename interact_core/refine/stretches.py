"""Stretches of a long clip that have something to repair: each is refined as a clip of its own, the rest is not touched."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Clip
from interact_core.inspection.signals import frames_of, runs
from interact_core.refine.audit import audit, faulty_frames
from interact_core.refine.guard import widened
from interact_core.refine.measuring import PIECE, Seen

AROUND: Final = 60
"""Frames on each side of a stretch that go with it, to be looked at and not to be changed."""
_MARGIN: Final = 1.5
"""Seconds on each side of a fault over which its correction may fade."""
_MOST: Final = 0.7
"""Of a clip: more than this in stretches is refined as a whole."""


def stretches(seen: Seen, fps: float, true_body: bool, repaired: NDArray[np.bool_], within: slice) -> list[slice]:
    """Frames to refine of a clip that failed the audit; `repaired` (T,) are those that arms were turned back in.

    All of `within` where the clip is short, where no frames stand for what is wrong, or where most of it is.
    """
    if within.stop - within.start <= PIECE:
        return [within]
    wide = widened(faulty_frames(seen, fps, true_body) | repaired, frames_of(_MARGIN, fps))
    # Two that would look at each other's frames are one.
    for start, stop in runs(~wide):
        wide[start:stop] |= start > 0 and stop < len(wide) and stop - start < 2 * AROUND
    wide[: within.start] = wide[within.stop :] = False
    found = [slice(start, stop) for start, stop in runs(wide)]
    rest = ~wide
    rest[: within.start] = rest[within.stop :] = False
    passes = all(audit(seen.frames(slice(*run)), fps, true_body, {}).passed for run in runs(rest))
    few = sum(min(s.stop + AROUND, seen.num_frames) - max(s.start - AROUND, 0) for s in found) < _MOST * (
        within.stop - within.start
    )
    return found if found and passes and few else [within]


def around(stretch: slice, total: int) -> slice:
    return slice(max(stretch.start - AROUND, 0), min(stretch.stop + AROUND, total))


def spliced(clip: Clip, piece: Clip, where: slice, inner: slice) -> Clip:
    """The clip with the frames `inner` of a piece, which begins at the clip's frame `where.start`, as the piece has them."""
    own = slice(inner.start - where.start, inner.stop - where.start)

    def put(whole: NDArray[np.floating], part: NDArray[np.floating]) -> NDArray[np.floating]:
        result = np.array(whole, np.float64)
        result[inner] = part[own]
        return result

    b, other = clip.body, piece.body
    body = replace(
        b, global_orient=put(b.global_orient, other.global_orient), body_pose=put(b.body_pose, other.body_pose),
        left_hand_pose=put(b.left_hand_pose, other.left_hand_pose),
        right_hand_pose=put(b.right_hand_pose, other.right_hand_pose), transl=put(b.transl, other.transl),
    )  # fmt: skip
    objects = tuple(
        replace(thing, parts=tuple(
            replace(p, rotation=put(p.rotation, q.rotation), translation=put(p.translation, q.translation))
            for p, q in zip(thing.parts, new.parts, strict=True)
        ))
        for thing, new in zip(clip.objects, piece.objects, strict=True)
    )  # fmt: skip
    return replace(clip, body=body, objects=objects, recorded_joints=None)
