"""Skin that has come through a thin wall, as rows that bring it back.

The wall's near face stands still in the part's frame for a round, as the skin's plane does for points of an object: such rows are
inner pairs that look the other way. Found anew every round; what is back in the wall is left to the inner pairs.
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

_PER_FRAME: Final = 400
"""Vertices brought back per frame at most; where there are more, the deepest."""


def brought_back(scene: Scene, state: State, survey: Survey, contacts: Contacts) -> InnerPairs | None:
    """Pairs of the skin beyond thin walls with the walls' near faces; None where nothing is."""
    if scene.bones is None:
        return None
    rotation, translation = state.rotation.cpu().double().numpy(), state.translation.cpu().double().numpy()
    walls = [
        Wall(k, own, rotation[:, k], translation[:, k], survey.distance[k].float().cpu().numpy())
        for k, own in enumerate(scene.walls) if own is not None
    ]  # fmt: skip
    model = scene.choice.model
    found = far_skin(
        survey.vertices.cpu().numpy(), survey.joints.cpu().numpy(), scene.bones, model.regions, model.faces, walls
    )  # fmt: skip
    rows = _deepest(found.frame, found.depth)
    rows = rows[~_on_backs(scene, contacts, found, rows)]
    if not len(rows):
        return None
    frame, part = found.frame[rows], found.part[rows]
    out = np.einsum("qij,qj->qi", rotation[frame, part], -found.way[rows])
    whole = [torch.as_tensor(v[rows], device=scene.device) for v in (found.frame, found.part, found.vertex)]
    real = [torch.as_tensor(v, device=scene.device, dtype=scene.dtype) for v in (found.place[rows], out, -found.depth[rows])]
    return InnerPairs(whole[0], whole[1], real[0], whole[2], real[1], real[2])


def joined(one: InnerPairs, other: InnerPairs) -> InnerPairs:
    return InnerPairs(*(torch.cat([getattr(one, name), getattr(other, name)]) for name in InnerPairs.__dataclass_fields__))


def _deepest(frame: NDArray[np.intp], depth: NDArray[np.float64]) -> NDArray[np.intp]:
    """Rows of the deepest vertices of each frame."""
    order = np.lexsort((-depth, frame))
    start = np.searchsorted(frame[order], frame[order])
    return np.sort(order[np.arange(len(order)) - start < _PER_FRAME])


def _on_backs(scene: Scene, contacts: Contacts, found: FarSkin, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    """(P,) cut off from its bone on the back of a touching hand: what that holds leaves it by the palm side (`exits.py`)."""
    regions = scene.choice.model.regions
    frame, vertex = found.frame[rows], found.vertex[rows]
    touched = np.zeros(len(rows), bool)
    for side, touching in touching_hands(contacts).items():
        touched |= regions.mask(f"{side}_hand")[vertex] & touching[frame]
    return np.asarray(found.cut[rows] & touched & ~regions.inner_hand[vertex])
