"""What a body is to the rest of the project: a surface that can take a shape and then a motion."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.regions import BodyRegions
from interact_core.clip import BodyMotion, Family, Gender, Shape


@dataclass(frozen=True)
class PosedBody:
    """Some frames in the world, metres, +Y up: vertices (T, V, 3) float32 and joints (T, 52, 3) float32."""

    vertices: NDArray[np.float32]
    joints: NDArray[np.float32]


class BoundBody(Protocol):
    """A body with one person's shape. Binding is paid once per clip, posing per frame."""

    @property
    def model(self) -> "BodyModel": ...

    @property
    def rest_joints(self) -> NDArray[np.float32]:
        """(52, 3) metres in the model frame (T-pose, +Y up, facing +Z); row 0 is J0: pelvis = J0 + transl."""

    @property
    def rest_vertices(self) -> NDArray[np.float32]:
        """(V, 3) the shaped surface in T-pose, model frame."""

    def pose(self, motion: BodyMotion, frames: slice = slice(None), *, device: str = "cpu") -> PosedBody:
        """Vertices and joints of `frames`. Ask for 32 to 128 frames at a time: a frame alone costs far more."""


class BodyModel(Protocol):
    """A surface over the 52 shared joints, before anyone's shape.

    faces (F, 3) int32; closed_skin_faces the watertight outer skin among them, for inside and outside;
    marker_vertices (77,) vertex ids in the order of :data:`interact_core.bodies.markers.MARKER_NAMES`.
    """

    @property
    def name(self) -> str: ...
    @property
    def family(self) -> Family: ...
    @property
    def gender(self) -> Gender: ...
    @property
    def faces(self) -> NDArray[np.int32]: ...
    @property
    def num_vertices(self) -> int: ...
    @property
    def closed_skin_faces(self) -> NDArray[np.int32]: ...
    @property
    def marker_vertices(self) -> NDArray[np.intp]: ...
    @property
    def regions(self) -> BodyRegions: ...
    @property
    def joint_weights(self) -> NDArray[np.float32]:
        """(V, 52) skinning weights over the shared joints."""

    def bind(self, shape: Shape) -> BoundBody:
        """The body in this shape. InputError when the shape is not one this model can take."""
