"""MJCF of a subject: the 52 bodies of InterMimic's order as capsules, three hinges each, mass by volume.

Bodies are upright: x forward, y left, z up, as InterMimic's tensors have them. Hinges turn about x, y and z, in that order, so
angles are the intrinsic XYZ ones of a tensor's local rotations. Reference: MuJoCo's documentation, XML reference.
"""

from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.base import BoundBody
from interact_core.clip.skeleton import JOINT_INDEX, MUJOCO_ORDER, NUM_BODY_JOINTS, PARENTS
from interact_core.formats.intermimic import SMPL_FROM_UPRIGHT
from interact_core.formats.intermimic_writer import MUJOCO_NAMES

Doubles = NDArray[np.float64]
NAME_OF: Final = {joint: MUJOCO_NAMES[slot] for slot, joint in enumerate(MUJOCO_ORDER)}
_DENSITY: Final = 985.0
"""kg/m^3 of a living body as a whole."""
_THINNEST: Final = 0.004
_SHORTEST: Final = 0.01
"""Metres of a capsule's radius and length at least."""
_RANGE: Final = "-180 180"
_STIFF: Final = {True: ("500", "50", "500"), False: ("100", "10", "100")}
"""Stiffness, damping and gear of a body's hinge, and of a finger's: a start for controllers, not a measured person."""


@dataclass(frozen=True)
class Capsule:
    """A joint's surface as a capsule in the body's frame; volume in cubic metres."""

    start: Doubles
    end: Doubles
    radius: float

    @property
    def volume(self) -> float:
        length = float(np.linalg.norm(self.end - self.start))
        return float(np.pi * self.radius**2 * (length + 4 / 3 * self.radius))


def mjcf_text(bound: BoundBody, name: str) -> str:
    """The subject whose rest surface and joints these are."""
    rest = np.asarray(bound.rest_joints, np.float64) @ SMPL_FROM_UPRIGHT.T
    capsules = _capsules(bound, rest)
    mass = _DENSITY * _volume(np.asarray(bound.rest_vertices, np.float64), bound.model.closed_skin_faces)
    share = mass / sum(capsule.volume for capsule in capsules)
    root = ElementTree.Element("mujoco", model=name)
    ElementTree.SubElement(root, "compiler", angle="degree", coordinate="local", autolimits="true")
    ElementTree.SubElement(root, "option", timestep="0.00555")
    world = ElementTree.SubElement(root, "worldbody")
    ElementTree.SubElement(world, "geom", name="floor", type="plane", size="20 20 0.1", conaffinity="1", condim="3")
    _body(world, 0, rest, capsules, share)
    actuator = ElementTree.SubElement(root, "actuator")
    for joint in MUJOCO_ORDER[1:]:
        for axis in "xyz":
            hinge = f"{NAME_OF[joint]}_{axis}"
            ElementTree.SubElement(actuator, "motor", name=hinge, joint=hinge, gear=_STIFF[joint < NUM_BODY_JOINTS][2])
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _body(parent: ElementTree.Element, joint: int, rest: Doubles, capsules: list[Capsule], share: float) -> None:
    # At rest the subject stands on the floor; what stands in the tensor decides in play.
    place = rest[joint] - rest[PARENTS[joint]] if joint else np.array([0.0, 0.0, rest[0, 2] - rest[:, 2].min() + 0.05])
    node = ElementTree.SubElement(parent, "body", name=NAME_OF[joint], pos=_numbers(place))
    if joint == 0:
        ElementTree.SubElement(node, "freejoint", name=NAME_OF[0])
    else:
        stiffness, damping, _ = _STIFF[joint < NUM_BODY_JOINTS]
        for axis, direction in zip("xyz", ("1 0 0", "0 1 0", "0 0 1"), strict=True):
            ElementTree.SubElement(
                node, "joint", name=f"{NAME_OF[joint]}_{axis}", type="hinge", pos="0 0 0", axis=direction, range=_RANGE,
                stiffness=stiffness, damping=damping, armature="0.02",
            )  # fmt: skip
    capsule = capsules[joint]
    # Neighbours overlap at their joint; with affinity 0 the subject's own capsules do not push each other apart.
    ElementTree.SubElement(
        node, "geom", name=NAME_OF[joint], type="capsule", fromto=f"{_numbers(capsule.start)} {_numbers(capsule.end)}",
        size=f"{capsule.radius:.6f}", mass=f"{share * capsule.volume:.8f}", contype="1", conaffinity="0",
    )  # fmt: skip
    for child in MUJOCO_ORDER:
        if PARENTS[child] == joint:
            _body(node, child, rest, capsules, share)


def _capsules(bound: BoundBody, rest: Doubles) -> list[Capsule]:
    """Of the vertices that a joint moves most: along their bone, of their median thickness, no longer than they reach."""
    vertices = np.asarray(bound.rest_vertices, np.float64) @ SMPL_FROM_UPRIGHT.T
    owner = bound.model.joint_weights.argmax(axis=1)
    return [_capsule(joint, vertices[owner == joint] - rest[joint], rest) for joint in range(len(rest))]


def _capsule(joint: int, skin: Doubles, rest: Doubles) -> Capsule:
    axis = _direction(joint, skin, rest)
    if len(skin) < 4:
        return Capsule(np.zeros(3), _SHORTEST * axis, _THINNEST)
    along = skin @ axis
    middle = (skin - np.outer(along, axis)).mean(axis=0)
    radius = max(float(np.median(np.linalg.norm(skin - np.outer(along, axis) - middle, axis=1))), _THINNEST)
    low, high = np.quantile(along, (0.02, 0.98))
    low, high = low + radius, max(high - radius, low + radius + _SHORTEST)
    return Capsule(middle + low * axis, middle + high * axis, radius)


def _direction(joint: int, skin: Doubles, rest: Doubles) -> Doubles:
    """Unit vector along the bone: to the mean of its children; hips and chest, that are wide, lie across; ends go on."""
    if joint == 0:
        return np.array([0.0, 1.0, 0.0])
    children = [k for k, parent in enumerate(PARENTS) if parent == joint]
    if joint in (JOINT_INDEX["left_foot"], JOINT_INDEX["right_foot"]):
        return np.array([1.0, 0.0, 0.0])
    bone = rest[children].mean(axis=0) - rest[joint] if children else rest[joint] - rest[PARENTS[joint]]
    found: Doubles = bone / max(float(np.linalg.norm(bone)), 1e-9)
    return found if np.linalg.norm(bone) > 1e-6 else np.array([0.0, 0.0, 1.0])


def _volume(vertices: Doubles, faces: NDArray[np.integer]) -> float:
    """Of a closed surface, by the divergence theorem."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return abs(float(np.einsum("fi,fi->", a, np.cross(b, c))) / 6)


def _numbers(values: Doubles) -> str:
    return " ".join(f"{value:.6f}" for value in values)
