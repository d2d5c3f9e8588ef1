"""Which way out of each other: without this, a bar that passes through a finger is pushed out on both sides at once.

Skin that goes into an object meets a surface that looks against it. Where both look the same way, the skin has come out
on the far side, and pushing it on would carry the finger through. `exits.py` has the other direction.
"""

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from interact_core.bodies.regions import HAND_PARTS, SIDES
from interact_core.refine.contacts import REGIONS, Contacts
from interact_core.refine.scene import Scene
from interact_core.refine.state import State
from interact_core.refine.survey import Survey

_SAME_WAY: Final = 0.2
"""Cosine between skin and surface from which both look the same way."""


def touching_hands(contacts: Contacts) -> dict[str, NDArray[np.bool_]]:
    """Per side: (T,) some region of the hand is in contact."""
    columns = {side: [REGIONS.index(f"{side}_{part}") for part in HAND_PARTS] for side in SIDES}
    return {side: np.logical_or.reduce(contacts.state[:, own], axis=1) for side, own in columns.items()}


def goes_in(
    scene: Scene, state: State, survey: Survey, frame: NDArray[np.intp], part: NDArray[np.intp], vertex: NDArray[np.intp]
) -> NDArray[np.bool_]:  # fmt: skip
    """(P,) whether a vertex goes into the part rather than out of its far side."""
    if not len(frame):
        return np.ones(0, bool)
    normals = _normals(scene, survey, vertex)
    t, v, k = (torch.as_tensor(a, device=scene.device) for a in (frame, vertex, part))
    world = survey.vertices[t, v]
    slope = torch.zeros_like(world)
    for index, field in enumerate(scene.fields):
        own = k == index
        if not bool(own.any()):
            continue
        rotation, translation = state.rotation[t[own], index], state.translation[t[own], index]
        local = ((world[own] - translation)[:, None] @ rotation)[:, 0]
        slope[own] = (rotation @ field.look(local)[1][..., None])[..., 0]
    inwards: NDArray[np.bool_] = ((slope * normals[t, v]).sum(dim=-1) < _SAME_WAY).cpu().numpy()
    return inwards


def _normals(scene: Scene, survey: Survey, vertex: NDArray[np.intp]) -> torch.Tensor:
    """(T, V, 3) unit normals of the given vertices, not to be used elsewhere."""
    faces = scene.choice.model.faces
    wanted = np.zeros(scene.choice.model.num_vertices, bool)
    wanted[vertex] = True
    corners = torch.as_tensor(faces[wanted[faces].any(axis=1)].astype(np.int64), device=scene.device)
    a, b, c = (survey.vertices[:, corners[:, n]] for n in range(3))
    area = torch.linalg.cross(b - a, c - a, dim=-1)
    normals = torch.zeros_like(survey.vertices)
    for n in range(3):
        normals.index_add_(1, corners[:, n], area)
    return normals / torch.linalg.vector_norm(normals, dim=-1, keepdim=True).clamp(min=1e-12)
