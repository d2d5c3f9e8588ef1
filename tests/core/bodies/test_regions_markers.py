"""Regions cover the skin once, palms look down, markers sit where their names say."""

import numpy as np
import pytest

from interact_core.bodies.library import open_body
from interact_core.bodies.markers import MARKER_NAMES, MIRRORED, marker_ids
from interact_core.bodies.regions import HAND_PARTS, REGION_NAMES
from interact_core.bodies.surface import border_loops, closed_skin, vertex_normals
from interact_core.clip.skeleton import JOINT_INDEX

BODY = open_body("neutral")


def test_every_vertex_has_one_region_and_every_region_vertices() -> None:
    regions = BODY.regions
    assert regions.vertex_region.shape == (BODY.num_vertices,)
    assert regions.vertex_region.min() >= 0
    counts = np.bincount(regions.vertex_region, minlength=len(regions.names))
    assert {regions.names[i] for i in np.flatnonzero(counts == 0)} == set()
    assert sum(regions.mask(name).sum() for name in regions.names) == BODY.num_vertices


def test_sixteen_parts_per_hand() -> None:
    assert len(HAND_PARTS) == 16
    for side in ("left", "right"):
        members = BODY.regions.groups[f"{side}_hand"]
        assert len(members) == 16 and set(members) <= set(REGION_NAMES)
        assert 900 < BODY.regions.mask(f"{side}_hand").sum() < 2500


def test_left_regions_are_on_the_left() -> None:
    for name in REGION_NAMES:
        side = name.split("_")[0]
        if side in ("left", "right"):
            x = BODY.template[BODY.regions.vertices(name), 0]
            assert (x.min() > -1e-6) if side == "left" else (x.max() < 1e-6), name


def test_regions_mirror() -> None:
    for name in REGION_NAMES:
        if name.startswith("left_"):
            off_middle = np.abs(BODY.template[:, 0]) > 1e-6
            left, right = (int((BODY.regions.mask(n) & off_middle).sum()) for n in (name, "right_" + name[5:]))
            assert abs(left - right) <= max(2, 0.02 * left), name


def test_inner_hand_is_the_palm_side() -> None:
    inner, normals = BODY.regions.inner_hand, vertex_normals(BODY.template, BODY.faces)
    hands = BODY.regions.mask("left_hand") | BODY.regions.mask("right_hand")
    assert not (inner & ~hands).any()
    assert 0.3 < inner.sum() / hands.sum() < 0.6
    assert normals[inner, 1].mean() < -0.5
    assert not inner[hands & (normals[:, 1] > 0.9)].any()


def test_soles_touch_the_floor() -> None:
    floor = BODY.template[:, 1].min()
    for side in ("left", "right"):
        sole = BODY.template[BODY.regions.vertices(f"{side}_sole")]
        assert sole[:, 1].min() < floor + 0.005 and sole[:, 1].max() < floor + 0.05
        assert np.ptp(sole[:, 2]) > 0.15  # heel to toes


def test_seat_is_behind_and_below_the_pelvis() -> None:
    seat = BODY.template[BODY.regions.vertices("seat")]
    assert seat[:, 2].mean() < BODY.template_joints[0, 2] and len(seat) > 100


def test_markers_are_distinct_and_named() -> None:
    assert len(MARKER_NAMES) == len(set(MARKER_NAMES)) == 77
    assert len(set(BODY.marker_vertices.tolist())) == 77
    assert BODY.marker_vertices.max() < BODY.num_vertices


@pytest.mark.parametrize(("left", "right"), MIRRORED)
def test_mirrored_markers(left: str, right: str) -> None:
    at = dict(zip(MARKER_NAMES, BODY.template[BODY.marker_vertices], strict=True))
    assert at[left][0] > 0
    np.testing.assert_allclose(at[left] * [-1, 1, 1], at[right], atol=1e-6)


def test_markers_sit_on_their_bones() -> None:
    at = dict(zip(MARKER_NAMES, BODY.template[BODY.marker_vertices].astype(float), strict=True))
    joint = {name: BODY.template_joints[i].astype(float) for name, i in JOINT_INDEX.items()}
    near = {
        "LKNE": "left_knee", "LELB": "left_elbow", "LANK": "left_ankle", "LIWR": "left_wrist", "LSHO": "left_shoulder",
        "LTOE": "left_foot", "LINDEXTIP": "left_index3", "LTHUMBTIP": "left_thumb3", "C7": "neck", "LHEE": "left_ankle",
    }  # fmt: skip
    for marker, name in near.items():
        assert np.linalg.norm(at[marker] - joint[name]) < 0.13, marker
    assert at["LKNE"][0] > at["LKNI"][0] and at["LMT5"][0] > at["LMT1"][0]
    assert at["CLAV"][2] > 0 > at["T8"][2] and at["STRN"][1] > at["MBLLY"][1]
    assert at["LFHD"][2] > at["LBHD"][2] and at["LFHD"][1] > joint["head"][1]


def test_published_ids() -> None:
    assert marker_ids(6890)[0] == 3470 and marker_ids(10475)[57] == 7458
    assert len(set(marker_ids(6890).tolist())) == len(set(marker_ids(10475).tolist())) == 77
    with pytest.raises(KeyError):
        marker_ids(123)


def test_closed_skin_drops_islands_and_caps_holes() -> None:
    import trimesh

    sphere, island = trimesh.creation.icosphere(2), trimesh.creation.box()
    open_faces = np.concatenate([sphere.faces[20:], island.faces + len(sphere.vertices)])
    closed = closed_skin(open_faces)
    assert border_loops(closed) == []
    repaired = trimesh.Trimesh(sphere.vertices, closed, process=False)
    assert repaired.is_watertight and repaired.is_winding_consistent and repaired.volume > 0
