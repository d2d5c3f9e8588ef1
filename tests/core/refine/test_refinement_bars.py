"""The benchmark's short form: a pushed-in grasp, a hand that floats, and a clean clip, with loose but real bars."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3]))

from benchmarks.refinement_cases import Case, cases, cut, demo_clips, palindrome
from benchmarks.refinement_measures import figures, view
from interact_core.augment.quality import contact_f1
from interact_core.refine.corrupt import corrupt
from interact_core.refine.refine import refine_clip

FRAMES = 24


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("grids")


def _crate(kind: str, level: float) -> Case:
    clean = cut(next(c for c in demo_clips() if c.id == "demo_turn_crate"), 60, 60 + FRAMES)
    spoiled = corrupt(clean, kind, level)
    return Case(kind, "demo", clean, spoiled)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("kind", "level", "figure", "share"), [("wrist_pushed_in", 0.02, "pen_max", 0.3), ("floating", 0.015, "gap", 0.4)]
)
def test_faults_of_the_grasp_are_mostly_gone(cache, kind, level, figure, share):
    case = _crate(kind, level)
    clean = view(case.clean, cache)
    before = figures(view(case.spoiled.clip, cache), clean, case)
    after_view = view(refine_clip(case.spoiled.clip, cache_dir=cache).clip, cache)
    after = figures(after_view, clean, case)
    assert before[figure] > 5.0, "the fault is there"
    assert after[figure] < share * before[figure]
    assert after["relative_error"] < 0.8 * before["relative_error"]
    assert contact_f1(after_view.measured, clean.measured) > 0.85


def test_a_clean_clip_stays(cache):
    clean = cut(next(c for c in demo_clips() if c.id == "demo_lift_box"), 100, 100 + FRAMES)
    result = refine_clip(clean, cache_dir=cache)
    case = Case("none", "demo", clean, corrupt(clean, "ground", 0.0))
    after = figures(view(result.clip, cache), view(clean, cache), case)
    assert after["joint_mean"] <= 2.0 and after["joint_max"] <= 10.0


def test_cases_are_seeded_and_windows_whole():
    some, again = (list(cases("floating", 0.015, 3, 30, demo_clips(), "demo")) for _ in range(2))
    assert [c.name for c in some] == [c.name for c in again] and len({c.name for c in some}) == 3
    assert all(c.clean.num_frames == 30 and c.spoiled.clip.num_frames == 30 for c in some)
    longer = palindrome(some[0].clean, 71)
    assert longer.num_frames == 71 and (longer.body.transl[29 + 5] == some[0].clean.body.transl[29 - 5]).all()
