"""Depth behind thin walls: a hollow twin gives what the solid's signed distance gives, and rims and edges accuse nobody."""

from dataclasses import replace

import numpy as np
import pytest
import trimesh

from interact_core.bodies.bones import bones_of
from interact_core.bodies.library import open_body
from interact_core.clip import Betas, Clip, Mesh
from interact_core.clip.skeleton import JOINT_INDEX
from interact_core.geometry.rotations import axis_angle_to_matrix
from interact_core.geometry.walls import Walls
from interact_core.inspection.far_side import FarSkin, Wall, far_skin

WALL = 0.003
BODY = open_body()
BOUND = BODY.bind(Betas(np.zeros(10)))
BONES = bones_of(BOUND)


def mesh_of(shape: trimesh.Trimesh) -> Mesh:
    return Mesh(np.asarray(shape.vertices, np.float32), np.asarray(shape.faces, np.int32), "thing")


def hollow(solid: Mesh) -> Mesh:
    """The same outside, and an inside WALL behind it that looks into the cavity."""
    shape = trimesh.Trimesh(solid.vertices, solid.faces)
    inner = shape.vertices * (1 - 2 * WALL / np.ptp(shape.vertices, axis=0))
    faces = np.concatenate([shape.faces, shape.faces[:, ::-1] + len(inner)])
    return Mesh(np.concatenate([shape.vertices, inner]).astype(np.float32), faces.astype(np.int32), "thing")


def with_mesh(clip: Clip, mesh: Mesh) -> Clip:
    (thing,) = clip.objects
    return replace(clip, objects=(replace(thing, parts=(replace(thing.parts[0], mesh=mesh),)),))


