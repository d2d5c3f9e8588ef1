"""Better and worse, dead bands, order; difference fields against plain numpy."""

import numpy as np
import pytest

from interact_core.compare import compare_figures, difference
from interact_core.compare.directions import direction_of
from interact_core.errors import InputError
from interact_core.inspection import DistanceFields, PosedClip


def figures(**values: float | None) -> dict[str, dict[str, object]]:
    units = {"penetration": "m", "contact": "%", "jerk": "m/s^3", "foot": "m", "gap": "m"}
    return {k: {"title": k, "value": v, "unit": units[k.split("_")[0]], "group": "", "worst_frame": 3} for k, v in values.items()}


def test_verdicts_by_each_measures_direction() -> None:
    before = figures(penetration_max=0.030, contact_right_hand=80.0, jerk_body=100.0, contact_head=5.0, foot_height_left=0.0)
    after = figures(penetration_max=0.010, contact_right_hand=60.0, jerk_body=103.0, contact_head=50.0, foot_height_left=0.02)
    found = {row.measure: row.verdict for row in compare_figures(before, after).rows}
    assert found == {
        "penetration_max": "better", "contact_right_hand": "worse", "jerk_body": "same", "contact_head": "changed",
        "foot_height_left": "changed",
    }  # fmt: skip


def test_the_dead_band_is_absolute_for_small_and_relative_for_large_figures() -> None:
    def verdict(a: float, b: float) -> str:
        return compare_figures(figures(penetration_max=a), figures(penetration_max=b)).rows[0].verdict

    assert verdict(0.0, 0.0004) == "same" and verdict(0.0, 0.0006) == "worse"
    assert verdict(0.100, 0.104) == "same" and verdict(0.100, 0.106) == "worse" and verdict(0.1, 0.09) == "better"


def test_worst_regressions_first_then_the_best() -> None:
    before = figures(penetration_max=0.010, penetration_mean=0.010, jerk_body=100.0, jerk_object=100.0, contact_object=50.0)
    after = figures(penetration_max=0.012, penetration_mean=0.030, jerk_body=20.0, jerk_object=60.0, contact_object=50.1)
    rows = compare_figures(before, after)
    assert [r.measure for r in rows.rows] == ["penetration_mean", "penetration_max", "jerk_body", "jerk_object", "contact_object"]
    assert len(rows.worse) == 2 and len(rows.better) == 2 and rows.row("jerk_body").change == -80


def test_what_only_one_side_measured() -> None:
    before, after = figures(gap_left_hand=None, gap_right_hand=0.01), figures(gap_left_hand=0.02, gap_right_hand=None)
    found = {row.measure: row.verdict for row in compare_figures(before, after).rows}
    assert found == {"gap_left_hand": "only after", "gap_right_hand": "only before"}
    assert compare_figures(figures(gap_left_hand=None), figures(gap_left_hand=None)).rows[0].verdict == "same"


def test_what_is_not_touched_is_not_listed() -> None:
    (row,) = compare_figures({}, figures(contact_head=40.0)).rows
    assert (row.before, row.after, row.verdict) == (0.0, 40.0, "changed")


def test_every_measure_of_a_real_inspection_has_a_direction_that_was_meant() -> None:
    less = ("penetration_max", "gap_right_hand", "object_unsupported", "foot_skate_left", "ground_penetration_body", "jerk_body",
            "hand_range", "wrist_twist_left", "wrist_flip", "paper_penetration")  # fmt: skip
    assert {direction_of(name) for name in less} == {"less"}
    assert {direction_of(n) for n in ("contact_object", "contact_left_hand", "paper_contact_ratio")} == {"more"}
    assert {direction_of(n) for n in ("contact_box_top", "contact_chest", "foot_height_right")} == {"none"}


def posed(seed: int, body: int = 7) -> PosedClip:
    rng = np.random.default_rng(seed)
    some = lambda n: rng.normal(size=(5, n, 3)).astype(np.float32)  # noqa: E731
    none = np.zeros((0, 3), np.int32)
    clip = type("C", (), {"num_frames": 5, "id": "x"})()
    return PosedClip(clip, None, some(body), some(52), some(4), none, (slice(0, 4),), ("o",), np.ones(5, bool))  # type: ignore[arg-type]


def distances(seed: int) -> DistanceFields:
    rng = np.random.default_rng(seed)
    some = lambda n: rng.normal(0, 0.02, (5, n)).astype(np.float32)  # noqa: E731
    return DistanceFields(some(7), some(4), (False,), 0.1, np.ones(5, bool))


def test_difference_fields() -> None:
    a, b, da, db = posed(0), posed(1), distances(0), distances(1)
    found = difference(a, b, (da, db))
    way = np.sqrt(((b.body_vertices.astype(float) - a.body_vertices) ** 2).sum(-1))
    assert np.allclose(found.fields["body_displacement"].values, way, atol=1e-6)
    deeper = np.clip(-db.object_signed_distance, 0, None) - np.clip(-da.object_signed_distance, 0, None)
    assert np.allclose(found.fields["object_penetration_change"].values, deeper)
    joints = np.sqrt(((b.joints - a.joints) ** 2).sum(-1))
    assert np.allclose(found.tracks["difference_body"].values, joints[:, :22].mean(1), atol=1e-6)
    assert set(difference(a, b).fields) == {"body_displacement", "object_displacement"}


def test_a_long_clip_keeps_no_field_in_memory() -> None:
    """The rows of a field are made when they are read: no array of frames times vertices stays."""
    a, b = posed(0), posed(1)
    values = difference(a, b).fields["body_displacement"].values
    assert not isinstance(values, np.ndarray) and values.shape == a.body_vertices.shape[:2]
    row = np.linalg.norm(b.body_vertices[2] - a.body_vertices[2], axis=-1)
    assert np.allclose(values[2], row) and values[2, 3] == row[3]
    b.body_vertices[2] += 1.0
    assert not np.allclose(values[2], row), "nothing was kept"


def test_other_surfaces_have_no_difference() -> None:
    with pytest.raises(InputError, match="vertices"):
        difference(posed(0), posed(1, body=8))
