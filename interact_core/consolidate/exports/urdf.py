"""URDF of an object: one link, its mesh to see and to hit, mass and inertia of its volume."""

from typing import Final
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Mesh
from interact_core.errors import InputError

DENSITY: Final = 200.0
"""kg/m^3 of a thing as a whole: between a box with air in it and wood."""
_LIGHTEST: Final = 0.05
"""kg at least: lighter bodies make simulators unstable."""


def urdf_text(name: str, mesh: Mesh, file: str, density: float = DENSITY) -> str:
    """`file` is the mesh as seen from where the URDF lies. InputError for a mesh without a volume."""
    mass, centre, inertia = mass_of(mesh, name, density)
    robot = ElementTree.Element("robot", name=name)
    # MuJoCo's own element; other readers skip it. Without it MuJoCo drops folders, what is only seen, and the link itself.
    extension = ElementTree.SubElement(robot, "mujoco")
    ElementTree.SubElement(extension, "compiler", strippath="false", discardvisual="false", fusestatic="false")
    link = ElementTree.SubElement(robot, "link", name=name)
    inertial = ElementTree.SubElement(link, "inertial")
    ElementTree.SubElement(inertial, "origin", xyz=" ".join(f"{x:.9g}" for x in centre), rpy="0 0 0")
    ElementTree.SubElement(inertial, "mass", value=f"{mass:.9g}")
    names = {"ixx": (0, 0), "ixy": (0, 1), "ixz": (0, 2), "iyy": (1, 1), "iyz": (1, 2), "izz": (2, 2)}
    ElementTree.SubElement(inertial, "inertia", {key: f"{inertia[place]:.9g}" for key, place in names.items()})
    for kind in ("visual", "collision"):
        shape = ElementTree.SubElement(link, kind)
        ElementTree.SubElement(shape, "origin", xyz="0 0 0", rpy="0 0 0")
        ElementTree.SubElement(ElementTree.SubElement(shape, "geometry"), "mesh", filename=file, scale="1 1 1")
    ElementTree.indent(robot)
    return '<?xml version="1.0"?>\n' + ElementTree.tostring(robot, encoding="unicode") + "\n"


def mass_of(mesh: Mesh, name: str, density: float) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Mass, centre of mass (3,) and inertia (3, 3) about it. An open surface counts as its convex hull, which is what
    simulators collide with anyway."""
    import trimesh

    solid = trimesh.Trimesh(mesh.vertices.astype(np.float64), mesh.faces, process=True)
    if not (solid.is_watertight and solid.is_winding_consistent and solid.volume > 0):
        try:
            with np.errstate(invalid="ignore", divide="ignore"):  # of a flat mesh; its missing volume is said below
                solid = solid.convex_hull
        except (ValueError, RuntimeError) as error:
            raise InputError(f"the mesh of '{name}' has no volume", field="objects", remedy="Repair the mesh") from error
    if not solid.volume > 1e-9:
        raise InputError(f"the mesh of '{name}' has no volume", field="objects", remedy="Repair the mesh")
    solid.density = max(density, _LIGHTEST / float(solid.volume))
    centre = np.asarray(solid.center_mass, np.float64)
    return float(solid.mass), centre, np.asarray(solid.moment_inertia, np.float64)
