"""A whole augmentation on a short demo clip: the person follows, the hands hold, and doing it again gives the same."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from interact_core.augment.augment import Augmentation, augment_clip  # noqa: E402
from interact_core.augment.options import DEFAULT, AugmentOptions, Following, Variations  # noqa: E402
from interact_core.clip import Clip  # noqa: E402
from interact_core.demo import demo_root  # noqa: E402
from interact_core.errors import InputError  # noqa: E402
from interact_core.formats.registry import open_path, read_clip  # noqa: E402
from interact_core.jobs.context import NullContext  # noqa: E402
from interact_core.refine.measuring import cut  # noqa: E402

HELD = slice(60, 84)
"""Frames in which both hands hold the box off the floor."""


@pytest.fixture(scope="module")
def lift() -> Clip:
    clip = read_clip(next(r for r in open_path(demo_root()).refs if r.path.name == "demo_lift_box"))
    return cut(clip, HELD)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("augment_grids")


def options(**variations: object) -> AugmentOptions:
    following = Following(follow_low=0.2, follow_high=0.3)
    return replace(DEFAULT, variations=replace(Variations(yaw=False), **variations), following=following, count=1, device="cpu")


def test_the_hands_hold_the_same_places_on_the_moved_box(lift: Clip, cache: Path) -> None:
    work = Augmentation(lift, options(displace_far=0.15, displace_high=0.05), cache, None, NullContext())
    shown = []
    work._on_state = lambda index, preview: shown.append((index, preview.stage, preview.vertices.shape))
    (found,) = work.candidates()
    source = work.source_quality
    assert found.reasons == () and found.kept
    assert found.quality.contact_f1 > 0.95 and found.quality.penetration_frame <= source.penetration_frame + 0.001
    part, before = found.clip.objects[0].parts[0], lift.objects[0].parts[0]
    shift = part.translation - before.translation
    assert np.linalg.norm(shift[0][[0, 2]]) > 0.02 and np.abs(shift - shift[0]).max() < 0.05
    assert shown and shown[0][0] == 0 and shown[0][2][0] == lift.num_frames
    again = augment_clip(lift, options(displace_far=0.15, displace_high=0.05), cache_dir=cache)
    assert again.candidates[0].clip.body.body_pose.tobytes() == found.clip.body.body_pose.tobytes()


def test_a_clip_without_an_object_or_with_holes_is_refused(lift: Clip, cache: Path) -> None:
    with pytest.raises(InputError, match="no object"):
        augment_clip(replace(lift, objects=()), cache_dir=cache)
    transl = lift.body.transl.copy()
    transl[3] = np.nan
    with pytest.raises(InputError, match="finite"):
        augment_clip(replace(lift, body=replace(lift.body, transl=transl)), cache_dir=cache)


def test_a_change_that_the_clip_cannot_take_turns_down_the_candidate_only(lift: Clip, cache: Path) -> None:
    """Nothing is like a box that is a thousand times as long: the swap is refused, the run goes on and says why."""
    mesh = lift.objects[0].parts[0].mesh
    needle = replace(mesh, vertices=mesh.vertices * np.float32([1, 1000, 1]), name="needle")
    asked = replace(options(displace=False, swap=True), count=2)
    result = augment_clip(lift, asked, cache_dir=cache, meshes=(("needle", needle),))
    assert [c.reasons[0].criterion for c in result.candidates] == ["applicable"] * 2 and not result.kept
    assert "needle" in result.candidates[0].reasons[0].text and result.candidates[0].quality.record() == {}
