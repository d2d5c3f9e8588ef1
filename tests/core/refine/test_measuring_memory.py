"""Measuring a clip again of which most frames are as they were: the same figures, and distances of the changed frames only."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from interact_core.bodies.library import choose_body
from interact_core.clip import Clip
from interact_core.geometry.moving_mesh import MovingMesh
from interact_core.jobs.context import NullContext
from interact_core.refine.measuring import Memory, measure


def _lifted(clip: Clip, frames: slice) -> Clip:
    """The object 1 cm higher in some frames."""
    part = clip.objects[0].parts[0]
    place = part.translation.copy()
    place[frames, 1] += 0.01
    return replace(clip, objects=(replace(clip.objects[0], parts=(replace(part, translation=place),)),))


def test_frames_that_did_not_move_are_not_looked_at_again(desk, grids: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = desk.clip(40)
    choice, memory = choose_body(clip.body, None), Memory()
    measure(clip, choice, grids, "cpu", NullContext(), memory)
    changed = _lifted(clip, slice(17, 20))
    asked = []
    looked = MovingMesh.signed_distance

    def counted(self: MovingMesh, *args: object, **more: object) -> object:
        asked.append(1)
        return looked(self, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(MovingMesh, "signed_distance", counted)
    again = measure(changed, choice, grids, "cpu", NullContext(), memory)
    assert 3 <= len(asked) <= 8
    fresh = measure(changed, choice, grids, "cpu", NullContext())
    assert len(asked) >= 43
    assert again.tracks.keys() == fresh.tracks.keys()
    for name, values in fresh.tracks.items():
        np.testing.assert_allclose(again.tracks[name], values, atol=2e-6, err_msg=name)
    first = measure(clip, choice, grids, "cpu", NullContext(), memory)
    assert first.figures != again.figures
