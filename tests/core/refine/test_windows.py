"""Windows of a clip: even, blended, and the same whoever solves them; stretches of a long clip that are refined alone."""

import threading
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from interact_core.errors import Cancelled  # noqa: E402
from interact_core.jobs.context import JobContext, NullContext  # noqa: E402
from interact_core.refine import pipeline, solving  # noqa: E402
from interact_core.refine.abreast import abreast  # noqa: E402
from interact_core.refine.marks import MARKS, read_figures  # noqa: E402
from interact_core.refine.measuring import Fault, Seen  # noqa: E402
from interact_core.refine.options import DEFAULT  # noqa: E402
from interact_core.refine.refine import refine_clip  # noqa: E402
from interact_core.refine.state import State  # noqa: E402
from interact_core.refine.stretches import stretches  # noqa: E402
from interact_core.refine.windows import joined, seams_of, windows_of  # noqa: E402

EYE = torch.eye(3)
QUICK = replace(DEFAULT, effort=1, rounds=1, move_hands=False, window=30, overlap=8, reduce_noise=False, missing_hands="no")


def _state(places: np.ndarray) -> State:
    count = len(places)
    where = torch.as_tensor(np.stack([places, 0 * places, 0 * places], axis=1))
    return State(EYE.double().repeat(count, 52, 1, 1), where, EYE.double().repeat(count, 1, 1, 1), where[:, None].clone())


@pytest.mark.parametrize(("frames", "count"), [(240, 1), (241, 2), (300, 2), (460, 2), (700, 4)])
def test_windows_are_even_and_cover_the_range(frames: int, count: int) -> None:
    found = windows_of(slice(10, 10 + frames), 1000, DEFAULT)
    assert len(found) == count
    lengths = [w.end - w.free for w in found]
    assert max(lengths) <= DEFAULT.window and max(lengths) - min(lengths) <= 1
    assert (found[0].start, found[0].free, found[-1].end, found[-1].stop) == (6, 10, 10 + frames, 14 + frames)
    for one, other in pairwise(found):
        assert one.end - other.free == DEFAULT.overlap
        assert one.stop == one.end and other.start == other.free, "ends between windows are free"


def test_two_windows_that_ended_apart_are_joined_without_a_jolt() -> None:
    windows = windows_of(slice(0, 300), 300, DEFAULT)
    whole = _state(np.zeros(300))
    joined(windows, [_state(np.full(w.stop - w.start, 0.01 * k)) for k, w in enumerate(windows)], whole)
    path = whole.transl[:, 0].numpy()
    assert path[0] == 0.0 and path[-1] == 0.01
    assert np.abs(np.diff(path)).max() < 0.001 and np.abs(np.diff(path, n=2)).max() < 0.0003
    np.testing.assert_array_equal(whole.translation[:, 0, 0], path)


def test_seams_are_held_at_both_ends_and_leave_each_other_alone() -> None:
    windows = windows_of(slice(0, 52), 52, replace(QUICK, overlap=10))
    seams = seams_of(windows)
    assert len(seams) == len(windows) - 1 == 2
    for seam, one, other in zip(seams, windows, windows[1:], strict=False):
        assert seam.start < seam.free <= other.free and one.end <= seam.end < seam.stop
    assert all(a.end <= b.free for a, b in pairwise(seams))
    one, other = seams[:2]
    assert other.start < one.end, "these two look at the same frames"
    whole = _state(np.zeros(52))
    for k, seam in enumerate(seams[:2]):
        seam.put(whole, _state(np.full(seam.stop - seam.start, 1.0 + k)))
    assert (whole.transl[one.free : one.end, 0] == 1).all() and (whole.transl[other.free : other.end, 0] == 2).all()


