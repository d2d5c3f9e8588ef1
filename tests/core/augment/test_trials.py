"""Candidates in a project: kept until they are decided about, made into clips with words of their own, counted."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from interact_core.annotation import CaptionRecord, Record, SegmentRecord
from interact_core.augment.augment import Candidate
from interact_core.augment.carry import carried_records
from interact_core.augment.keep import drop, keep
from interact_core.augment.options import DEFAULT, AugmentOptions, Variations
from interact_core.augment.quality import Quality, judge
from interact_core.augment.sampling import Draw
from interact_core.augment.tally import tally
from interact_core.augment.trials import TRIAL, Trial, TrialStore, options_of, trial_key
from interact_core.clip import Betas, BodyMotion, Caption, Clip, Mesh, ObjectMotion, ObjectPart, Segment
from interact_core.formats.interact_writer import write_clip
from interact_core.project import Project, index_clips
from interact_core.project.children import child_id
from interact_core.project.queue import queue

FRAMES = 30
GOOD = Quality(0.001, 0.0, 0.0, 1.0, 0.0, 0.0, 10.0, 0.0, 0.0, 0.2, 0.1)
CLIP = "demo/shelf"


def made_clip() -> Clip:
    pose = np.zeros((FRAMES, 21, 3), np.float32)
    hands = np.zeros((FRAMES, 15, 3), np.float32)
    rest = np.zeros((FRAMES, 3), np.float32)
    body = BodyMotion("open", "neutral", Betas(np.zeros(10)), rest, pose, hands, hands, rest + np.float32([0, 0.95, 0]))
    corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], np.float32) * 0.2
    faces = np.array([[0, 1, 3], [0, 3, 2], [4, 7, 5], [4, 6, 7], [0, 4, 5], [0, 5, 1]], np.int32)
    part = ObjectPart("box", Mesh(corners, faces, "box"), np.broadcast_to(np.eye(3), (FRAMES, 3, 3)).copy(), rest + 1)
    words = (Caption("A person lifts the box with the left hand."),)
    return Clip(CLIP, 30.0, body, (ObjectMotion("box", (part,)),), words, actions=("lift",))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    write_clip(made_clip(), tmp_path / "data", "demo")
    opened = Project.open(tmp_path / "data", projects_dir=tmp_path / "projects")
    index_clips(opened)
    yield opened
    opened.close(discard=True)


def add(project: Project, index: int, *, jerk: float = 10.0, twin: int = -1, drawn: Draw | None = None) -> Trial:
    clip_id = project.library.search()[0].id
    quality = replace(GOOD, jerk=jerk)
    clip = replace(project.read_clip(clip_id), captions=(), source=None, metadata={"parent": clip_id})
    drawn = drawn or Draw(offset=(0.1, 0.0, 0.0))
    candidate = Candidate(index, drawn, clip, quality, judge(quality, GOOD, DEFAULT.limits, 30.0), 2.0, ("A note.",), twin)
    view = {"mark": np.full((24, 30, 3), 0.1 * index)}
    figures = {"penetration_max": {"title": "Deepest", "value": 0.01, "unit": "m", "group": "penetration"}}
    return TrialStore(project.folder).add(clip_id, "", DEFAULT, candidate, view, figures, figures)


def test_what_was_tried_is_read_again_as_it_was(project: Project) -> None:
    stored = [add(project, 0), add(project, 1, jerk=500.0), add(project, 2, twin=0)]
    found = TrialStore(project.folder).of(stored[0].clip_id)
    assert [t.index for t in found] == [0, 1, 2] and [t.passed for t in found] == [True, False, False]
    assert found[0].draw == Draw(offset=(0.1, 0.0, 0.0)) and options_of(found[0]) == DEFAULT
    assert found[1].reasons[0][0] == "jerk" and found[2].reasons == (("near duplicate", "nearly the same as candidate 1"),)
    assert found[0].read().num_frames == FRAMES and found[0].mark() is not None


def test_more_of_the_same_options_have_the_same_place(project: Project) -> None:
    other = AugmentOptions(variations=Variations(yaw=False))
    assert trial_key(replace(DEFAULT, count=50, keep=3), "") == trial_key(DEFAULT, "")
    assert len({trial_key(DEFAULT, ""), trial_key(other, ""), trial_key(DEFAULT, "20260101-abcd1234")}) == 3


def test_a_folder_of_a_run_that_was_killed_is_no_candidate(project: Project) -> None:
    trial = add(project, 0)
    half = trial.folder.parent / ".00001.x.tmp"
    half.mkdir()
    (half / TRIAL).write_bytes((trial.folder / TRIAL).read_bytes())
    (trial.folder.parent / "00002").mkdir()
    broken = trial.folder.parent / "00003"
    broken.mkdir()
    (broken / TRIAL).write_text("{")
    assert [t.index for t in TrialStore(project.folder).of(trial.clip_id)] == [0]


def test_a_kept_one_is_a_version_and_a_clip_with_the_words_of_its_source(project: Project) -> None:
    trial = add(project, 3)
    kept = keep(project, trial, author="Ann")
    (version,) = project.versions.of(trial.clip_id)
    assert (version.kind, version.manifest.seed, version.manifest.parameters["candidate"]) == ("augmented", 0, 3)
    assert kept.decision == "kept" and kept.version == version.id
    child = child_id(version)
    row = project.library.row(child)
    assert row.parent == trial.clip_id
    assert row.state == "needs_review" and row.caption == "A person lifts the box with the left hand."
    assert [item.clip_id for item in queue(project, "review")] == [child]
    assert project.read_clip(child).id == child
    index_clips(project)  # the listing of the data does not know it, and leaves it alone
    assert child in {r.id for r in project.library.search()} and project.captions(child)[0].caption.text == row.caption


def test_taking_it_back_takes_the_clip_off_and_keeping_it_again_brings_words_back(project: Project) -> None:
    trial = keep(project, add(project, 0))
    child = child_id(project.versions.of(trial.clip_id)[0])
    project.set_caption(child, 0, "Typed since.")
    project.flush()
    dropped = drop(project, trial)
    assert dropped.decision == "discarded" and project.versions.of(trial.clip_id) == ()
    assert child not in {r.id for r in project.library.search()} and not queue(project, "review")
    again = keep(project, drop(project, dropped, discarded=False))
    assert again.version == trial.version and project.library.row(child).caption == "Typed since."
    assert child in {r.id for r in project.library.search()}


def test_mirrored_and_retimed_words(project: Project) -> None:
    segment = SegmentRecord.new(Segment("action", 10, 20, label="lift", hand="left"))
    records: tuple[Record, ...] = (CaptionRecord.new(made_clip().captions[0]), segment)
    clip = made_clip()
    caption, moved = carried_records(records, Draw(mirror=True, warp=1.2), clip, clip)
    assert isinstance(caption, CaptionRecord) and caption.caption.text == "A person lifts the box with the right hand."
    assert isinstance(moved, SegmentRecord)
    assert (moved.segment.start_frame, moved.segment.end_frame, moved.segment.hand) == (12, 24, "right")
    renamed = replace(clip, objects=(replace(clip.objects[0], name="crate"),))
    assert carried_records(records, Draw(), clip, renamed)[0].caption.text.startswith("A person lifts the crate")  # type: ignore[union-attr]


def test_yield(project: Project) -> None:
    add(project, 0)
    add(project, 1, jerk=500.0, drawn=Draw(offset=(0.2, 0, 0), mirror=True))
    add(project, 2, drawn=Draw(mirror=True))
    store = TrialStore(project.folder)
    found = tally(store.all())
    assert (found.whole.tried, found.whole.passed, found.whole.kept, found.clips) == (3, 2, 0, 1)
    assert found.reasons == (("jerk", 1),) and dict(found.modes)["mirror"].tried == 2
    assert found.diversity == pytest.approx(0.2 * np.sqrt(3)) and found.seconds == 6.0
    keep(project, store.all()[0])
    store.decide(store.all()[2], "discarded")
    after = tally(store.all())
    assert (after.whole.kept, after.discarded, after.diversity) == (1, 1, None)
