"""Before anybody solves: things are exactly where the solver will put them, and the body goes as one piece."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from interact_core.augment.glimpse import Onlooker
from interact_core.augment.options import DEFAULT
from interact_core.augment.sampling import Draw
from interact_core.clip import Clip
from interact_core.demo import demo_root
from interact_core.formats.registry import open_path, read_clip
from interact_core.inspection.posed import PosedClip, pose_clip
from interact_core.refine.measuring import cut

EVERY = slice(None)


@pytest.fixture(scope="module")
def posed() -> PosedClip:
    clip: Clip = read_clip(next(r for r in open_path(demo_root()).refs if r.path.name == "demo_curl_dumbbell"))
    return pose_clip(cut(clip, slice(0, 24)))


def test_a_shift_moves_things_by_it_and_the_body_by_a_share(posed: PosedClip) -> None:
    drawn = Draw(offset=(0.2, 0.0, 0.1), follow=1.0)
    glimpse = Onlooker(posed, None).glimpse(drawn, DEFAULT)
    shift = np.broadcast_to([0.2, 0, 0.1], posed.object_vertices.shape)
    assert glimpse.things(EVERY) - posed.object_vertices == pytest.approx(shift, abs=1e-5)
    body = glimpse.body(EVERY) - posed.body_vertices
    assert np.ptp(body, axis=1).max() < 1e-5 and np.abs(body[-1, 0] - [0.2, 0, 0.1]).max() < 0.02


def test_a_turn_keeps_the_body_rigid_and_things_at_their_distance_from_it(posed: PosedClip) -> None:
    glimpse = Onlooker(posed, None).glimpse(Draw(yaw=0.5, follow=1.0), DEFAULT)
    before = np.linalg.norm(posed.body_vertices[3, ::500, None] - posed.body_vertices[3, None, ::500], axis=-1)
    after = np.linalg.norm(glimpse.body(slice(3, 4))[0, ::500, None] - glimpse.body(slice(3, 4))[0, None, ::500], axis=-1)
    assert after == pytest.approx(before, abs=1e-4)
    part = glimpse.clip.objects[0].parts[0]
    assert glimpse.things(EVERY)[5] == pytest.approx(part.posed()[5], abs=1e-5)


def test_a_mirror_image_has_its_triangles_turned_and_stands_on_the_other_side(posed: PosedClip) -> None:
    glimpse = Onlooker(posed, None).glimpse(Draw(mirror=True, follow=1.0), DEFAULT)
    assert glimpse.body(EVERY) == pytest.approx(posed.body_vertices * np.float32([-1, 1, 1]), abs=1e-5)
    assert (glimpse.body_faces == posed.body_faces[:, ::-1]).all()
    low, high = (np.sort(v[0, :, 0])[[0, -1]] for v in (glimpse.things(EVERY), posed.object_vertices))
    assert low == pytest.approx(-high[::-1], abs=1e-3)


def test_what_is_not_shown_is_said(posed: PosedClip) -> None:
    onlooker = Onlooker(posed, None)
    glimpse = onlooker.glimpse(Draw(limbs=(1.05, 1.0, 1.0), warp=1.1), DEFAULT)
    assert len(glimpse.notes) == 2 and "1.10" in glimpse.notes[1] and glimpse.clip.num_frames == 24
    larger = onlooker.glimpse(replace(Draw(), scale=(1.1, 1.1, 1.1)), DEFAULT)
    extent = np.ptp(larger.things(EVERY)[0], axis=0) / np.ptp(posed.object_vertices[0], axis=0)
    assert extent == pytest.approx(1.1, abs=1e-3)


def test_no_model_folder_is_needed(posed: PosedClip, tmp_path: Path) -> None:
    assert Onlooker(posed, None, tmp_path).glimpse(Draw(), DEFAULT).notes == ()
