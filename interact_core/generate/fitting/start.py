"""Where a fit begins: the trunk's markers give the root of every frame by the best rigid motion (Kabsch 1976)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.markers import MARKER_NAMES

Array = NDArray[np.float64]
_TRUNK: Final = ("C7", "CLAV", "LASI", "RASI", "LPSI", "RPSI", "T8", "STRN", "LBAK", "RBAK", "LBUM", "RBUM", "MBLLY")
TRUNK: Final = np.array([MARKER_NAMES.index(name) for name in _TRUNK])
_FEWEST: Final = 4


def roots(markers: Array, rest: Array) -> tuple[Array, Array]:
    """Rotations (T, 3, 3) and shifts (T, 3), x = R rest + shift, from markers (T, 77, 3) with NaN and rest markers (77, 3).

    Frames with too few markers of the trunk get those of the nearest frame that has them; of none, no turn at all.
    """
    seen = np.isfinite(markers[:, TRUNK, 0])
    weight = seen[..., None].astype(float)
    there = np.where(seen[..., None], markers[:, TRUNK], 0.0)
    total = np.maximum(weight.sum(axis=1), 1.0)
    centre = there.sum(axis=1) / total
    ours = np.broadcast_to(rest[TRUNK], there.shape) * weight
    our_centre = ours.sum(axis=1) / total
    moment = np.einsum("tna,tnb->tab", (there - centre[:, None]) * weight, ours - our_centre[:, None] * weight)
    u, _, vt = np.linalg.svd(moment)
    sign = np.ones((len(markers), 3))
    sign[:, 2] = np.sign(np.linalg.det(u @ vt))
    rotation = (u * sign[:, None]) @ vt
    shift = centre - (rotation @ our_centre[..., None])[..., 0]
    good = seen.sum(axis=1) >= _FEWEST
    if not good.any():
        middle = np.nanmean(np.nanmean(markers, axis=1), axis=0) - rest.mean(axis=0)
        return np.tile(np.eye(3), (len(markers), 1, 1)), np.tile(middle, (len(markers), 1))
    known = np.flatnonzero(good)
    nearest = known[np.abs(np.arange(len(markers))[:, None] - known).argmin(axis=1)]
    return rotation[nearest], shift[nearest]


def spread_frames(markers: Array, count: int) -> NDArray[np.intp]:
    """At most `count` frames over the whole clip, of each stretch the one with most markers."""
    stretches = np.array_split(np.arange(len(markers)), min(count, len(markers)))
    seen = np.isfinite(markers[..., 0]).sum(axis=1)
    return np.array([s[len(s) // 2] if (seen[s] == seen[s[len(s) // 2]]).all() else s[seen[s].argmax()] for s in stretches])
