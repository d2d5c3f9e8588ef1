"""The body in itself: spheres stay inside the skin, and their depth agrees with winding numbers of the posed mesh."""

from dataclasses import replace

import numpy as np
import pytest

from interact_core.bodies.library import open_body
from interact_core.bodies.spheres import body_spheres
from interact_core.clip import Betas, BodyMotion
from interact_core.clip.skeleton import JOINT_INDEX
from interact_core.inspection.self_penetration import self_depth

BODY = open_body()
BOUND = BODY.bind(Betas(np.zeros(0)))


def motion(**turns: tuple[float, float, float]) -> BodyMotion:
    """Joints turned by degrees about the axes at rest."""
    pose = np.zeros((1, 21, 3))
    for name, degrees in turns.items():
        pose[0, JOINT_INDEX[name] - 1] = np.radians(degrees)
    none = np.zeros((1, 15, 3))
    return BodyMotion("open", "neutral", Betas(np.zeros(0)), np.zeros((1, 3)), pose, none, none, np.zeros((1, 3)))


def depth(body: BodyMotion) -> float:
    return float(self_depth(body_spheres(BOUND), body, BOUND.rest_joints)[0])


def test_spheres_lie_inside_the_skin() -> None:
    import igl

    spheres = body_spheres(BOUND)
    centre = np.asarray(BOUND.rest_joints, np.float64)[spheres.joint] + spheres.offset
    vertices, faces = np.asarray(BOUND.rest_vertices, np.float64), BODY.closed_skin_faces.astype(np.int64)
    keep = (faces < len(vertices)).all(axis=1)
    inside = igl.winding_number(vertices, faces[keep], centre) > 0.5
    to_skin = np.sqrt(igl.point_mesh_squared_distance(centre, vertices, faces[keep])[0])
    assert inside.all()
    # Fitted to vertices: between them the surface is a little nearer.
    assert (spheres.radius - to_skin).max() < 0.009
    assert len(spheres.radius) < 300


@pytest.mark.parametrize(
    "turns",
    [
        {},
        {"left_shoulder": (0, 0, -72), "right_shoulder": (0, 0, 72)},
        {"left_hip": (-90, 0, 0), "right_hip": (-90, 0, 0), "left_knee": (90, 0, 0), "right_knee": (90, 0, 0)},
        {"left_shoulder": (0, -80, 0), "left_elbow": (0, -100, 0)},
        {"left_shoulder": (0, 0, 75), "right_shoulder": (0, 0, -75)},
    ],
)  # fmt: skip
def test_folded_flesh_is_no_fault(turns: dict[str, tuple[float, float, float]]) -> None:
    assert depth(motion(**turns)) < 0.008


PLANTED = (
    ({"left_shoulder": (0, 0, -87)}, "left_hand", ("left_thigh",)),
    ({"right_shoulder": (0, 80, 0), "right_elbow": (0, 120, 0)}, "right_hand", ("chest", "back", "abdomen", "pelvis")),
)


@pytest.mark.parametrize(("turns", "hand", "part"), PLANTED)
def test_depth_agrees_with_winding_numbers(
    turns: dict[str, tuple[float, float, float]], hand: str, part: tuple[str, ...]
) -> None:
    body = motion(**turns)
    found, expected = depth(body), _wound(body, hand, part)
    assert expected > 0.015
    assert found == pytest.approx(expected, abs=0.015)


def _wound(body: BodyMotion, hand: str, part: tuple[str, ...]) -> float:
    """The deepest vertex of the hand in the part's posed surface, its openings closed by fans: no spheres."""
    import igl

    vertices = BOUND.pose(body).vertices[0].astype(np.float64)
    faces = BODY.closed_skin_faces
    faces = faces[(faces < len(vertices)).all(axis=1)]
    mask = np.logical_or.reduce([BODY.regions.mask(name) for name in part])
    faces = faces[mask[faces].all(axis=1)].astype(np.int64)
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    there = set(map(tuple, edges.tolist()))
    following = {a: b for a, b in there if (b, a) not in there}
    caps, points = [], [vertices]
    while following:
        start, at = next(iter(following.items()))
        loop = [start]
        del following[start]
        while at in following:
            loop.append(at)
            at = following.pop(at)
        points.append(vertices[loop].mean(axis=0, keepdims=True))
        hub = len(vertices) + len(points) - 2
        caps += [[b, a, hub] for a, b in zip(loop, [*loop[1:], loop[0]], strict=True)]
    closed, every = np.array([*faces.tolist(), *caps]), np.concatenate(points)
    skin = vertices[BODY.regions.mask(hand)]
    inside = igl.winding_number(every, closed, skin) > 0.5
    if not inside.any():
        return 0.0
    return float(np.sqrt(igl.point_mesh_squared_distance(skin[inside], vertices, faces)[0].max()))


def test_other_shapes_get_spheres_of_their_own() -> None:
    large = open_body("male").bind(Betas(np.zeros(0)))
    a, b = body_spheres(BOUND), body_spheres(large)
    assert body_spheres(BOUND) is a
    assert not np.array_equal(a.radius[:20], b.radius[:20])


def test_the_measure_finds_a_hand_in_a_thigh(stage, inspected) -> None:
    clip = stage.clip(4)
    pose = np.repeat(motion(left_shoulder=(0, 0, -87)).body_pose, 4, axis=0)
    inspection = inspected(replace(clip, body=replace(clip.body, body_pose=pose)))[2]
    assert "self_penetration" in {a.kind for a in inspection.artifacts}
    assert inspection.summary["self_penetration"].unit == "m"