def test_results_do_not_depend_on_the_number_of_workers(desk, grids: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = desk.clip(44, -0.012)
    found, used = [], []
    run = solving.abreast
    for workers in (1, 3):
        monkeypatch.setattr(solving, "workers_for", lambda _device, count=workers: count)
        monkeypatch.setattr(solving, "abreast", lambda tasks, n, context: used.append((len(tasks), n)) or run(tasks, n, context))
        found.append(refine_clip(clip, QUICK, cache_dir=grids))
    assert (2, 1) in used and (2, 3) in used
    one, three = (result.clip for result in found)
    np.testing.assert_array_equal(one.body.full_pose(), three.body.full_pose())
    np.testing.assert_array_equal(one.objects[0].parts[0].translation, three.objects[0].parts[0].translation)
    assert [s.frames for s in found[0].report.stages] == [s.frames for s in found[1].report.stages]
    assert found[0].report.after["penetration_max"] < 0.7 * found[0].report.before["penetration_max"]


def test_tasks_abreast_keep_their_order_and_stop_together() -> None:
    meet = threading.Barrier(2, timeout=20)

    def both(number: int):
        def task(_: JobContext) -> int:
            meet.wait()
            return number

        return task

    assert abreast([both(0), both(1)], 2, NullContext()) == [0, 1]
    stopped = threading.Event()

    def fails(_: JobContext) -> int:
        meet.wait()
        raise ValueError("oh")

    def goes_on(context: JobContext) -> int:
        meet.wait()
        try:
            while True:
                context.checkpoint()
        except Cancelled:
            stopped.set()
            raise

    with pytest.raises(ValueError, match="oh"):
        abreast([goes_on, fails], 2, NullContext())
    assert stopped.is_set()


def _seen(frames: int, deep: tuple[slice, ...] = (), faults: tuple[Fault, ...] = ()) -> Seen:
    tracks = {name: np.zeros(frames, np.float32) for mark in MARKS.values() for name in (mark.track, mark.where) if name}
    for name in ("foot_float_left", "foot_float_right", "foot_height_left", "foot_height_right"):
        tracks[name] = np.zeros(frames, np.float32)
    for where in deep:
        tracks["penetration_max"][where] = 0.02
    return Seen(tracks, read_figures(tracks), np.zeros((frames, 52, 3), np.float32), faults, ())


def test_a_long_clip_is_refined_where_it_fails_the_audit_only() -> None:
    none = np.zeros(2000, bool)
    whole = slice(0, 2000)
    assert stretches(_seen(2000, (slice(300, 320),)), 30.0, True, none, whole) == [slice(255, 365)]
    far = _seen(2000, (slice(300, 320),), (Fault("wrist_flip", 1500, 1510), Fault("jitter_body", 900, 910)))
    assert stretches(far, 30.0, True, none, whole) == [slice(255, 365), slice(1455, 1555)]
    assert stretches(_seen(2000, (slice(300, 320), slice(450, 460))), 30.0, True, none, whole) == [slice(255, 505)]
    turned = none.copy()
    turned[700:710] = True
    assert stretches(_seen(2000), 30.0, True, turned, whole) == [slice(655, 755)]
    assert stretches(_seen(2000, (slice(0, 1600),)), 30.0, True, none, whole) == [whole], "most of it"
    assert stretches(_seen(400, (slice(30, 40),)), 30.0, True, none[:400], slice(0, 400)) == [slice(0, 400)], "short"


def test_what_no_frame_stands_for_is_repaired_everywhere() -> None:
    seen = _seen(2000, (slice(300, 320),))
    shaking = replace(seen, joints=np.random.default_rng(0).normal(size=(2000, 52, 3)).astype(np.float32) * 0.0004)
    assert stretches(shaking, 30.0, True, np.zeros(2000, bool), slice(0, 2000)) == [slice(0, 2000)]


def test_stretches_are_put_back_and_the_rest_keeps_its_numbers(desk, grids: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = desk.clip(120, 0.0)
    part = clip.objects[0].parts[0]
    path = np.array(part.translation)
    path[50:60, 1] += 0.012
    clip = replace(clip, objects=(replace(clip.objects[0], parts=(replace(part, translation=path),)),))
    monkeypatch.setattr(pipeline, "stretches", lambda *_: [slice(45, 65)])
    monkeypatch.setattr("interact_core.refine.stretches.AROUND", 20)
    monkeypatch.setattr(solving, "workers_for", lambda _: 1)
    posed: list[int] = []
    solve = solving.WindowSolver.solve
    monkeypatch.setattr(
        solving.WindowSolver,
        "solve",
        lambda own, *a, **k: posed.append(own._window.stop - own._window.start) or solve(own, *a, **k),
    )
    result = refine_clip(clip, replace(QUICK, window=240, effort=4), cache_dir=grids)
    moved = np.linalg.norm(np.asarray(result.clip.objects[0].parts[0].translation) - path, axis=1)
    moved += np.abs(np.asarray(result.clip.body.full_pose()) - clip.body.full_pose()).reshape(120, -1).max(axis=1)
    assert (moved[:45] == 0).all() and (moved[65:] == 0).all() and (moved[50:60] > 1e-4).all()
    assert max(posed) <= 28
    assert result.report.after["penetration_max"] < 0.7 * result.report.before["penetration_max"]
    assert all(s.frames[0] >= 41 and s.frames[1] <= 69 for s in result.report.stages)
