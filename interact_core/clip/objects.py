"""Objects: meshes and the rigid motion of each of their parts."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from interact_core.clip.body import Floats


@dataclass(frozen=True)
class Mesh:
    """Triangles in metres, in the file's own vertex order: vertices (V, 3) float32, faces (F, 3) int32."""

    vertices: NDArray[np.float32]
    faces: NDArray[np.int32]
    name: str = ""

    @cached_property
    def content_hash(self) -> str:
        """Hex digest of vertices and faces: the key of everything cached about this mesh."""
        digest = hashlib.sha256(np.ascontiguousarray(self.vertices, np.float32).tobytes())
        digest.update(np.ascontiguousarray(self.faces, np.int32).tobytes())
        return digest.hexdigest()[:32]


@dataclass(frozen=True)
class Hinge:
    """How a part turns against its parent: axis (3,) and a point on it (3,) in the parent's mesh frame; angle (T,) rad."""

    axis: Floats
    point: Floats
    angle: Floats


@dataclass(frozen=True)
class ObjectPart:
    """One rigid part in the world: v' = rotation[t] @ v + translation[t], rotation (T, 3, 3), translation (T, 3) m, +Y up.

    Articulated parts carry their resolved world pose here; `hinge` only remembers where it came from.
    `missing` (T,) marks frames in which the source has no pose for the part (it then holds its last known one).
    """

    name: str
    mesh: Mesh
    rotation: Floats
    translation: Floats
    parent: str | None = None
    hinge: Hinge | None = None
    missing: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        t = len(self.translation)
        if self.rotation.shape != (t, 3, 3) or self.translation.shape != (t, 3):
            raise ValueError(f"part {self.name}: rotation {self.rotation.shape} and translation {self.translation.shape}")

    def posed(self, frames: slice = slice(None)) -> NDArray[np.float32]:
        """World vertices (T, V, 3) float32 of the given frames."""
        r = np.asarray(self.rotation[frames], np.float32)
        t = np.asarray(self.translation[frames], np.float32)
        return np.matmul(self.mesh.vertices, r.transpose(0, 2, 1)) + t[:, None]


@dataclass(frozen=True)
class ObjectMotion:
    """A named object made of one or more rigid parts, all with the clip's number of frames."""

    name: str
    parts: tuple[ObjectPart, ...]

    @property
    def num_frames(self) -> int:
        return len(self.parts[0].translation)
