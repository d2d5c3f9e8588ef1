"""Skin against thin walls, as rows: what has come through one is brought back, what is before one is kept there.

A thin wall has no depth that a grid could tell (`inspection/far_side.py` says which skin is behind it), so its faces are taken as
planes that stand still in the part's frame for a round: such rows are inner pairs that look the other way. Found anew every
round; what is back in the wall is left to the objects' points.
"""

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from interact_core.inspection.far_side import FarSkin, Wall, far_skin
from interact_core.refine.contacts import Contacts
from interact_core.refine.scene import Scene
from interact_core.refine.sides import touching_hands
from interact_core.refine.state import State
from interact_core.refine.survey import InnerPairs, Survey

_WATCHED: Final = 0.012
"""Metres before a wall from which skin is kept from going through."""
_AT_ONCE: Final = 0.008
"""Metres that skin is brought back in one round: less than what is watched, or a forearm that swings as a finger comes out
goes through the wall unseen, and then nobody knows any more which side was its own."""
_LEAST: Final = 0.0003
"""Metres from a wall below which nobody knows on which side skin is."""
_PER_FRAME: Final = 400
"""Rows per frame at most; where there are more, the deepest."""

Doubles = NDArray[np.float64]
Index = NDArray[np.intp]


def at_walls(scene: Scene, state: State, survey: Survey, contacts: Contacts) -> InnerPairs | None:
    """Pairs of the skin beyond and just before thin walls with their near faces; None where no part is thin."""
    if scene.bones is None:
        return None
    rotation, translation = state.rotation.cpu().double().numpy(), state.translation.cpu().double().numpy()
    skin = survey.vertices.cpu().numpy()
    walls = [
        Wall(k, own, rotation[:, k], translation[:, k], survey.distance[k].float().cpu().numpy())
        for k, own in enumerate(scene.walls) if own is not None
    ]  # fmt: skip
    model = scene.choice.model
    far = far_skin(skin, survey.joints.cpu().numpy(), scene.bones, model.regions, model.faces, walls)
    mine = np.flatnonzero(~_on_backs(scene, contacts, far))
    rows = [
        (
            far.frame[mine],
            far.part[mine],
            far.vertex[mine],
            far.place[mine],
            far.way[mine],
            -np.minimum(far.depth[mine], _AT_ONCE),
        )
    ]
    rows += [_before(wall, skin, far) for wall in walls]
    frame, part, vertex, place, way, distance = (np.concatenate(column) for column in zip(*rows, strict=True))
    own = _deepest(frame, distance)
    out = np.einsum("qij,qj->qi", rotation[frame, part], -way)
    whole = [torch.as_tensor(v[own], device=scene.device) for v in (frame, part, vertex)]
    real = [torch.as_tensor(v[own], device=scene.device, dtype=scene.dtype) for v in (place, out, distance)]
    return InnerPairs(whole[0], whole[1], real[0], whole[2], real[1], real[2])


def joined(one: InnerPairs, other: InnerPairs) -> InnerPairs:
    return InnerPairs(*(torch.cat([getattr(one, name), getattr(other, name)]) for name in InnerPairs.__dataclass_fields__))


def _before(wall: Wall, skin: NDArray[np.floating], far: FarSkin) -> tuple[Index, Index, Index, Doubles, Doubles, Doubles]:
    """Skin near a wall that is not behind it: frame, part, vertex, the wall's nearest place, the way off it, the distance."""
    near = wall.near < _WATCHED
    own = far.part == wall.part
    near[far.frame[own], far.vertex[own]] = False
    frame, vertex = np.nonzero(near)
    points = wall.into(frame, np.asarray(skin[frame, vertex], np.float64))
    place = wall.walls.nearest(points, 2 * _WATCHED)
    off = points - place
    distance = np.linalg.norm(off, axis=1)
    known = np.flatnonzero(distance > _LEAST)
    way = off[known] / distance[known, None]
    return frame[known], np.full(len(known), wall.part), vertex[known], place[known], way, distance[known]


def _deepest(frame: Index, distance: Doubles) -> Index:
    """Rows of the deepest vertices of each frame."""
    order = np.lexsort((distance, frame))
    start = np.searchsorted(frame[order], frame[order])
    return np.sort(order[np.arange(len(order)) - start < _PER_FRAME])


def _on_backs(scene: Scene, contacts: Contacts, far: FarSkin) -> NDArray[np.bool_]:
    """(P,) cut off from its bone on the back of a touching hand: what that holds leaves it by the palm side (`exits.py`)."""
    regions = scene.choice.model.regions
    touched = np.zeros(len(far.frame), bool)
    for side, touching in touching_hands(contacts).items():
        touched |= regions.mask(f"{side}_hand")[far.vertex] & touching[far.frame]
    return np.asarray(far.cut & touched & ~regions.inner_hand[far.vertex])
