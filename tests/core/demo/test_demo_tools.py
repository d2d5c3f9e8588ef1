"""The pieces the demo is made of, against independent answers."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from interact_core.clip import Clip
from interact_core.demo import demo_root
from interact_core.demo.actor import actor
from interact_core.demo.aims import BalanceAim, KeepOut, LookAim, PointAim, TurnAim
from interact_core.demo.baking import perform_clip
from interact_core.demo.corruptions import KINDS, corrupt
from interact_core.demo.easing import path
from interact_core.demo.grasp import Hold, solve_grasp
from interact_core.demo.props import prop, prop_keys
from interact_core.demo.registry import SCENARIOS
from interact_core.demo.rotation import exp, right_jacobian
from interact_core.demo.skeleton import DIMENSIONS, forward
from interact_core.demo.words import tokens
from interact_core.formats.registry import open_path, read_clip

RNG = np.random.default_rng(3)


def test_exponential_agrees_with_scipy():
    w = RNG.normal(size=(50, 3)) * 1.5
    assert np.allclose(exp(w), Rotation.from_rotvec(w).as_matrix(), atol=1e-12)


def test_right_jacobian_by_differences():
    w, d = RNG.normal(size=3), RNG.normal(size=3) * 1e-6
    moved = Rotation.from_matrix(exp(w).T @ exp(w + d)).as_rotvec()
    assert np.allclose(right_jacobian(w) @ d, moved, atol=1e-11)


def test_aims_have_the_derivatives_they_claim():
    person = actor("neutral")
    state = RNG.normal(size=(1, DIMENSIONS)) * 0.2
    heading = exp(np.array([[0.0, 0.4, 0.0]]))
    one = np.ones(1)
    target = np.array([[0.2, 1.0, 0.5]])
    aims = [
        PointAim(20, np.array([0.05, 0.02, 0.0]), target, one),
        BalanceAim(person.masses, np.zeros((1, 2)), one),
        TurnAim(21, forward(state, heading, person.offsets).rotations[:, 21] @ exp(np.full((1, 3), 1e-5)), one),
    ]
    for aim in aims:
        residual, jacobian = aim.rows(forward(state, heading, person.offsets))
        numeric = np.empty_like(jacobian[0])
        for k in range(DIMENSIONS):
            bumped = state.copy()
            bumped[0, k] += 1e-6
            numeric[:, k] = (aim.rows(forward(bumped, heading, person.offsets))[0] - residual)[0] / 1e-6
        assert np.allclose(jacobian[0], numeric, atol=2e-4), type(aim).__name__


def test_look_and_keep_out_point_downhill():
    """Approximate Jacobians must still lower their own residual by a small step against the gradient."""
    person = actor("neutral")
    state = np.zeros((1, DIMENSIONS))
    heading = np.eye(3)[None]
    look = LookAim(15, np.array([[0.5, 0.6, 2.0]]), np.ones(1))
    keep = KeepOut(20, np.zeros(3), 6, 1.2, 1.0, np.ones(1))
    for aim in (look, keep):
        residual, jacobian = aim.rows(forward(state, heading, person.offsets))
        step = np.zeros_like(state)
        step[0] = -1e-3 * np.einsum("ra,r->a", jacobian[0], residual[0])
        after = aim.rows(forward(state + step, heading, person.offsets))[0]
        assert np.sum(after**2) < np.sum(residual**2)


def test_minimum_jerk_path_starts_and_ends_at_rest():
    time = np.linspace(0, 2, 2001)
    way = path(time, [(0.2, (0.0,)), (1.0, (0.7,)), (1.8, (1.0,))], through=True)[:, 0]
    speed = np.gradient(way, time)
    assert way[0] == 0 and way[-1] == pytest.approx(1.0)
    assert abs(way[1000] - 0.7) < 1e-9
    assert abs(speed[205]) < 1e-3 and abs(speed[1795]) < 1e-3 and speed[1000] > 0.3


@pytest.mark.parametrize("key", prop_keys())
def test_props_are_closed_and_their_distance_is_their_mesh(key):
    import igl
    import trimesh

    thing = prop(key)
    vertices = thing.mesh.vertices.astype(np.float64) + thing.centre
    mesh = trimesh.Trimesh(vertices, thing.mesh.faces, process=False)
    assert mesh.is_watertight and mesh.is_winding_consistent and mesh.volume > 0
    assert np.abs(thing.mesh.vertices.mean(axis=0)).max() < 1e-5
    points = RNG.uniform(vertices.min(0) - 0.03, vertices.max(0) + 0.03, (300, 3))
    kind = igl.SIGNED_DISTANCE_TYPE_FAST_WINDING_NUMBER
    reference = igl.signed_distance(points, vertices, thing.mesh.faces.astype(np.int64), sign_type=kind)[0]
    ours = thing.solid.distance(points)
    outside = reference > 0.002
    assert np.abs(ours - reference)[outside].max() < 0.002
    assert np.all(ours[outside] > 0)


def test_a_grasp_touches_and_does_not_pierce():
    hand = actor("male").hands["right"]
    thing = prop("bottle")
    grasp = solve_grasp(hand, thing, Hold((-0.034, 0.08, 0), (1, 0, 0), (0, 0, 1)))
    skin = hand.skin(grasp.closed[None])[0] @ grasp.rotation.T + grasp.position
    distance = thing.solid.distance(skin)
    assert distance.min() > -0.0025
    touching = {int(p) for p in hand.part[distance < 0.002]}
    assert {2, 5, 8, 11} & touching and {14, 15} & touching and 0 in touching


def test_tokens_follow_the_format():
    assert tokens("A person steps back and hands it over.")[:3] == ("A/DET", "person/NOUN", "step/VERB")
    assert tokens("Someone takes a few steps.")[-1] == "step/NOUN"
    with pytest.raises(KeyError):
        tokens("A person xylophones.")


@pytest.fixture(scope="module")
def parent() -> Clip:
    return read_clip(next(r for r in open_path(demo_root()).refs if r.id == "demo_pass_bottle"))


@pytest.mark.parametrize("kind", KINDS)
def test_corruptions_grow_with_level_and_repeat(parent, kind):
    def change(clip: Clip) -> float:
        pose = np.abs(clip.body.full_pose() - parent.body.full_pose()).sum()
        place = np.abs(clip.objects[0].parts[0].translation - parent.objects[0].parts[0].translation).sum()
        return float(pose + place + np.abs(clip.body.transl - parent.body.transl).sum())

    strong, weak = corrupt(parent, kind, 1.0, 5), corrupt(parent, kind, 0.4, 5)
    assert 0 < change(weak) < change(strong)
    assert change(corrupt(parent, kind, 0.0, 5)) < 1e-3
    again = corrupt(parent, kind, 1.0, 5)
    assert np.array_equal(again.body.body_pose, strong.body.body_pose)
    assert strong.metadata["parent"] == parent.id and strong.metadata["corruption"] == kind
    assert strong.id == f"{parent.id}__{kind}"


def test_an_unknown_corruption_is_refused(parent):
    with pytest.raises(ValueError, match="melted"):
        corrupt(parent, "melted")


def test_regenerating_gives_the_baked_numbers(parent):
    fresh = perform_clip(SCENARIOS["pass_bottle"])
    assert np.array_equal(perform_clip(SCENARIOS["pass_bottle"]).body.body_pose, fresh.body.body_pose)
    # The files were made on one machine's linear algebra; another's may round differently.
    assert np.abs(fresh.body.full_pose() - parent.body.full_pose()).max() < 2e-3
    assert np.abs(fresh.body.transl - parent.body.transl).max() < 1e-3
    assert np.abs(fresh.objects[0].parts[0].translation - parent.objects[0].parts[0].translation).max() < 1e-4


def test_another_seed_is_another_performance():
    a, b = (SCENARIOS["push_table"].script(seed) for seed in (1, 2))
    assert a.feet.steps[-1].place != b.feet.steps[-1].place
