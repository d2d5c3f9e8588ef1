"""The signed distance of one rigid object part in its own frame: a grid for all of space, exact triangles where it counts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Mesh
from interact_core.errors import InputError
from interact_core.geometry.grid_build import Lattice, fill, lattice_for
from interact_core.geometry.thin_shell import ShellReport, inspect_shell
from interact_core.jobs.context import JobContext, NullContext

if TYPE_CHECKING:
    import torch

DEFAULT_RESOLUTION: Final = 128
DEFAULT_PAD: Final = 0.1


@dataclass(frozen=True)
class ObjectGrid:
    """values (X, Y, Z) float32 metres at the lattice's nodes, negative inside; for a thin shell distances without a sign."""

    mesh: Mesh
    lattice: Lattice
    values: NDArray[np.float32]
    shell: ShellReport

    @property
    def thin_shell(self) -> bool:
        return self.shell.thin

    def sample(self, points: "torch.Tensor") -> "tuple[torch.Tensor, torch.Tensor]":
        """Trilinear distance (...) and gradient (..., 3) at points (..., 3) in the mesh's frame; differentiable in points.

        Outside the box: distance to the surface point under the nearest border point where that is clear, else
        distance to the box plus border value; tens of centimetres away this can be a third too large. For exact
        distances near edges and thin parts use PartDistance.
        """
        from interact_core.geometry.grid_sample import sample_grid

        return sample_grid(self.values, self.lattice.origin, self.lattice.cell, points)


def build_grid(
    mesh: Mesh, resolution: int = DEFAULT_RESOLUTION, pad: float = DEFAULT_PAD, context: JobContext | None = None
) -> ObjectGrid:
    """The grid of a mesh, `resolution` cells on its longest side (fewer for small objects), `pad` metres around it.

    InputError if the mesh has no face of positive area or coordinates that are not finite.
    """
    usable = usable_mesh(mesh)
    lattice = lattice_for(usable, resolution, pad)
    filled = fill(usable, lattice, context or NullContext())
    shell = inspect_shell(usable, filled.winding, flipped=_faces_look_inwards(filled.winding))
    values = np.abs(filled.values) if shell.thin else filled.values
    return ObjectGrid(usable, lattice, values, shell)


def _faces_look_inwards(winding: NDArray[np.float64]) -> bool:
    inside = winding[np.abs(winding) > 0.5]
    return bool(len(inside) and np.median(inside) < 0)


def usable_mesh(mesh: Mesh) -> Mesh:
    """The mesh without faces of zero area; the same object if there is none."""
    if len(mesh.faces) and not np.isfinite(mesh.vertices[np.unique(mesh.faces)]).all():
        raise InputError(f"the mesh {mesh.name!r} has coordinates that are not finite", remedy="Repair or re-export the mesh")
    corners = mesh.vertices[mesh.faces].astype(np.float64)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    good = np.linalg.norm(normal, axis=1) > 1e-14
    if not good.any():
        raise InputError(f"the mesh {mesh.name!r} has no surface", remedy="Distances need at least one triangle of positive area")
    return mesh if good.all() else Mesh(mesh.vertices, mesh.faces[good], mesh.name)
