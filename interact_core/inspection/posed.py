"""A clip with all its vertices in the world: what the scene draws and the measures read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Clip, ObjectPart

if TYPE_CHECKING:
    from interact_core.bodies.library import BodyChoice


@dataclass(frozen=True)
class PosedClip:
    """World vertices of every frame: metres, +Y up. Frames that are not posed yet hold NaN and `ready` False.

    body_vertices (T, Vb, 3) float32 with faces `choice.model.faces`; joints (T, 52, 3) float32; object_vertices
    (T, Vo, 3) float32, all parts of all objects one after the other (Vo = 0 without objects), object_faces (Fo, 3) int32
    into them. Part k owns object_vertices[:, part_slices[k]] and is called part_names[k].
    """

    clip: Clip
    choice: "BodyChoice"
    body_vertices: NDArray[np.float32]
    joints: NDArray[np.float32]
    object_vertices: NDArray[np.float32]
    object_faces: NDArray[np.int32]
    part_slices: tuple[slice, ...]
    part_names: tuple[str, ...]
    ready: NDArray[np.bool_]

    @property
    def num_frames(self) -> int:
        return self.clip.num_frames

    @property
    def body_faces(self) -> NDArray[np.int32]:
        return self.choice.model.faces

    @property
    def parts(self) -> tuple[ObjectPart, ...]:
        """The parts in the order of part_slices."""
        return tuple(part for obj in self.clip.objects for part in obj.parts)
