"""A glimpse as a posed clip that the viewport can draw in place of the open one."""

from dataclasses import dataclass, fields
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from interact_core.inspection import PosedClip

if TYPE_CHECKING:
    from interact_core.augment.glimpse import Glimpse


@dataclass(frozen=True)
class OtherFaces(PosedClip):
    """With body triangles of its own: those of a mirror image."""

    faces: NDArray[np.int32]

    @property
    def body_faces(self) -> NDArray[np.int32]:
        return self.faces


def shown_clip(
    posed: PosedClip, glimpse: "Glimpse", body: NDArray[np.float32], joints: NDArray[np.float32],
    things: NDArray[np.float32], ready: NDArray[np.bool_],
) -> PosedClip:  # fmt: skip
    """Faces stay the very arrays of `posed` where nothing changed them: the scene then only takes over the motion."""
    parts = [part for obj in glimpse.clip.objects for part in obj.parts]
    edges = np.cumsum([0, *(len(part.mesh.vertices) for part in parts)])
    faces = np.concatenate([part.mesh.faces.astype(np.int32) + np.int32(a) for part, a in zip(parts, edges[:-1], strict=True)])
    same = faces.shape == posed.object_faces.shape and np.array_equal(faces, posed.object_faces)
    values = {field.name: getattr(posed, field.name) for field in fields(PosedClip)}
    values |= {
        "body_vertices": body, "joints": joints, "object_vertices": things, "ready": ready,
        "object_faces": posed.object_faces if same else faces,
        "part_slices": tuple(slice(int(a), int(b)) for a, b in pairwise(edges)),
    }  # fmt: skip
    return OtherFaces(**values, faces=glimpse.body_faces) if glimpse.mirrored else PosedClip(**values)
