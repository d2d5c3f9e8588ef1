"""The world: one seed one world, shapes apart from actions, bodies that stand, hold and do not sink in."""

import numpy as np
import torch

from interact_core.clip.skeleton import joint_array
from interact_core.generate.motion import HANDS
from interact_core.generate.world.batches import motion_of
from interact_core.generate.world.clips import mesh_of
from interact_core.generate.world.families import draw_kinds, draw_shapes
from interact_core.generate.world.phrases import HELD_OUT, sentence
from interact_core.generate.world.plan import ACTIONS, FPS
from interact_core.generate.world.scene import Scenes, draw_scenes
from interact_core.generate.world.shapes import BALL, BOX, CYLINDER, FAMILIES, SIZES

FEET = joint_array("left_ankle", "right_ankle")


def test_same_seed_same_world() -> None:
    a, b = draw_scenes(9, 12, 24), draw_scenes(9, 12, 24)
    assert a.words == b.words
    assert np.array_equal(a.posed.joints, b.posed.joints) and np.array_equal(a.place, b.place)
    assert not np.array_equal(a.posed.joints, draw_scenes(10, 12, 24).posed.joints)


def mutual_information(a: np.ndarray, b: np.ndarray, na: int, nb: int) -> float:
    """Bits that one tells about the other."""
    joint = np.histogram2d(a, b, bins=(np.arange(na + 1) - 0.5, np.arange(nb + 1) - 0.5))[0] / len(a)
    apart = joint.sum(1, keepdims=True) * joint.sum(0, keepdims=True)
    seen = joint > 0
    return float((joint[seen] * np.log2(joint[seen] / apart[seen])).sum())


def test_shape_and_size_do_not_tell_the_action() -> None:
    """Of log2(11) = 3.5 bits; what is there comes from sitting, which needs a seat, and from chance."""
    scenes = draw_scenes(1, 3000, 8)
    sits = scenes.action == ACTIONS.index("sit")
    rest = ~sits
    action, family, size = scenes.action[rest], scenes.shapes.family[rest], scenes.shapes.size_class[rest]
    assert mutual_information(action, family, len(ACTIONS), len(FAMILIES)) < 0.04
    assert mutual_information(action, size, len(ACTIONS), len(SIZES)) < 0.02
    assert set(np.unique(scenes.action)) == set(range(len(ACTIONS)))
    assert len(np.unique(scenes.shapes.family[sits])) >= 5


def test_bodies_are_whole_and_stand(scenes: Scenes) -> None:
    assert np.isfinite(scenes.posed.joints).all() and np.isfinite(scenes.posed.rotations).all()
    rotations = scenes.posed.rotations
    assert np.abs(rotations @ np.swapaxes(rotations, -1, -2) - np.eye(3)).max() < 1e-4
    speed = np.linalg.norm(np.diff(scenes.posed.joints[:, :, FEET], axis=1), axis=-1) * FPS
    planted = scenes.planted[:, 1:] & scenes.planted[:, :-1]
    assert speed[planted].mean() < 0.03
    assert scenes.posed.joints[..., 1].min() > -0.02


def test_hands_that_hold_are_on_the_thing() -> None:
    scenes = draw_scenes(3, 55, 72, np.arange(55) % len(ACTIONS))
    reach = torch.linalg.vector_norm(motion_of(scenes).reach[..., HANDS, :], dim=-1).numpy()
    gaps = reach[scenes.touching]
    assert np.median(gaps) < 0.01
    assert np.mean(gaps < 0.03) > 0.9


def test_nearest_points_against_dense_samples_of_the_surface() -> None:
    rng = np.random.default_rng(0)
    family, size = np.arange(len(FAMILIES)), np.full(len(FAMILIES), 1)
    shapes = draw_shapes(rng, family, size)
    points = rng.uniform(-0.4, 0.4, (len(FAMILIES), 60, 3)).astype(np.float32)
    place, distance = shapes.nearest(points)
    for k in range(len(FAMILIES)):
        surface = mesh_of(shapes, k).vertices
        sampled = np.linalg.norm(points[k][:, None] - surface[None], axis=-1).min(1)
        outside = distance[k] > 0
        # Vertices lie within about 1.5 cm of each other, and pieces may cover each other's.
        assert np.all(np.abs(sampled - distance[k])[outside] < 0.02), FAMILIES[k]
        length = np.linalg.norm(points[k] - place[k], axis=-1)
        assert np.allclose(length, np.abs(distance[k]), atol=1e-5)


def test_distance_inside_by_hand() -> None:
    shapes = draw_shapes(np.random.default_rng(1), np.array([FAMILIES.index(n) for n in ("box", "ball", "can")]), np.ones(3, int))
    assert [int(k) for k in shapes.kind[:, 0]] == [BOX, BALL, CYLINDER]
    _, distance = shapes.nearest(np.zeros((3, 1, 3), np.float32))
    wanted = [shapes.half[0].min(), shapes.half[1, 0], min(shapes.half[2, 0], shapes.half[2, 1])]
    assert np.allclose(distance[:, 0], -np.array(wanted), atol=1e-5)


def test_every_family_has_every_size() -> None:
    family, size = draw_kinds(np.random.default_rng(0), 2000)
    assert len(np.unique(family * 3 + size)) == len(FAMILIES) * len(SIZES)


def test_held_out_wordings_are_never_drawn() -> None:
    rng = np.random.default_rng(0)
    drawn = " | ".join(draw_scenes(4, 400, 8).words)
    for verbs in HELD_OUT.values():
        for verb in verbs:
            assert verb.split("{o}")[0].strip() + " " not in drawn or verb.startswith("{o}")
    assert sentence(rng, "kick", "box", 0, held_out=True) not in drawn
