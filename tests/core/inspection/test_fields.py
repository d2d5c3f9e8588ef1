"""Posing and fields: streaming order, cancelling, missing frames, several parts, clips without objects, references."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from interact_core.clip import ObjectMotion
from interact_core.errors import Cancelled, InputError
from interact_core.inspection.fields import distance_fields
from interact_core.inspection.inspect import inspect_clip
from interact_core.inspection.measures_doc import render
from interact_core.inspection.posed import chunk_order, pose_clip
from interact_core.inspection.signals import hysteresis, settle
from interact_core.inspection.thresholds import Thresholds, thresholds_from


class StopAfter:
    def __init__(self, checkpoints: int) -> None:
        self.left = checkpoints
        self.fractions: list[float] = []

    def progress(self, fraction: float, stage: str = "", metrics: object = None) -> None:
        self.fractions.append(fraction)

    def checkpoint(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Cancelled


def test_chunks_cover_everything_nearest_first() -> None:
    order = chunk_order(100, 8, 50)
    assert order[0] == slice(48, 56)
    assert sorted(f for s in order for f in range(s.start, s.stop)) == list(range(100))
    distances = [min(abs(50 - s.start), abs(50 - s.stop + 1)) for s in order]
    assert all(b >= a - 8 for a, b in pairwise(distances))


def test_posing_streams_in_place(stage) -> None:
    seen: list[tuple[int, int, float]] = []
    posed = pose_clip(
        stage.clip(70), on_chunk=lambda a, b, so_far: seen.append((a, b, so_far.ready.mean())), priority_frame=69
    )  # fmt: skip
    assert seen[0][:2] == (64, 70)
    assert [round(s[2] * 70) for s in seen] == [6, 38, 70]
    assert np.isfinite(posed.body_vertices).all() and np.isfinite(posed.object_vertices).all()


def test_both_ways_against_libigl(stage, grids: Path) -> None:
    import igl

    posed = pose_clip(stage.clip(3, path=np.tile(stage.under_palm(-0.01), (3, 1)) + np.arange(3)[:, None] * [0.01, 0.004, 0]))
    fields = distance_fields(posed, grids)
    skin = posed.choice.model.closed_skin_faces.astype(np.int64)
    for t in range(3):
        body, thing = posed.body_vertices[t].astype(float), posed.object_vertices[t].astype(float)
        for points, vertices, faces, got in (
            (body, thing, posed.object_faces.astype(np.int64), fields.body_signed_distance[t]),
            (thing, body, skin, fields.object_signed_distance[t]),
        ):
            truth = np.sqrt(igl.point_mesh_squared_distance(points, vertices, faces)[0])
            inside = igl.fast_winding_number(vertices, faces, points) > 0.5
            near = truth < 0.05
            assert np.percentile(np.abs(np.abs(got) - truth)[near], 99) < 1e-3
            sure = near & (truth > 0.002)
            assert ((got < 0) == inside)[sure].mean() > 0.995


def test_a_nearer_clamp_outside_leaves_depth_and_contact(stage, grids: Path) -> None:
    posed = pose_clip(stage.clip(3, path=np.tile(stage.under_palm(-0.02), (3, 1)) + np.arange(3)[:, None] * [0.01, 0.01, 0]))
    whole, cut = (distance_fields(posed, grids, outer=outer).object_signed_distance for outer in (None, 0.04))
    np.testing.assert_allclose(cut, np.minimum(whole, 0.04), atol=2e-6)
    assert whole.min() < -0.01
    assert (whole > 0.05).any()


def test_cancelling_is_answered_at_the_next_chunk(stage, grids: Path) -> None:
    posed = pose_clip(stage.clip(64))
    context = StopAfter(2)
    chunks: list[int] = []
    with pytest.raises(Cancelled):
        distance_fields(posed, grids, context=context, on_chunk=lambda a, b, f: chunks.append(a))
    assert len(chunks) <= 6
    assert context.fractions == sorted(context.fractions)


def test_fields_start_where_you_look(stage, grids: Path) -> None:
    chunks: list[tuple[int, int]] = []
    fields = distance_fields(
        pose_clip(stage.clip(40)), grids, on_chunk=lambda a, b, f: chunks.append((a, b)), priority_frame=30
    )  # fmt: skip
    assert chunks[0] == (24, 32)
    assert fields.ready.all()


def test_missing_frames_count_nowhere(stage, inspected) -> None:
    missing = np.zeros(40, bool)
    missing[10:20] = True
    path = np.tile(stage.under_palm(-0.02), (40, 1))
    _, fields, inspection = inspected(stage.clip(path=path, missing=missing))
    assert np.isnan(fields.body_signed_distance[10:20]).all() and np.isnan(fields.object_signed_distance[10:20]).all()
    for name in ("penetration_max", "contact_left_hand", "paper_contact_ratio", "ground_penetration_object"):
        assert (np.isnan(inspection.tracks[name].values) == missing).all(), name
    assert not any(10 <= a.peak_frame < 20 for a in inspection.artifacts if a.kind == "penetration")


def test_without_objects_the_body_is_still_measured(stage, inspected) -> None:
    walk = 0.4 * np.arange(40)[:, None] / 30 * [[1.0, 0, 0]]
    posed, fields, inspection = inspected(stage.clip(walk=walk, box=False))
    assert posed.object_vertices.shape == (40, 0, 3)
    assert fields.object_signed_distance.shape == (40, 0) and fields.thin_shell == ()
    assert {a.kind for a in inspection.artifacts} == {"foot_skate"}
    assert not inspection.fields and "penetration_max" not in inspection.tracks


def test_two_parts_give_the_nearer_one(stage, inspected) -> None:
    clip = stage.clip(8, path=np.tile(stage.under_palm(0.004), (8, 1)))
    part = clip.objects[0].parts[0]
    far = replace(part, name="lid", translation=part.translation + np.array([1.0, 0, 0]), parent="box")
    posed, fields, inspection = inspected(replace(clip, objects=(ObjectMotion("case", (part, far)),)))
    assert posed.part_names == ("case/box", "case/lid")
    assert posed.object_faces.max() == posed.object_vertices.shape[1] - 1
    alone = inspected(clip)[1]
    assert np.allclose(np.minimum(fields.body_signed_distance, 0.1), np.minimum(alone.body_signed_distance, 0.1), atol=1e-6)
    assert inspection.tracks["contact_case/box_top"].values.all()


def test_unposed_frames_stay_out(stage, grids: Path) -> None:
    posed = pose_clip(stage.clip(16))
    for array in (posed.body_vertices, posed.joints, posed.object_vertices):
        array[8:] = np.nan
    posed.ready[8:] = False
    fields = distance_fields(posed, grids)
    inspection = inspect_clip(posed, fields)
    assert fields.ready.tolist() == [True] * 8 + [False] * 8
    assert np.isnan(inspection.tracks["penetration_max"].values[8:]).all()
    assert np.isfinite(inspection.tracks["penetration_max"].values[:8]).all()


def test_hysteresis_and_settling() -> None:
    values = np.array([0.05, 0.03, 0.019, 0.03, 0.034, 0.036, 0.03, np.nan, 0.01])
    assert hysteresis(values, 0.02, 0.035).tolist() == [False, False, True, True, True, False, False, False, True]
    bits = np.array([1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0], bool)
    assert settle(bits, 3).astype(int).tolist() == [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]


def test_the_document_is_the_table() -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / "measures.md"
    assert page.read_text(encoding="utf-8") == render(), "run python -m interact_core.inspection.measures_doc docs/measures.md"


def test_thresholds_can_be_overridden_and_only_by_name(stage, grids: Path) -> None:
    assert thresholds_from({"gap": 0.02}).severe("gap") == pytest.approx(2 * Thresholds().severe("gap"))
    posed = pose_clip(stage.clip(8, path=np.tile(stage.under_palm(-0.02), (8, 1))))
    fields = distance_fields(posed, grids)
    assert inspect_clip(posed, fields, {"penetration": 0.2}).artifacts == ()
    assert inspect_clip(posed, fields).artifacts
    with pytest.raises(InputError, match="no threshold 'gapp'"):
        inspect_clip(posed, fields, {"gapp": 1.0})
    with pytest.raises(InputError, match="positive"):
        thresholds_from({"gap": -1.0})


def test_swing_and_twist_compose_to_the_rotation() -> None:
    from scipy.spatial.transform import Rotation

    from interact_core.inspection.swing_twist import swing_twist

    rng = np.random.default_rng(0)
    vectors, axis = rng.normal(size=(300, 3)) * 1.5, np.array([0.6, 0.0, 0.8])
    swing, twist = swing_twist(vectors, axis)
    again = Rotation.from_rotvec(swing) * Rotation.from_rotvec(twist[:, None] * axis)
    assert (again * Rotation.from_rotvec(vectors).inv()).magnitude().max() < 1e-9
    assert np.abs(swing @ axis).max() < 1e-9
