"""Many clips: the same results as one by one, a bad clip ends nothing, cancelling ends everything."""

import multiprocessing
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from interact_core.clip import Clip  # noqa: E402
from interact_core.errors import Cancelled, InputError  # noqa: E402
from interact_core.refine.batch import Failed, refine_batch  # noqa: E402
from interact_core.refine.memory import free_memory, memory_estimate  # noqa: E402
from interact_core.refine.options import DEFAULT  # noqa: E402
from interact_core.refine.refine import refine_clip  # noqa: E402
from interact_core.refine.report import RefineResult  # noqa: E402
from interact_core.refine.windows import WindowSolver  # noqa: E402

QUICK = replace(DEFAULT, effort=1, rounds=1, move_body=False, move_hands=False)


class Until:
    """A context that notes its progress and cancels once something was said that holds `word`."""

    def __init__(self, word: str | None = None) -> None:
        self.seen: list[tuple[float, str, Mapping[str, float]]] = []
        self._word = word

    def progress(self, fraction: float, stage: str = "", metrics: Mapping[str, float] | None = None) -> None:
        self.seen.append((fraction, stage, metrics or {}))

    def checkpoint(self) -> None:
        if self._word is not None and any(self._word in stage for _, stage, _ in self.seen):
            raise Cancelled


def nobody_works() -> bool:
    """The processes have ended; one that was killed takes a moment to be gone."""
    for child in multiprocessing.active_children():
        child.join(30)
    return multiprocessing.active_children() == []


@pytest.fixture
def clips(desk) -> list[Clip]:
    """Two to repair and, between them, one that has no pose in its second frame."""
    one, other = (replace(desk.clip(3, gap), id=f"clip {gap}") for gap in (-0.010, -0.014))
    transl = np.array(one.body.transl)
    transl[1] = np.nan
    return [one, replace(one, id="broken", body=replace(one.body, transl=transl)), other]


def _same(a: Clip, b: Clip) -> bool:
    poses = np.array_equal(a.body.full_pose(), b.body.full_pose()) and np.array_equal(a.body.transl, b.body.transl)
    return poses and np.array_equal(a.objects[0].parts[0].translation, b.objects[0].parts[0].translation)


def test_processes_give_what_one_after_the_other_gives(clips: list[Clip], grids: Path) -> None:
    context = Until()
    together = refine_batch(clips, QUICK, cache_dir=grids, context=context, jobs=2)
    in_turn = refine_batch(clips, QUICK, cache_dir=grids, jobs=1)
    for k in (0, 2):
        assert isinstance(together[k], RefineResult) and isinstance(in_turn[k], RefineResult)
        assert _same(together[k].clip, in_turn[k].clip) and not _same(together[k].clip, clips[k])
        assert together[k].clip.id == clips[k].id
        assert dict(together[k].report.after) == pytest.approx(dict(in_turn[k].report.after), nan_ok=True)
    for outcomes in (together, in_turn):
        assert isinstance(outcomes[1], Failed) and "frame 1" in outcomes[1].message and outcomes[1].expected
    assert context.seen[-1][0] == pytest.approx(1.0) and max(m["clips at once"] for _, _, m in context.seen) == 2
    assert nobody_works()


def test_cancelling_ends_the_processes(desk, grids: Path) -> None:
    long = [replace(desk.clip(60, -0.012), id=f"long {k}") for k in range(2)]
    with pytest.raises(Cancelled):
        refine_batch(long, DEFAULT, cache_dir=grids, context=Until(": "), jobs=2)
    assert nobody_works()


class Killing(Until):
    """Kills the first process that says how far it is, once."""

    def progress(self, fraction: float, stage: str = "", metrics: Mapping[str, float] | None = None) -> None:
        if ": " in stage and not self.seen:
            super().progress(fraction, stage, metrics)
            multiprocessing.active_children()[0].kill()


def test_a_process_that_dies_takes_only_its_clip(desk, grids: Path) -> None:
    clips = [replace(desk.clip(10, -0.010), id=f"clip {k}") for k in range(3)]
    outcomes = refine_batch(clips, QUICK, cache_dir=grids, context=Killing(), jobs=2)
    (died,) = (outcome for outcome in outcomes if isinstance(outcome, Failed))
    assert not died.expected and "memory" in died.message
    assert sum(isinstance(outcome, RefineResult) for outcome in outcomes) == 2
    assert nobody_works()


def test_a_bug_in_one_clip_is_told_and_the_next_is_done(
    clips: list[Clip], grids: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def refine(clip: Clip, *_: object, **__: object) -> RefineResult:
        if clip is clips[0]:
            raise ZeroDivisionError("oh")
        return RefineResult(clip, None)  # type: ignore[arg-type]

    monkeypatch.setattr("interact_core.refine.refine.refine_clip", refine)
    first, second = refine_batch([clips[0], clips[2]], cache_dir=grids, jobs=1)
    assert isinstance(first, Failed) and not first.expected and first.message == "ZeroDivisionError: oh"
    assert isinstance(second, RefineResult)


def test_windows_are_halved_when_the_device_is_full(desk, grids: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As out of memory on CUDA, which torch tells with the same error."""
    clip = desk.clip(50, -0.012)
    options = replace(QUICK, window=60, overlap=8)
    tried: list[tuple[int, int]] = []
    solve = WindowSolver.solve

    def limited(self: WindowSolver, *rest: object, **more: object) -> object:
        frames = self._window.frames
        tried.append((frames.start, frames.stop))
        if frames.stop - frames.start > 30:
            raise torch.OutOfMemoryError("full")
        return solve(self, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(WindowSolver, "solve", limited)
    result = refine_clip(clip, options, cache_dir=grids)
    done = [w for w in tried if w[1] - w[0] <= 30]
    assert (
        max(stop - start for start, stop in tried) > 30
        and min(start for start, _ in done) == 0
        and max(stop for _, stop in done) == 50
    )
    covered = np.zeros(50, bool)
    for start, stop in done:
        covered[start:stop] = True
    assert covered.all()
    assert result.report.after["penetration_max"] < 0.7 * result.report.before["penetration_max"]


def test_a_device_that_holds_nothing_is_said_so(desk, grids: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> object:
        raise torch.OutOfMemoryError("full")

    monkeypatch.setattr(WindowSolver, "solve", full)
    with pytest.raises(InputError, match="memory"):
        refine_clip(desk.clip(20, -0.012), QUICK, cache_dir=grids)


def test_the_estimate_grows_with_the_window_and_not_with_the_clip(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interact_core.refine.memory.workers_for", lambda _: 1)
    clip, thousand, more = (replace(desk.clip(frames), objects=()) for frames in (2, 1000, 20_000))
    assert memory_estimate(thousand, DEFAULT) == memory_estimate(more, DEFAULT) < 2.2e9
    assert memory_estimate(more, replace(DEFAULT, window=2000)) > 1.5 * memory_estimate(more, DEFAULT)
    assert memory_estimate(clip, DEFAULT) < memory_estimate(thousand, DEFAULT)
    assert memory_estimate(thousand, DEFAULT, "cuda") < memory_estimate(thousand, DEFAULT)
    assert free_memory() > 1e8
