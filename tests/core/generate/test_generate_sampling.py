"""What is given stays, the same seed gives the same bits, and no mask brings numbers that are not finite."""

import pytest
import torch

from interact_core.errors import Cancelled, InputError
from interact_core.generate.checkpoint import Trained
from interact_core.generate.guidance import Guidance, distances, guided
from interact_core.generate.motion import Conditions, Motion, body_points
from interact_core.generate.representation import STREAMS, bones_from_code, decode, encode, measure_scales
from interact_core.generate.sampling import Given, SampleOptions, flags_for, sample, silent
from interact_core.generate.world.batches import conditions_of, motion_of
from interact_core.generate.world.scene import Scenes
from interact_core.generate.world.surfaces import ShapesSurface
from interact_core.jobs.context import NullContext

QUICK = SampleOptions(steps=2, guidance=None, project=False)
PARTS = {
    "human": ("joints", "rotations", "fingers", "planted"), "object": ("object_rotation", "object_place"), "reach": ("reach",),
}  # fmt: skip


@pytest.fixture(scope="module")
def motion(scenes: Scenes) -> Motion:
    return motion_of(scenes).cut(10, 32)


@pytest.fixture(scope="module")
def conditions(scenes: Scenes, trained: Trained) -> Conditions:
    return conditions_of(scenes, trained.basis)


def kept_exactly(made: Motion, given: Given) -> bool:
    return all(
        torch.equal(getattr(made, name)[given.flags[stream] > 0], getattr(given.motion, name)[given.flags[stream] > 0])
        for stream, names in PARTS.items() for name in names
    )  # fmt: skip


@pytest.mark.parametrize("task", ["object_to_human", "human_to_object", "predict", "between"])
def test_given_entries_are_kept_to_the_bit(
    task: str, trained: Trained, conditions: Conditions, motion: Motion, scenes: Scenes
) -> None:
    given = Given(motion, flags_for(task, 22, len(scenes), past=6, ends=3))
    options = SampleOptions(steps=3)
    made = sample(trained, silent(conditions, task), 22, given, options, surface=ShapesSurface(scenes.shapes)).motion
    assert kept_exactly(made, given)
    free = given.flags["human"] == 0
    assert not free.any() or not torch.equal(made.joints[free], motion.joints[free])


def test_two_hundred_random_masks_stay_finite(trained: Trained, conditions: Conditions, motion: Motion) -> None:
    generator = torch.Generator().manual_seed(0)
    rows = torch.randint(len(motion.joints), (200,), generator=generator)
    share = torch.rand(200, 1, generator=generator)
    flags = {name: (torch.rand(200, 22, generator=generator) < share).float() for name in STREAMS}
    flags["object"][:20], flags["human"][20:40] = 1, 1
    given = Given(motion.take(rows), flags)
    made = sample(trained, conditions.take(rows), 22, given, QUICK).motion
    for name in Motion.__dataclass_fields__:
        assert torch.isfinite(getattr(made, name)).all(), name
    assert kept_exactly(made, given)


def test_same_seed_same_bits(trained: Trained, conditions: Conditions, scenes: Scenes) -> None:
    surface = ShapesSurface(scenes.shapes)
    options = SampleOptions(steps=3, seed=4)
    first, again = (sample(trained, conditions, 18, options=options, surface=surface).motion for _ in range(2))
    other = sample(trained, conditions, 18, options=SampleOptions(steps=3, seed=5), surface=surface).motion
    assert torch.equal(first.joints, again.joints) and torch.equal(first.object_place, again.object_place)
    assert not torch.equal(first.joints, other.joints)


@pytest.mark.parametrize("frames", [1, 2, 3, 5, 33])
def test_any_length(frames: int, trained: Trained, conditions: Conditions, scenes: Scenes) -> None:
    made = sample(trained, conditions, frames, options=SampleOptions(steps=1), surface=ShapesSurface(scenes.shapes)).motion
    assert made.joints.shape[1] == frames and torch.isfinite(made.joints).all()


def test_impossible_lengths_and_numbers_are_refused(trained: Trained, conditions: Conditions, motion: Motion) -> None:
    with pytest.raises(InputError, match="frames"):
        sample(trained, conditions, 0)
    with pytest.raises(InputError, match="frames"):
        sample(trained, conditions, 100_000)
    broken = motion.object_place.clone()
    broken[0, 3, 1] = float("nan")
    from dataclasses import replace

    given = Given(replace(motion, object_place=broken), flags_for("object_to_human", 22, len(broken)))
    with pytest.raises(InputError, match="object"):
        sample(trained, conditions, 22, given, QUICK)


class Stopper(NullContext):
    """Cancels at the third look."""

    def __init__(self) -> None:
        self.looks = 0

    def checkpoint(self) -> None:
        self.looks += 1
        if self.looks > 2:
            raise Cancelled


def test_cancelling_stops_at_the_next_step(trained: Trained, conditions: Conditions) -> None:
    seen: list[int] = []
    with pytest.raises(Cancelled):
        sample(trained, conditions, 16, options=QUICK_LONG, context=Stopper(), on_step=lambda k, _: seen.append(k))
    assert seen == [0, 1]


QUICK_LONG = SampleOptions(steps=8, guidance=None, project=False)


def test_guidance_takes_a_planted_penetration_and_gap_back(scenes: Scenes) -> None:
    """Objects pushed 3 cm to the side: hands sink in on one side and lose touch on the other."""
    motion = motion_of(scenes)
    bones = bones_from_code(conditions_of(scenes, torch.zeros(2, 3).numpy()).body)
    pushed = Motion(**{**vars(motion), "object_place": motion.object_place + torch.tensor([0.03, 0.0, 0.0])})
    streams = encode(pushed)
    scales = measure_scales(streams)
    surface = ShapesSurface(scenes.shapes)
    clean = scales.normalised(streams)
    flags = {name: torch.zeros(len(scenes), motion.num_frames) for name in STREAMS}
    flags["object"] += 1
    after = decode(scales.physical(guided(clean, clean, flags, scales, bones, surface, Guidance())), bones)

    def depth_and_gap(m: Motion) -> tuple[float, float]:
        outside = distances(m, body_points(m.joints, m.rotations), surface)[..., :2]
        held = torch.from_numpy(scenes.touching)
        return float(torch.relu(-outside)[held].mean()), float(torch.relu(outside - 0.01)[held].mean())

    before, made = depth_and_gap(pushed), depth_and_gap(after)
    assert before[0] > 0.002
    assert made[0] < 0.35 * before[0]
    assert made[1] < 0.6 * before[1]
    assert torch.equal(after.object_place, decode(scales.physical(clean), bones).object_place)
