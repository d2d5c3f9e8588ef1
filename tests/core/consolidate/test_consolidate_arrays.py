"""Derived arrays against references written another way: loops, brute force, finite differences, the note's figures."""

import numpy as np
import pytest

from interact_core.bodies.markers import MARKER_NAMES
from interact_core.clip import Betas, RestJoints
from interact_core.consolidate.derived.bps import bps, bps_normalised
from interact_core.consolidate.derived.feet import standing
from interact_core.consolidate.derived.light import Thing, light_arrays
from interact_core.consolidate.derived.motion_vector import motion_vector, relation_of
from interact_core.consolidate.derived.relation import nearest_samples
from interact_core.consolidate.derived.samples import sample_points, stride_ids
from interact_core.formats.meshes import read_mesh
from interact_core.geometry.rotations import axis_angle_to_matrix

T = 9


@pytest.fixture
def scene(rng):
    """markers (T, 77, 3), rotation, translation, samples (340, 3)."""
    rotation = axis_angle_to_matrix(rng.normal(size=(T, 3)))
    return rng.normal(size=(T, 77, 3)), rotation, rng.normal(size=(T, 3)), rng.normal(size=(340, 3)) * 0.3


@pytest.fixture
def rng():
    return np.random.default_rng(4)


def brute(query, rotation, translation, samples):
    """One query, by looking at every posed sample: index, way in the world, place at rest."""
    posed = np.array([rotation @ s + translation for s in samples])
    index = int(np.argmin([np.linalg.norm(p - query) for p in posed]))
    return index, posed[index] - query, samples[index]


def test_the_nearest_sample_is_the_one_that_looking_at_all_finds(scene):
    markers, rotation, translation, samples = scene
    found = nearest_samples(markers, rotation, translation, samples)
    for t in (0, 4, T - 1):
        for k in (0, 13, 76):
            index, away, rest = brute(markers[t, k], rotation[t], translation[t], samples)
            assert found.index[t, k] == index
            np.testing.assert_allclose(found.away[t, k], away, atol=1e-12)
            np.testing.assert_array_equal(found.rest[t, k], rest)


@pytest.mark.parametrize("compat", [True, False])
def test_the_motion_vector_decodes_to_what_went_in(scene, compat):
    markers, rotation, translation, samples = scene
    vector = motion_vector(markers, rotation, translation, samples, 30.0, compat=compat)
    assert vector.shape == (T, 962)
    assert vector.dtype == (np.float64 if compat else np.float32)
    close = {"atol": 1e-12 if compat else 1e-5}
    np.testing.assert_allclose(vector[:, :231].reshape(T, 77, 3), markers, **close)
    for t in range(T - 1):  # steps per frame, the last row zero
        np.testing.assert_allclose(vector[t, 231:462], (markers[t + 1] - markers[t]).ravel(), **close)
        np.testing.assert_allclose(vector[t, 491:494], translation[t + 1] - translation[t], **close)
        np.testing.assert_allclose(vector[t, 485:491], (rotation[t + 1] - rotation[t])[:2].ravel(), **close)
    assert not vector[-1, 231:462].any() and not vector[-1, 485:494].any()
    np.testing.assert_allclose(vector[:, 476:482], [np.r_[r[0], r[1]] for r in rotation], **close)  # rows, not columns
    np.testing.assert_allclose(vector[:, 482:485], translation, **close)
    ways, places = relation_of(vector, compat=compat)
    for t in (0, 5):
        for k, query in ((3, markers[t, 3]), (77, translation[t] * [1, 0, 1])):
            _, away, rest = brute(query, rotation[t], translation[t], samples)
            np.testing.assert_allclose(ways[t, k], away, **close)
            np.testing.assert_allclose(places[t, k], rest, **close)


def test_the_published_quirks_are_only_in_the_published_form(scene):
    markers, rotation, translation, samples = scene
    published = motion_vector(markers, rotation, translation, samples, 30.0, compat=True)
    corrected = motion_vector(markers, rotation, translation, samples, 30.0, compat=False)
    leg = [29, 30, 18, 19, 7, 2, 15, 61, 52, 53, 40, 34, 49, 40]  # the note, section 6.6
    np.testing.assert_array_equal(published[:, 462:476], markers[:, leg, 1])
    np.testing.assert_array_equal(published[:, 472], published[:, 475])  # marker 40 twice
    real = [16, 20, 21, 25, 32, 50, 54, 55, 59, 64]  # the note, D12
    np.testing.assert_allclose(corrected[:, 462:472], markers[:, real, 1], atol=1e-6)
    names = {MARKER_NAMES[k][1:] for k in real}
    assert names == {"HEE", "MT1", "MT5", "RSTBEEF", "TOE"}
    assert set(np.unique(corrected[:, 472:476])) <= {0.0, 1.0}
    np.testing.assert_allclose(corrected[:, :462], published[:, :462], atol=1e-6)
    # Published: way and place alternate; corrected: a block of ways, a block of places.
    np.testing.assert_allclose(corrected[:, 494:497], published[:, 494:497], atol=1e-6)
    np.testing.assert_allclose(corrected[:, 497:500], published[:, 500:503], atol=1e-6)
    np.testing.assert_allclose(corrected[:, 728:731], published[:, 497:500], atol=1e-6)


