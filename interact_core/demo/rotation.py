"""Small batched rotation algebra of the motion solver: float64, shapes (..., 3) and (..., 3, 3).

The right Jacobian is what the solver differentiates rotation vectors with: exp(w + dw) = exp(w) exp(Jr(w) dw) to first
order (Chirikjian, Stochastic Models, Information Theory, and Lie Groups, vol. 2, section 10.6).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

Array = NDArray[np.float64]


def hat(v: Array) -> Array:
    """Cross-product matrix (..., 3, 3) of v (..., 3)."""
    out = np.zeros((*v.shape, 3))
    out[..., 0, 1], out[..., 0, 2], out[..., 1, 2] = -v[..., 2], v[..., 1], -v[..., 0]
    out[..., 1, 0], out[..., 2, 0], out[..., 2, 1] = v[..., 2], -v[..., 1], v[..., 0]
    return out


def _coefficients(w: Array) -> tuple[Array, Array, Array]:
    angle2 = np.einsum("...i,...i->...", w, w)
    small = angle2 < 1e-8
    angle = np.sqrt(np.where(small, 1.0, angle2))
    a = np.where(small, 1 - angle2 / 6, np.sin(angle) / angle)
    b = np.where(small, 0.5 - angle2 / 24, (1 - np.cos(angle)) / angle**2)
    c = np.where(small, 1 / 6 - angle2 / 120, (angle - np.sin(angle)) / angle**3)
    return a[..., None, None], b[..., None, None], c[..., None, None]


def exp(w: Array) -> Array:
    """Rotation matrices of rotation vectors (Rodrigues)."""
    a, b, _ = _coefficients(w)
    k = hat(w)
    return np.eye(3) + a * k + b * (k @ k)


def right_jacobian(w: Array) -> Array:
    """(..., 3, 3): the body-frame rotation that a small change of the rotation vector causes."""
    _, b, c = _coefficients(w)
    k = hat(w)
    return np.eye(3) - b * k + c * (k @ k)


def log(r: Array) -> Array:
    """Rotation vectors (..., 3) of matrices (..., 3, 3), angle in [0, pi]."""
    return Rotation.from_matrix(r.reshape(-1, 3, 3)).as_rotvec().reshape(r.shape[:-1])


def about(axis: str, angle: float | Array) -> Array:
    """Rotation about a coordinate axis: about("y", yaw)."""
    w = np.zeros((*np.shape(angle), 3))
    w[..., "xyz".index(axis)] = angle
    return exp(w)


def frame(primary: Array, secondary: Array) -> Array:
    """Columns x = primary, y = secondary made orthogonal, z = x cross y; both (..., 3)."""
    x = primary / np.linalg.norm(primary, axis=-1, keepdims=True)
    y = secondary - x * np.sum(x * secondary, axis=-1, keepdims=True)
    y = y / np.linalg.norm(y, axis=-1, keepdims=True)
    return np.stack([x, y, np.cross(x, y)], axis=-1)


def carry(source: tuple[Array, Array], target: tuple[Array, Array]) -> Array:
    """The rotation that takes the directions `source` (a pair) to `target`, the first one exactly."""
    return frame(*target) @ np.swapaxes(frame(*source), -1, -2)
