"""The shape of another model that comes nearest to a person: joints and markers of the rest pose, one linear system.

Vertices and joints of all our bodies are linear in their coefficients, so the ridge solution is exact after one step.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.base import BodyModel, BoundBody
from interact_core.clip import Betas

Doubles = NDArray[np.float64]
_JOINT: Final = 0.004
_MARKER: Final = 0.010
"""Metres off that cost a unit: skins differ between models more than skeletons do."""


def nearest_betas(
    source: BoundBody, model: BodyModel, count: int, joints: NDArray[np.intp], markers: NDArray[np.intp]
) -> Betas:  # fmt: skip
    """`joints` and `markers` are those that both bodies have. One coefficient costs a unit."""
    wanted = _rest(source, joints, markers)
    average = _rest(model.bind(Betas(np.zeros(count))), joints, markers)
    columns = [_rest(model.bind(Betas(unit)), joints, markers) - average for unit in np.eye(count)]
    jacobian = np.stack(columns, axis=1)
    normal = jacobian.T @ jacobian + np.eye(count)
    return Betas(np.linalg.solve(normal, jacobian.T @ (wanted - average)).astype(np.float32))


def _rest(bound: BoundBody, joints: NDArray[np.intp], markers: NDArray[np.intp]) -> Doubles:
    """Joints and markers from the pelvis, each over what it may be off."""
    rest = np.asarray(bound.rest_joints, np.float64)
    skin = np.asarray(bound.rest_vertices, np.float64)[bound.model.marker_vertices[markers]]
    return np.concatenate([(rest[joints] - rest[0]).ravel() / _JOINT, (skin - rest[0]).ravel() / _MARKER])
