"""Refining short clips from end to end: faults go, what was right stays, bad cases end sanely."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from interact_core.clip import Clip, Mesh, ObjectMotion, ObjectPart  # noqa: E402
from interact_core.errors import Cancelled, InputError  # noqa: E402
from interact_core.refine.options import DEFAULT, PRESETS, RefineOptions, options_for  # noqa: E402
from interact_core.refine.refine import refine_clip  # noqa: E402
from interact_core.refine.report import Preview  # noqa: E402

Figures = Callable[[Clip], dict[str, float]]
QUICK = replace(DEFAULT, effort=4)


class Watch:
    """A context that notes its progress and cancels after `stop` checkpoints."""

    def __init__(self, stop: int | None = None) -> None:
        self.seen: list[tuple[float, str]] = []
        self._left = stop

    def progress(self, fraction: float, stage: str = "", metrics: object = None) -> None:
        self.seen.append((fraction, stage))

    def checkpoint(self) -> None:
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                raise Cancelled


def test_a_hand_in_a_box_comes_out(desk, grids: Path, inspected: Figures) -> None:
    states: list[Preview] = []
    watch = Watch()
    clip = desk.clip(10, -0.012)
    result = refine_clip(clip, QUICK, cache_dir=grids, context=watch, on_state=states.append)
    after = inspected(result.clip)
    assert result.report.before["penetration_max"] > 0.010
    assert after["penetration_max"] < 0.3 * result.report.before["penetration_max"]
    assert after["contact_left_hand"] >= result.report.before["contact_left_hand"]
    assert result.report.after["penetration_max"] == pytest.approx(after["penetration_max"], abs=1e-6)
    assert {s.stage for s in result.report.stages} == {"body and objects", "hands", "everything"}
    # Arm and box share what has to be done; a box that was moved first alone went twice as far.
    assert result.report.moved["object_mean"] < 0.0028
    assert any(c.region.startswith("left_") for c in result.report.contacts)
    assert all(0 <= f <= 1 for f, _ in watch.seen)
    assert states
    assert states[0].vertices.shape[0] == 10
    assert result.report.record()["after"]["penetration_max"] < 0.005


def test_same_seed_same_result(desk, grids: Path) -> None:
    clip = desk.clip(6, -0.010)
    options = replace(QUICK, effort=2, rounds=1)
    a, b = (refine_clip(clip, options, cache_dir=grids).clip for _ in range(2))
    np.testing.assert_array_equal(a.body.full_pose(), b.body.full_pose())
    np.testing.assert_array_equal(a.objects[0].parts[0].translation, b.objects[0].parts[0].translation)


def test_a_clean_clip_is_left_alone(desk, grids: Path) -> None:
    clip = desk.clip(8, 0.001)
    result = refine_clip(clip, cache_dir=grids)
    assert result.clip is clip
    assert result.report.skipped
    assert result.report.before == result.report.after


def test_a_clean_clip_hardly_moves_even_if_it_must_be_solved(desk, grids: Path) -> None:
    clip = desk.clip(8, 0.001)
    result = refine_clip(clip, replace(QUICK, skip_clean=False, effort=3), cache_dir=grids)
    assert result.report.skipped is None
    assert result.report.moved.get("joint_mean", 0.0) < 0.002
    assert result.report.moved.get("joint_max", 0.0) < 0.010


def test_frames_outside_the_range_keep_their_numbers(desk, grids: Path) -> None:
    clip = desk.clip(16, -0.012)
    options = replace(QUICK, effort=2, rounds=1, first_frame=5, last_frame=11)
    result = refine_clip(clip, options, cache_dir=grids)
    moved = np.abs(result.clip.body.full_pose() - clip.body.full_pose()).max(axis=(1, 2))
    np.testing.assert_array_equal(moved[:5], 0)
    np.testing.assert_array_equal(moved[11:], 0)


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_very_short_clips(desk, grids: Path, frames: int, inspected: Figures) -> None:
    result = refine_clip(desk.clip(frames, -0.012), replace(QUICK, effort=2), cache_dir=grids)
    assert result.clip.num_frames == frames
    assert result.report.after["penetration_max"] <= result.report.before["penetration_max"]


def test_without_objects_and_with_one_far_away(desk, grids: Path) -> None:
    far = desk.clip(6, 2.0)
    for clip in (replace(far, objects=()), far):
        result = refine_clip(clip, replace(QUICK, skip_clean=False, effort=2, rounds=1), cache_dir=grids)
        assert result.clip.num_frames == 6
        assert np.isfinite(result.clip.body.full_pose()).all()
        assert result.report.moved.get("joint_max", 0.0) < 0.005


def test_a_body_inside_an_object_is_not_made_worse(desk, grids: Path) -> None:
    import trimesh

    room = trimesh.creation.box(extents=(3, 3, 3)).subdivide().subdivide()
    mesh = Mesh(np.asarray(room.vertices, np.float32), np.asarray(room.faces, np.int32), "room")
    clip = desk.clip(2, mesh=mesh)
    inside = replace(clip.objects[0].parts[0], translation=np.tile([0.0, 1.0, 0.0], (2, 1)))
    clip = replace(clip, objects=(ObjectMotion("room", (inside,)),))
    result = refine_clip(clip, replace(QUICK, effort=1, rounds=1), cache_dir=grids)
    assert np.isfinite(result.clip.body.full_pose()).all()
    assert result.report.after["penetration_max"] <= result.report.before["penetration_max"] + 0.002


def test_a_thin_sheet_in_the_hand(desk, grids: Path) -> None:
    axis = np.linspace(-0.1, 0.1, 12)
    x, z = np.meshgrid(axis, axis, indexing="ij")
    vertices = np.stack([x.ravel(), np.zeros(x.size), z.ravel()], axis=1)
    k = np.arange(11 * 12).reshape(11, 12)[:, :-1].ravel()
    faces = np.concatenate([np.stack([k, k + 1, k + 12], 1), np.stack([k + 1, k + 13, k + 12], 1)])
    sheet = Mesh(vertices.astype(np.float32), faces.astype(np.int32), "sheet")
    clip = desk.clip(4, -0.085, mesh=sheet)
    result = refine_clip(clip, replace(QUICK, effort=2, rounds=1), cache_dir=grids)
    assert result.report.after["penetration_max"] <= result.report.before["penetration_max"] + 0.001


def test_two_objects_in_one_hand(desk, grids: Path) -> None:
    clip = desk.clip(5, -0.010)
    first = clip.objects[0]
    beside = replace(first.parts[0], translation=first.parts[0].translation + np.array([0.0, 0.0, 0.17]))
    clip = replace(
        clip, objects=(first, ObjectMotion("other", (ObjectPart("other", beside.mesh, beside.rotation, beside.translation),)))
    )
    result = refine_clip(clip, replace(QUICK, effort=3), cache_dir=grids)
    assert result.report.after["penetration_max"] < result.report.before["penetration_max"]


def test_frames_without_numbers_are_refused_by_number(desk, grids: Path) -> None:
    clip = desk.clip(5)
    transl = np.array(clip.body.transl)
    transl[3] = np.nan
    with pytest.raises(InputError, match="frame 3"):
        refine_clip(replace(clip, body=replace(clip.body, transl=transl)), cache_dir=grids)


def test_cancelling_ends_it(desk, grids: Path) -> None:
    with pytest.raises(Cancelled):
        refine_clip(desk.clip(6, -0.012), QUICK, cache_dir=grids, context=Watch(stop=30))


def test_parts_on_a_hinge_move_together(desk, grids: Path) -> None:
    clip = desk.clip(5, -0.012)
    base = clip.objects[0].parts[0]
    lid = ObjectPart("lid", base.mesh, base.rotation, base.translation + np.array([0.0, -0.3, 0.0]), parent="box")
    clip = replace(clip, objects=(ObjectMotion("chest", (base, lid)),))
    result = refine_clip(clip, replace(QUICK, effort=3), cache_dir=grids)
    a, b = result.clip.objects[0].parts
    relative = np.swapaxes(a.rotation, 1, 2) @ b.rotation
    np.testing.assert_allclose(relative, np.broadcast_to(np.eye(3), relative.shape), atol=1e-5)
    offset = np.einsum("tji,tj->ti", np.asarray(a.rotation), np.asarray(b.translation) - np.asarray(a.translation))
    np.testing.assert_allclose(offset, np.tile([0.0, -0.3, 0.0], (5, 1)), atol=1e-5)


def test_options_say_what_is_wrong() -> None:
    assert set(PRESETS) == {"default", "fast", "object only", "hands only", "smooth only"}
    assert options_for("grab").object_tolerance < DEFAULT.object_tolerance
    assert options_for("unheard of") == DEFAULT
    with pytest.raises(InputError, match="preset"):
        options_for("grab", "wild")
    for values, text in (({"nope": 1}, "nope"), ({"contact_on": -1.0}, "contact_on"), ({"effort": True}, "effort"),
                         ({"missing_hands": "maybe"}, "maybe"), ({"slip": float("nan")}, "slip")):  # fmt: skip
        with pytest.raises(InputError, match=text):
            RefineOptions().with_values(values)


def test_the_door_does_not_load_torch() -> None:
    import subprocess
    import sys

    code = "import sys, interact_core.refine.refine; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
