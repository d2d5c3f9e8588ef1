"""What is kept: mended first, then partly taken back, then the stage before, then the input."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from interact_core.clip import Clip  # noqa: E402
from interact_core.jobs.context import JobContext, NullContext  # noqa: E402
from interact_core.refine.keeping import Keeper, Kept  # noqa: E402
from interact_core.refine.marks import MARKS, read_figures  # noqa: E402
from interact_core.refine.measuring import Seen  # noqa: E402
from interact_core.refine.options import DEFAULT  # noqa: E402
from interact_core.refine.state import State, state_of  # noqa: E402

FRAMES = 80
HIP = 1


def _lowered(state: State, metres: float, joint_turn: float = 0.0, frames: slice = slice(30, 40)) -> State:
    """The root's height stands for what is gained, a turn of the left hip for what gets worse."""
    transl, local = state.transl.clone(), state.local.clone()
    transl[:, 1] += metres
    angle = torch.tensor(joint_turn, dtype=local.dtype)
    turn = torch.eye(3, dtype=local.dtype)
    turn[0, 0] = turn[1, 1] = torch.cos(angle)
    turn[0, 1], turn[1, 0] = -torch.sin(angle), torch.sin(angle)
    local[frames, HIP] = local[frames, HIP] @ turn
    return State(local, transl, state.rotation, state.translation)


class Bench:
    """A clip whose penetration is 26 mm less what its root went down, and whose foot dips as the left hip turns."""

    def __init__(self, desk) -> None:
        self.clip = desk.clip(FRAMES)
        self.raw = state_of(self.clip, "cpu", torch.float64)
        self.asked: list[dict[str, float]] = []

    def seen(self, clip: Clip, context: JobContext | None = None) -> Seen:
        tracks = {name: np.zeros(FRAMES, np.float32) for mark in MARKS.values() for name in (mark.track, mark.where) if name}
        down = np.asarray(self.clip.body.transl)[:, 1] - np.asarray(clip.body.transl)[:, 1]
        tracks["penetration_max"] = np.maximum(0.026 - down, 0).astype(np.float32)
        turned = np.linalg.norm(np.asarray(clip.body.body_pose[:, HIP - 1]), axis=-1)
        tracks["ground_penetration_body"] = (0.1 * turned).astype(np.float32)
        return Seen(tracks, read_figures(tracks), np.zeros((FRAMES, 52, 3), np.float32), (), ())

    def keep(
        self, states: list[tuple[str, State]], again: Callable[[State], State], measured: Callable[..., Seen] | None = None
    ) -> Kept:
        def solved(state: State, frames: np.ndarray, tighter: dict[str, float], context: JobContext) -> State:
            self.asked.append(tighter)
            self.frames = frames
            return again(state)

        solving = SimpleNamespace(options=DEFAULT, reference=self.raw, again=solved)
        seen, every = measured or self.seen, np.ones(FRAMES, bool)
        keeper = Keeper(self.clip, seen(self.clip), solving, self.raw, every, seen, NullContext())  # type: ignore[arg-type]
        return keeper.keep([("start", self.raw), *states])


@pytest.fixture
def bench(desk) -> Bench:
    return Bench(desk)


def _depths(kept: Kept) -> tuple[float, float]:
    return kept.seen.figures["penetration_max"], kept.seen.figures["ground_penetration_body"]


def test_what_is_fine_is_kept_as_it_is(bench: Bench) -> None:
    kept = bench.keep([("solved", _lowered(bench.raw, -0.026))], lambda state: pytest.fail("nothing to solve again"))
    assert _depths(kept) == (pytest.approx(0, abs=1e-6), 0) and kept.notes == ()


def test_frames_that_got_worse_are_solved_again_with_their_term_weighted_higher(bench: Bench) -> None:
    good, bad = (_lowered(bench.raw, -0.026, turn) for turn in (0.0, 0.05))
    kept = bench.keep([("solved", bad)], lambda state: good)
    assert bench.asked == [{"floor": 3.0}]
    assert bench.frames[32:38].all() and not bench.frames[:15].any() and not bench.frames[60:].any()
    assert _depths(kept) == (pytest.approx(0, abs=1e-6), 0) and "solved again" in kept.notes[0]


def test_the_part_responsible_goes_back_and_the_repair_stays(bench: Bench) -> None:
    kept = bench.keep([("solved", _lowered(bench.raw, -0.026, 0.05))], lambda state: state)
    assert [list(asked.values()) for asked in bench.asked] == [[3.0], [10.0]]
    assert _depths(kept) == (pytest.approx(0, abs=1e-6), pytest.approx(0, abs=1e-4))
    np.testing.assert_allclose(kept.clip.body.transl[:, 1], bench.clip.body.transl[:, 1] - 0.026, atol=1e-6)


def test_a_price_is_said(bench: Bench) -> None:
    kept = bench.keep([("solved", _lowered(bench.raw, -0.026, 0.012))], lambda state: state)
    assert _depths(kept)[1] == pytest.approx(0.0012, abs=1e-5)
    assert len(bench.asked) == 1, "tried to be avoided once"
    assert "price" in kept.notes[-1] and "Body below the floor" in kept.notes[-1]


def test_the_stage_before_is_taken_where_the_last_one_only_did_harm(bench: Bench) -> None:
    early = _lowered(bench.raw, -0.010)
    late = _lowered(bench.raw, -0.026)
    late.transl[:, 0] += 0.04

    def measured(clip: Clip, context: JobContext | None = None) -> Seen:
        aside = np.abs(np.asarray(clip.body.transl)[:, 0] - np.asarray(bench.clip.body.transl)[:, 0])
        return _with(bench.seen(clip), gap_left_hand=aside)

    kept = bench.keep([("early", early), ("late", late)], lambda state: state, measured)
    assert kept.seen.figures["gap_left_hand_max"] == pytest.approx(0, abs=1e-6)
    assert kept.seen.figures["penetration_max"] == pytest.approx(0.016, abs=1e-5)


def test_the_input_stays_where_everything_is_worse(bench: Bench) -> None:
    def measured(clip: Clip, context: JobContext | None = None) -> Seen:
        return _with(bench.seen(clip), jerk_body=np.full(FRAMES, 50.0 * (clip is not bench.clip)))

    kept = bench.keep([("solved", _lowered(bench.raw, -0.026))], lambda state: state, measured)
    assert kept.clip is bench.clip
    assert "Jerk of the body" in kept.notes[-1]


def _with(seen: Seen, **tracks: np.ndarray) -> Seen:
    joined = {**seen.tracks, **{name: values.astype(np.float32) for name, values in tracks.items()}}
    return replace(seen, tracks=joined, figures=read_figures(joined))
