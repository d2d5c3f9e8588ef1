"""From a draw to changes of the clip, before anybody moves: mirror and time first, then sizes and shapes."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from interact_core.augment.changes.changed import Changed, same_places
from interact_core.augment.changes.mirror import mirror
from interact_core.augment.changes.scale import scale_object
from interact_core.augment.changes.time_warp import time_warp, warped_frames
from interact_core.augment.sampling import Draw
from interact_core.clip import Clip, Mesh


def rebased(clip: Clip, drawn: Draw) -> tuple[Clip, NDArray[np.float64]]:
    """The clip mirrored and re-timed as drawn: a sound interaction in itself. (T',) the source's frame of each of its frames."""
    frames = np.arange(clip.num_frames, dtype=np.float64)
    if drawn.mirror:
        clip = mirror(clip).clip
    if drawn.warp != 1.0:
        frames = warped_frames(clip, drawn.warp)
        clip = time_warp(clip, drawn.warp).clip
    return clip, frames


def compose(clip: Clip, drawn: Draw, meshes: Sequence[tuple[str, Mesh]]) -> Changed:
    """The clip with things and body of the drawn sizes; the person has not followed yet. All objects get the same sizes."""
    result = Changed(clip, same_places)
    if drawn.scale != (1.0, 1.0, 1.0):
        for obj in clip.objects:
            result = after(result, scale_object(result.clip, obj.name, drawn.scale))
    return result


def after(first: Changed, then: Changed) -> Changed:
    """Both changes, one after the other."""
    return replace(
        then, anchors=lambda part, local: then.anchors(part, first.anchors(part, local)), notes=(*first.notes, *then.notes)
    )
