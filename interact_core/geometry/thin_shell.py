"""Is a mesh a solid or a shell? Inside and outside mean nothing for a sheet, and little for a wall thinner than skin."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Mesh
from interact_core.geometry.grid_build import winding_numbers

AMBIGUOUS_LIMIT: Final = 0.01
"""Share of nodes next to the surface whose winding number is between 0.25 and 0.75 (refinement note 6.2)."""
THICKNESS_LIMIT: Final = 0.006
"""Metres; the median wall of a shell is thinner (refinement note 6.2)."""
_SAMPLES: Final = 1500
_DEPTHS: Final = np.array([0.0005, 0.002, 0.003, 0.0045, 0.006])


@dataclass(frozen=True)
class ShellReport:
    """`ambiguous`: share of undecided winding numbers; `thin_walls`: share of the surface over a wall under 6 mm.

    `flipped`: the faces look inwards throughout, so a winding number of -1 is inside.
    """

    thin: bool
    ambiguous: float
    thin_walls: float
    flipped: bool = False


def inspect_shell(mesh: Mesh, winding: NDArray[np.float64], *, flipped: bool) -> ShellReport:
    """The rule of refinement note 6.2: undecided sides at more than 1 % of nodes, or a median wall under 6 mm."""
    size = np.abs(winding)
    ambiguous = float(np.mean((size > 0.25) & (size < 0.75))) if len(size) else 0.0
    walls = _thin_wall_share(mesh, flipped)
    return ShellReport(ambiguous > AMBIGUOUS_LIMIT or walls > 0.5, ambiguous, walls, flipped)


def _thin_wall_share(mesh: Mesh, flipped: bool) -> float:
    """Area share whose inward normal leaves the solid again within 6 mm."""
    corners = mesh.vertices[mesh.faces].astype(np.float64)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(normal, axis=1)
    rng = np.random.default_rng(0)
    face = rng.choice(len(area), _SAMPLES, p=area / area.sum())
    start = np.einsum("nk,nkj->nj", rng.dirichlet([1.0, 1.0, 1.0], _SAMPLES), corners[face])
    inward = normal[face] / area[face, None] * (1.0 if flipped else -1.0)
    points = start[:, None] + _DEPTHS[None, :, None] * inward[:, None]
    inside = (np.abs(winding_numbers(mesh, points.reshape(-1, 3))) > 0.5).reshape(points.shape[:2])
    entered = inside[:, 0]
    return float(np.mean(~inside[entered].all(axis=1))) if entered.any() else 1.0
