"""The rule of what may not get worse, on figures and tracks made by hand."""

from collections.abc import Mapping

import numpy as np
import pytest

from interact_core.refine.guard import HAIR, back_share, judge, responsible, worse_marks
from interact_core.refine.marks import MARKS, read_figures
from interact_core.refine.measuring import Seen
from interact_core.refine.report import RefineReport, Worse

FRAMES = 100
SHARE = 0.05


def seen(**tracks: float | np.ndarray) -> Seen:
    """Everything at zero and in contact but for what is given."""
    zero = {name: np.zeros(FRAMES, np.float32) for mark in MARKS.values() for name in (mark.track, mark.where) if name}
    for side in ("left", "right"):
        zero[f"foot_planted_{side}"] = zero[f"contact_{side}_hand"] = np.ones(FRAMES, np.float32)
    zero["contact_object"] = np.ones(FRAMES, np.float32)
    zero |= {name: np.broadcast_to(np.asarray(values, np.float32), FRAMES) for name, values in tracks.items()}
    return Seen(zero, read_figures(zero), np.zeros((FRAMES, 52, 3), np.float32), (), ())


def bump(height: float, at: int = 50, width: int = 4) -> np.ndarray:
    values = np.zeros(FRAMES)
    values[at : at + width] = height
    return values


@pytest.mark.parametrize("name", MARKS)
def test_a_rise_below_its_floor_is_none_and_one_above_is(name: str) -> None:
    mark = MARKS[name]
    start, sign = (100.0, -1.0) if mark.more else (mark.free, 1.0)
    floor = mark.allowed(start, SHARE, FRAMES)
    below, above = ({name: start + sign * floor * k} for k in (0.99, 1.01))
    assert worse_marks({name: start}, below, SHARE, FRAMES) == ()
    assert [w.measure for w in worse_marks({name: start}, above, SHARE, FRAMES)] == [name]
    assert worse_marks(above, {name: start}, SHARE, FRAMES) == (), "what got better is not worse"


@pytest.mark.parametrize("name", [n for n, m in MARKS.items() if not m.more])
def test_no_floor_is_as_much_as_a_quarter_of_what_is_called_a_fault(name: str) -> None:
    mark = MARKS[name]
    limit = 0.4 if name.startswith("wrist_twist") or name in ("hand_range", "body_range") else 0.25
    assert mark.allowed(0.0, SHARE, 300) <= limit * mark.scale


def test_a_touch_is_no_penetration() -> None:
    assert worse_marks({"penetration_max": 0.0}, {"penetration_max": 0.0019}, SHARE, FRAMES) == ()
    assert worse_marks({"penetration_max": 0.0}, {"penetration_max": 0.0021}, SHARE, FRAMES)


def test_a_twentieth_of_what_was_there_is_no_rise() -> None:
    before = {"penetration_max": 0.040}
    assert worse_marks(before, {"penetration_max": 0.0419}, SHARE, FRAMES) == ()
    assert worse_marks(before, {"penetration_max": 0.0421}, SHARE, FRAMES)


def test_the_floor_depth_of_a_box_being_lifted_is_no_price_however_much_is_repaired() -> None:
    before = seen(penetration_max=0.026, gap_left_hand=0.021, ground_penetration_body=bump(0.0004))
    after = seen(ground_penetration_body=bump(0.0028))
    judged = judge(before, after, SHARE)
    assert [w.measure for w in judged.worse] == ["ground_penetration_body"]
    assert not judged.worth_it
    found = responsible(before, after, judged.worse[0], SHARE)
    assert found[50:54].all() and not found[:40].any() and not found[65:].any()


def test_a_hair_is_worth_a_repair_and_not_worth_nothing() -> None:
    before, worse = seen(penetration_max=0.026), bump(0.0014)
    assert 0.001 < 0.0014 <= HAIR * MARKS["ground_penetration_body"].scale
    repaired = judge(before, seen(ground_penetration_body=worse), SHARE)
    assert repaired.worse and repaired.worth_it
    nothing = judge(seen(penetration_max=0.0005), seen(ground_penetration_body=worse), SHARE)
    assert nothing.worse and not nothing.worth_it