def test_a_foot_stands_where_it_is_low_and_slow():
    frames = np.arange(60)
    height = np.where(frames < 20, 0.03, np.where(frames < 40, 0.03 + 0.02 * (frames - 20), 0.43))
    forward = np.where(frames < 20, 0.0, 0.02 * (frames - 20))
    flags = standing(np.stack([np.zeros(60), height, forward], -1)[:, None], 30.0)[:, 0]
    assert flags[:19].all()
    assert not flags[22:].any()  # later high; and what slides at 0.6 m/s does not stand either


def test_samples_are_the_shipped_ones(shared_data):
    for name in ("woodchair", "largetable", "largebox"):
        folder = shared_data / "intermimic" / "objects" / name
        vertices = read_mesh(folder / f"{name}.obj").vertices
        shipped = np.load(folder / "sample_points.npy")
        made = sample_points(vertices, stride_ids(len(vertices)))
        assert made.shape == shipped.shape and made.dtype == shipped.dtype
        np.testing.assert_allclose(made, shipped, atol=5e-8)  # our meshes are float32


def test_a_small_mesh_gives_its_vertices_again():
    ids = stride_ids(8)
    assert len(ids) == 340 and set(ids.tolist()) == set(range(8))


def test_codes_by_brute_force(rng):
    """The basis as the note tells it: legacy generator, seed 13, directions first, then cube roots as radii."""
    old = np.random.RandomState(13)
    directions = old.normal(size=(1024, 3))
    basis = directions / np.sqrt((directions**2).sum(1))[:, None] * np.cbrt(old.uniform(size=(1024, 1)))
    vertices = rng.normal(size=(50, 3)) * 0.4
    code = bps(vertices)
    assert code.shape == (1, 1024, 3) and code.dtype == np.float32
    distances = np.linalg.norm(basis[:, None] - vertices[None], axis=-1)
    np.testing.assert_allclose(code[0], vertices[distances.argmin(1)] - basis, atol=1e-6)
    normalised = bps_normalised(vertices)
    scale = normalised[-1]
    assert normalised.shape == (3073,)
    assert np.linalg.norm(vertices / scale, axis=1).max() == pytest.approx(0.95, abs=1e-6)
    np.testing.assert_allclose(normalised[:-1].reshape(1, 1024, 3), bps(vertices / np.float64(scale)), atol=1e-5)


def test_light_by_its_layout(make, rng):
    clip = make(frames=70)
    part = clip.objects[0].parts[0]
    joints, samples = rng.normal(size=(70, 52, 3)) * 0.3, rng.normal(size=(340, 3)) * 0.2
    thing = Thing(part.rotation, part.translation, part.mesh.vertices, samples, bps(part.mesh.vertices))
    arrays = light_arrays(clip.body, joints, thing, ["One.", "Two."], "demo_ball", 30.0, 64)
    motion = arrays["motion"]
    assert motion.shape == (64, 195) and int(arrays["length"]) == 64
    t = 31
    np.testing.assert_allclose(motion[t, :156], joints[t].ravel(), atol=1e-6)
    fingers = [np.sqrt((v**2).sum()) for v in (*clip.body.left_hand_pose[t], *clip.body.right_hand_pose[t])]
    np.testing.assert_allclose(motion[t, 156:186], fingers, atol=1e-6)
    np.testing.assert_allclose(motion[t, 186:192], part.rotation[t][:2].ravel(), atol=1e-6)
    np.testing.assert_allclose(motion[t, 192:], part.translation[t], atol=1e-6)
    index, away, _ = brute(joints[t, 40], part.rotation[t].astype(float), part.translation[t].astype(float), samples)
    distance = np.linalg.norm(away)
    assert arrays["object_cids"][t, 40] == index
    assert arrays["dist"][t, 40] == pytest.approx(np.exp(-5 * distance), abs=1e-6)
    np.testing.assert_array_equal(arrays["contact_ids"] > 0, -np.log(arrays["dist"]) / 5 < 0.03)
    assert [entry["caption"] for entry in arrays["text"]] == ["One.", "Two."]
    np.testing.assert_array_equal(arrays["beta"][10:], [0, 1, 0])  # male, female, neutral
    assert isinstance(clip.body.shape, Betas)
    np.testing.assert_allclose(arrays["beta"][:10], clip.body.shape.values)
    assert arrays["foot_contact"].shape == (64, 4)  # what the published script forgot


def test_a_shape_without_betas_is_told_as_zeros(make, rng):
    from dataclasses import replace

    clip = make(frames=60)
    part = clip.objects[0].parts[0]
    thing = Thing(part.rotation, part.translation, part.mesh.vertices, rng.normal(size=(340, 3)), bps(part.mesh.vertices))
    body = replace(clip.body, shape=RestJoints(np.zeros((52, 3), np.float32)), gender="neutral")
    beta = light_arrays(body, rng.normal(size=(60, 52, 3)), thing, [], "x", 30.0, 300)["beta"]
    np.testing.assert_array_equal(beta, [*[0] * 12, 1])
