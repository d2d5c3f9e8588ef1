"""Long clips are solved and measured in pieces: memory is that of a piece, and no seam is to be seen."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from interact_core.clip import Clip  # noqa: E402
from interact_core.refine import pipeline, survey  # noqa: E402
from interact_core.refine.marks import MARKS, read_figures  # noqa: E402
from interact_core.refine.measuring import Seen  # noqa: E402
from interact_core.refine.options import DEFAULT  # noqa: E402
from interact_core.refine.refine import refine_clip  # noqa: E402
from interact_core.refine.state import State  # noqa: E402

OBJECT_ONLY = replace(
    DEFAULT, effort=1, rounds=1, move_body=False, move_hands=False, missing_hands="no", reduce_noise=False, repair_wrists=False,
    window=120,
)  # fmt: skip


def test_six_hundred_frames_are_never_posed_at_once(desk, grids: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the box may move; what is measured is told from where it is, so that the time goes into the windows."""
    clip = desk.clip(600, -0.012, sway=0.2)
    surveyed: list[int] = []
    look = survey.Surveyor.survey

    def surveys(self: survey.Surveyor, state: State, *rest: object, **named: object) -> survey.Survey:
        surveyed.append(state.num_frames)
        return look(self, state, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(survey.Surveyor, "survey", surveys)
    monkeypatch.setattr(pipeline, "measure", lambda own, *_: _by_the_box(own, clip))
    result = refine_clip(clip, OBJECT_ONLY, cache_dir=grids)
    assert len(surveyed) >= 8 and max(surveyed) <= 240
    moved = np.asarray(result.clip.objects[0].parts[0].translation) - clip.objects[0].parts[0].translation
    way = np.linalg.norm(moved, axis=1)
    assert (way > 0.001).all(), "in every window, not in the first one only"
    assert np.abs(np.diff(moved, n=2, axis=0)).max() * 30**2 < 2.0, "windows join without a jolt"


def _by_the_box(clip: Clip, before: Clip) -> Seen:
    """As deep in the hand as it was less what it went away."""
    tracks = {name: np.zeros(600, np.float32) for mark in MARKS.values() for name in (mark.track, mark.where) if name}
    away = np.linalg.norm(before.objects[0].parts[0].translation - clip.objects[0].parts[0].translation, axis=1)
    tracks["penetration_max"] = np.maximum(0.012 - away, 0).astype(np.float32)
    return Seen(tracks, read_figures(tracks), np.zeros((600, 52, 3), np.float32), (), ())


_LONG = """
import json, resource, sys, time
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, {tests!r})
import numpy as np
from conftest import Desk
from interact_core.refine.refine import refine_clip
frames = int(sys.argv[1])
clip = Desk().clip(frames, 0.0)
part = clip.objects[0].parts[0]
path = np.array(part.translation)
for k in range(4):
    start = (2 * k + 1) * frames // 8
    path[start : start + 60, 1] += 0.012 * np.sin(np.pi * np.arange(60) / 59) ** 2
clip = replace(clip, objects=(replace(clip.objects[0], parts=(replace(part, translation=path),)),))
began = time.process_time()
result = refine_clip(clip, cache_dir=Path(sys.argv[2]))
moved = np.abs(np.asarray(result.clip.body.full_pose()) - clip.body.full_pose()).reshape(frames, -1).max(axis=1)
moved += np.linalg.norm(np.asarray(result.clip.objects[0].parts[0].translation) - path, axis=1)
report = result.report
print(json.dumps(dict(
    peak=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, seconds=time.process_time() - began,
    touched=int((moved > 0).sum()), skipped=report.skipped, worse=[w.told() for w in report.worse],
    before=report.before["penetration_max"], after=report.after["penetration_max"], jerk=report.after["jerk_body_max"],
)))
"""


@pytest.mark.soak
def test_twenty_thousand_frames_are_repaired_where_they_need_it(grids: Path) -> None:
    """What a frame more weighs is its motion and its figures; what is not at fault keeps its numbers."""
    found = {}
    for frames in (2000, 20_000):
        code = _LONG.format(tests=str(Path(__file__).parent))
        told = subprocess.run(
            [sys.executable, "-c", code, str(frames), str(grids)], check=True, capture_output=True, text=True
        )  # fmt: skip
        found[frames] = json.loads(told.stdout.splitlines()[-1])
        print(frames, "frames:", found[frames])
        assert found[frames]["skipped"] is None and len(found[frames]["worse"]) <= 1, "a hair at most, as the guard allows"
        assert 4 * 40 < found[frames]["touched"] < 4 * 160
        assert found[frames]["after"] < 0.5 * found[frames]["before"]
    assert found[20_000]["peak"] < 2e9 and found[20_000]["peak"] < 1.25 * found[2000]["peak"]