def test_many_hairs_cost_more_than_a_small_repair_gains() -> None:
    before = seen(penetration_max=0.008)
    one = seen(ground_penetration_body=bump(0.0011))
    several = seen(ground_penetration_body=bump(0.0011), gap_left_hand=bump(0.00101), jerk_object=2.5, hand_range=bump(2.1))
    assert judge(before, one, SHARE).worth_it
    assert not judge(before, several, SHARE).worth_it


def test_a_frame_that_gets_deep_is_seen_though_the_deepest_one_got_better() -> None:
    before, after = seen(penetration_max=bump(0.030, 10)), seen(penetration_max=bump(0.008, 80))
    judged = judge(before, after, SHARE)
    assert judged.worse == () and judged.local[80:84].all() and not judged.local[:60].any()
    assert not judged.worth_it


def test_lost_contact_is_worse_and_its_frames_are_found() -> None:
    lost = np.ones(FRAMES)
    lost[30:40] = 0
    before, after = seen(), seen(contact_left_hand=lost)
    (worse,) = judge(before, after, SHARE).worse
    assert (worse.measure, worse.before, worse.after) == ("contact_left_hand", 100.0, pytest.approx(90.0))
    found = responsible(before, after, worse, SHARE)
    assert found[30:40].all() and found.sum() < 30


def test_of_a_mean_the_frames_that_rose_most_are_responsible() -> None:
    before, after = seen(jerk_body=20.0), seen(jerk_body=20.0 + bump(100.0, 20, 10))
    worse = next(w for w in judge(before, after, SHARE).worse if w.measure == "jerk_body")
    found = responsible(before, after, worse, SHARE)
    assert found[20:30].any() and found.sum() <= 30


def test_what_could_not_be_measured_before_is_judged_by_itself() -> None:
    nothing = seen(gap_left_hand=np.full(FRAMES, np.nan))
    assert judge(nothing, seen(gap_left_hand=0.004), SHARE).worse == ()
    judged = judge(nothing, seen(gap_left_hand=0.006), SHARE)
    assert {w.measure for w in judged.worse} == {"gap_left_hand", "gap_left_hand_max"} and not judged.worth_it


def test_what_is_worse_is_told_in_the_record() -> None:
    worse = Worse("ground_penetration_body", 0.0004, 0.0014)
    assert worse.told() == "Body below the floor 0.40\N{THIN SPACE}mm to 1.40\N{THIN SPACE}mm"
    new = Worse("gap_left_hand", float("nan"), 0.006)
    found: list[Mapping[str, object]] = RefineReport({}, {}, worse=(worse, new)).record()["worse"]
    assert found == [{"measure": "ground_penetration_body", "before": 0.0004, "after": 0.0014},
                     {"measure": "gap_left_hand", "after": 0.006}]  # fmt: skip


def test_frames_that_go_back_fade_on_both_sides() -> None:
    frames = np.zeros(30, bool)
    frames[10:15] = True
    share = back_share(frames, 4)
    assert (share[10:15] == 1).all() and (np.diff(share[5:11]) > 0).all() and (np.diff(share[14:20]) < 0).all()
    assert share[:6].max() == 0 and share[19:].max() == 0


def test_the_frame_in_which_a_foot_lands_is_no_slide() -> None:
    """It is planted or not by a hair; the swing's last step would be called a slide that the refinement made."""
    mark = MARKS["foot_skate_left"]
    slide, planted = np.zeros(20, np.float32), np.zeros(20, np.float32)
    planted[5:15] = 1.0
    slide[5], slide[14] = 0.18, 0.15
    assert mark.read({mark.track: slide, mark.where: planted}) == 0.0
    slide[9] = 0.05
    assert mark.read({mark.track: slide, mark.where: planted}) == pytest.approx(0.05)
    planted[:] = 1.0  # who stands from the first frame to the last lands nowhere
    slide[0] = 0.11
    assert mark.read({mark.track: slide, mark.where: planted}) == pytest.approx(0.18)
