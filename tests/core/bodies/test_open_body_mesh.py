"""The baked open body: one closed skin, SMPL's joints in SMPL's places, ordered shape directions."""

import numpy as np
import pytest
import trimesh

from interact_core.bodies.library import open_body
from interact_core.bodies.open_body import OpenBody
from interact_core.clip import Betas
from interact_core.clip.skeleton import JOINT_INDEX, NUM_JOINTS
from interact_core.errors import InputError

GENDERS = ("male", "female", "neutral")


@pytest.fixture(params=GENDERS)
def body(request: pytest.FixtureRequest) -> OpenBody:
    return open_body(request.param)


def mesh(vertices: np.ndarray, faces: np.ndarray) -> trimesh.Trimesh:
    return trimesh.Trimesh(vertices, faces, process=False)


def test_skin_is_one_watertight_outward_surface(body: OpenBody) -> None:
    surface = mesh(body.template, body.closed_skin_faces)
    assert surface.is_watertight and surface.is_winding_consistent
    assert surface.euler_number == 2  # a sphere: no handles, no second component
    assert 0.035 < surface.volume < 0.11
    assert len(np.unique(body.faces)) == body.num_vertices


@pytest.mark.parametrize("beta", range(10))
@pytest.mark.parametrize("amount", [-3.0, 3.0])
def test_extreme_shapes_stay_closed_and_full(beta: int, amount: float) -> None:
    body = open_body("neutral")
    betas = np.zeros(10)
    betas[beta] = amount
    bound = body.bind(Betas(betas))
    assert 0.03 < mesh(bound.rest_vertices, body.faces).volume < 0.15
    assert np.isfinite(bound.rest_joints).all()


def test_left_and_right_mirror(body: OpenBody) -> None:
    from scipy.spatial import cKDTree

    distance, _ = cKDTree(body.template).query(body.template * [-1, 1, 1])
    assert distance.max() < 1e-6


def test_adult_statures() -> None:
    stature = {gender: np.ptp(open_body(gender).template[:, 1]) for gender in GENDERS}
    assert 1.72 < stature["male"] < 1.82 and 1.58 < stature["female"] < 1.69
    assert stature["female"] < stature["neutral"] < stature["male"]


def test_rests_in_smpl_t_pose(body: OpenBody) -> None:
    joints = body.template_joints.astype(float)

    def direction(a: str, b: str) -> np.ndarray:
        bone = joints[JOINT_INDEX[b]] - joints[JOINT_INDEX[a]]
        return bone / np.linalg.norm(bone)

    assert joints.shape == (NUM_JOINTS, 3)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        assert direction(f"{side}_shoulder", f"{side}_elbow")[0] * sign > 0.97
        assert direction(f"{side}_elbow", f"{side}_wrist")[0] * sign > 0.99
        assert direction(f"{side}_hip", f"{side}_knee")[1] < -0.97
        assert direction(f"{side}_ankle", f"{side}_foot")[2] > 0.8
        for finger in ("index", "middle", "ring", "pinky"):
            first, second = f"{side}_{finger}1", f"{side}_{finger}2"
            assert direction(first, second) @ direction(second, f"{side}_{finger}3") > 0.99  # straight
            assert direction(first, second)[0] * sign > 0.9
        assert direction(f"{side}_thumb1", f"{side}_thumb2")[2] > 0.3  # forward: palms look down
    assert direction("pelvis", "neck")[1] > 0.97
    nose_side = body.template[np.argmax(body.template[:, 2] * (body.template[:, 1] > joints[JOINT_INDEX["head"], 1]))]
    assert nose_side[2] > joints[JOINT_INDEX["head"], 2]


def test_shape_directions_are_ordered_by_variance(body: OpenBody) -> None:
    variance = (body.shape_vertices.astype(float) ** 2).sum((1, 2))
    assert (np.diff(variance) < 0).all()
    assert variance[0] > 5 * variance[3]


def test_shape_directions_are_uncorrelated_and_signed(body: OpenBody) -> None:
    flat = body.shape_vertices.reshape(10, -1).astype(float)
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    assert np.abs(flat @ flat.T - np.eye(10)).max() < 1e-2
    for k in range(10):
        plus, minus = (mesh(body.template + s * body.shape_vertices[k], body.faces).volume for s in (1, -1))
        assert plus > minus


def test_shape_moves_joints_with_the_skin(body: OpenBody) -> None:
    """The elbow stays inside the arm for a tall and a short person: joints follow the surface around them."""
    elbow = JOINT_INDEX["left_elbow"]
    ring = np.argsort(np.linalg.norm(body.template - body.template_joints[elbow], axis=1))[:40]
    for amount in (-2.5, 2.5):
        bound = body.bind(Betas(np.array([amount, 0.5, -0.5])))
        before = body.template[ring].mean(0) - body.template_joints[elbow]
        after = bound.rest_vertices[ring].mean(0) - bound.rest_joints[elbow]
        assert np.linalg.norm(after - before) < 0.012


def test_weights_are_convex(body: OpenBody) -> None:
    assert (body.weight_value >= 0).all()
    np.testing.assert_allclose(body.weight_value.sum(1), 1, atol=1e-5)
    np.testing.assert_allclose(body.joint_weights.sum(1), 1, atol=1e-5)
    assert body.weight_index.max() < NUM_JOINTS + len(body.helpers)


@pytest.mark.parametrize("values", [np.zeros(11), np.full(10, np.nan), np.zeros((2, 10))])
def test_bad_betas_are_refused_by_name(values: np.ndarray) -> None:
    with pytest.raises(InputError, match="betas"):
        open_body("neutral").bind(Betas(values))