def sheet(normal: tuple[float, float, float], size: tuple[float, float], *, turned: bool = False) -> Mesh:
    """An open rectangle about the origin; its first side runs along x as far as the normal lets it."""
    n = np.array(normal) / np.linalg.norm(normal)
    a = np.array([1.0, 0.0, 0.0]) - n * n[0]
    a /= np.linalg.norm(a)
    b = np.cross(n, a)
    corners = [x * a * size[0] / 2 + y * b * size[1] / 2 for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    faces = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    return Mesh(np.array(corners, np.float32), faces[:, ::-1].copy() if turned else faces, "sheet")


def behind(skin: np.ndarray, joints: np.ndarray, mesh: Mesh, place: np.ndarray) -> FarSkin:
    """Far skin of poses (T, V, 3) with a mesh that stands at `place` without being turned."""
    turn = np.repeat(np.eye(3)[None], len(skin), axis=0)
    near = np.zeros(skin.shape[:2], np.float32)
    wall = Wall(0, Walls(mesh), turn, np.tile(place, (len(skin), 1)), near)
    return far_skin(skin, joints, BONES, BODY.regions, BODY.faces, [wall])


def rest() -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(BOUND.rest_vertices)[None], np.asarray(BOUND.rest_joints)[None]


def test_bones_lie_in_the_flesh_and_hang_together() -> None:
    points = BONES.points(*rest())[0]
    a, b = points[BONES.ends[:, 0]], points[BONES.ends[:, 1]]
    place = a[BONES.bone] + BONES.share[:, None] * (b - a)[BONES.bone]
    assert np.linalg.norm(np.asarray(BOUND.rest_vertices) - place, axis=1) == pytest.approx(BONES.away, abs=1e-6)
    fingers = np.isin(BODY.regions.vertex_region, [BODY.regions.names.index(f"left_{f}2") for f in ("index", "thumb", "pinky")])
    assert BONES.away[fingers].max() < 0.025
    bone, names = int(BONES.bone[BODY.regions.vertices("left_ring3")[0]]), []
    while bone >= 0:
        names.append(int(BONES.ends[bone, 0]))
        bone = int(BONES.before[bone])
    assert names == [JOINT_INDEX[f"left_{n}"] for n in ("ring3", "ring2", "ring1", "wrist", "elbow")]


@pytest.mark.parametrize("depth", [0.006, 0.015, 0.025])
def test_a_hollow_box_is_as_deep_as_a_solid_one(stage, inspected, depth: float) -> None:
    clip = stage.clip(3, path=np.tile(stage.under_palm(-depth), (3, 1)))
    solid = inspected(clip)[2]
    found = inspected(with_mesh(clip, hollow(stage.box)))[2]
    assert "thin_wall" not in solid.tracks
    assert found.summary["thin_wall"].value == pytest.approx(np.nanmax(solid.tracks["penetration_body"].values), abs=0.0015)
    assert {a.kind for a in found.artifacts} & {"thin_wall"} == ({"thin_wall"} if depth > 0.012 else set())


def test_a_cup_is_as_deep_as_its_solid(stage, inspected) -> None:
    """Curved: the palm goes 16 mm into the side of a cylinder of 80 mm."""
    lying = trimesh.creation.cylinder(radius=0.04, height=0.12, sections=64)
    place = stage.under_palm(-0.03) + np.array([0.0, 0.1 - 0.04, 0.0])
    clip = with_mesh(stage.clip(3, path=np.tile(place, (3, 1))), mesh_of(lying))
    deep = float(np.nanmax(inspected(clip)[2].tracks["penetration_body"].values))
    found = inspected(with_mesh(clip, hollow(mesh_of(lying))))[2].summary["thin_wall"].value
    assert deep > 0.012
    assert found == pytest.approx(deep, abs=0.002)


@pytest.mark.parametrize("turned", [False, True])
def test_an_open_sheet_has_a_side_whichever_way_its_faces_look(stage, turned: bool) -> None:
    skin, joints = rest()
    lowest = skin[0, BODY.regions.mask("left_hand"), 1].min()
    place = np.array([stage.palm[0], lowest + 0.008, stage.palm[2]])
    far = behind(skin, joints, sheet((0, 1, 0), (0.2, 0.2), turned=turned), place)
    assert far.depth.max() == pytest.approx(place[1] - skin[0, far.vertex, 1].min(), abs=1e-5)
    assert far.depth == pytest.approx(place[1] - skin[0, far.vertex, 1], abs=1e-5)
    assert 0.007 < far.depth.max() < 0.012
    assert far.way == pytest.approx(np.tile([0.0, 1.0, 0.0], (len(far.way), 1)), abs=1e-3)
    below = behind(skin, joints, sheet((0, 1, 0), (0.2, 0.2), turned=turned), place - [0, 0.010, 0])
    assert not len(below.depth)


def test_a_hand_wholly_through_is_told_by_its_arm(stage) -> None:
    """The sheet is above the hand and the elbow above the sheet: all of the hand is as deep as it lies below."""
    skin, joints = rest()
    down = axis_angle_to_matrix(np.array([[0.0, 0.0, -0.5]]))[0]
    arm = np.logical_or.reduce([BODY.regions.mask(f"left_{n}") for n in ("hand", "forearm")])
    elbow = joints[0, JOINT_INDEX["left_elbow"]]
    skin[0, arm] = (skin[0, arm] - elbow) @ down.T + elbow
    moved = np.arange(52) == JOINT_INDEX["left_wrist"]
    moved[22:37] = True
    joints[0, moved] = (joints[0, moved] - elbow) @ down.T + elbow
    wrist = joints[0, JOINT_INDEX["left_wrist"]]
    place = wrist + np.array([-0.03, 0.02, 0.0])
    far = behind(skin, joints, sheet((0, 1, 0), (0.4, 0.4)), place)
    finger = np.isin(far.vertex, BODY.regions.vertices("left_middle1"))
    assert finger.sum() == len(BODY.regions.vertices("left_middle1"))
    assert far.depth[finger] == pytest.approx(place[1] - skin[0, far.vertex[finger], 1], abs=1e-3)


def _between_thumb_and_finger() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A place, a direction away from the hand and a normal for a sheet that thumb and fingers hold by its rim."""
    skin, joints = rest()
    thumb, finger = (skin[0, BODY.regions.mask(f"left_{n}3") & BODY.regions.inner_hand].mean(axis=0) for n in ("thumb", "index"))
    web = (joints[0, JOINT_INDEX["left_thumb1"]] + joints[0, JOINT_INDEX["left_index1"]]) / 2
    middle = (thumb + finger) / 2
    out = middle - web
    normal = finger - thumb - out * ((finger - thumb) @ out) / (out @ out)
    return middle, out / np.linalg.norm(out), normal / np.linalg.norm(normal)


@pytest.mark.parametrize("bite", [-0.012, 0.02])
def test_fingers_on_both_sides_of_a_rim_stay_there(bite: float) -> None:
    """Whether the rim ends before the web or 20 mm deep in it, thumb and fingers are where they belong."""
    middle, out, normal = _between_thumb_and_finger()
    side = np.cross(normal, out)
    web = middle - out * (0.5 * np.linalg.norm(middle - rest()[1][0, JOINT_INDEX["left_index1"]]))
    rim = web - out * bite
    corners = [rim + side * s for s in (-0.1, 0.1)] + [rim + out * 0.3 + side * s for s in (0.1, -0.1)]
    mesh = Mesh(np.array(corners, np.float32), np.array([[0, 1, 2], [0, 2, 3]], np.int32), "wall")
    far = behind(*rest(), mesh, np.zeros(3))
    tips = np.logical_or.reduce([BODY.regions.mask(f"left_{n}{k}") for n in ("thumb", "index", "middle") for k in (2, 3)])
    assert not tips[far.vertex].any()
