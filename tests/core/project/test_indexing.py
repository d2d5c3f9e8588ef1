"""The index reads each clip once, again when its files change, and never lets one clip stop the others."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from interact_core.errors import Cancelled
from interact_core.jobs import ThreadExecutor
from interact_core.project import IndexReport, Project, index_clips


def test_facts_are_read_without_the_motion(project: Project, dataset: Path) -> None:
    assert index_clips(project) == IndexReport(read=5, unchanged=0, problems=0)
    row = project.library.row("behave/Date03_Sub03_largetable_7")
    assert (row.frames, row.fps, row.duration, row.caption_count, row.status) == (90, 30.0, 3.0, 2, "ready")
    assert row.caption == "The table is pushed across the room."
    assert project.captions(row.id)[0].caption.tokens == ("a/DET",)


def test_only_changed_clips_are_read_again(project: Project, dataset: Path) -> None:
    index_clips(project)
    assert index_clips(project) == IndexReport(read=0, unchanged=5, problems=0)
    text = dataset / "grab/sequences_canonical/s1_mug_drink/text.txt"
    text.write_text("New words.#a/DET#0.0#0.0")
    assert index_clips(project) == IndexReport(read=1, unchanged=4, problems=0)
    assert [r.caption.text for r in project.captions("grab/s1_mug_drink")] == ["New words."]


def test_a_broken_clip_is_recorded_and_mended_later(project: Project, dataset: Path) -> None:
    folder = dataset / "behave/sequences_canonical/Date02_Sub02_chairwood_30"
    whole = (folder / "human.npz").read_bytes()
    (folder / "human.npz").write_bytes(whole[:50])
    (dataset / "grab/sequences_canonical/s1_mug_drink/text.txt").write_bytes(b"\xff\xfe\x00bad")
    assert index_clips(project).problems == 2
    broken = {row.id: row.problem for row in project.library.search(status="problem")}
    assert set(broken) == {"behave/Date02_Sub02_chairwood_30", "grab/s1_mug_drink"}
    assert "human.npz" in broken["behave/Date02_Sub02_chairwood_30"] and "damaged" in broken["behave/Date02_Sub02_chairwood_30"]
    assert index_clips(project).read == 0, "a broken clip must not be read at every start"
    (folder / "human.npz").write_bytes(whole)
    assert index_clips(project) == IndexReport(read=1, unchanged=4, problems=0)
    assert project.library.row("behave/Date02_Sub02_chairwood_30").problem == ""


def test_clips_that_come_and_go_keep_their_captions(project: Project, dataset: Path, clip_maker: Callable[..., None]) -> None:
    index_clips(project)
    project.set_caption("grab/s1_mug_drink", 0, "precious")
    folder = dataset / "grab/sequences_canonical/s1_mug_drink"
    kept = dataset.parent / "kept"
    shutil.move(folder, kept)
    clip_maker(dataset / "grab/sequences_canonical/s0_new", 9, "Brand new.")
    index_clips(project)
    assert project.library.row("grab/s1_mug_drink").status == "missing"
    assert project.library.row("grab/s0_new").caption == "Brand new."
    assert [r.status for r in project.library.search()][-1] == "missing"
    shutil.move(kept, folder)
    index_clips(project)
    assert project.library.row("grab/s1_mug_drink").status == "ready"
    assert project.captions("grab/s1_mug_drink")[0].caption.text == "precious"


def test_indexing_as_a_job_reports_and_can_be_cancelled(project: Project) -> None:
    executor = ThreadExecutor(workers=1)
    job = executor.submit("Index", lambda context: index_clips(project, context))
    assert job.wait(10) and job.result().read == 5 and job.progress.fraction == 1.0
    assert executor.shutdown()

    class Stopped:
        def progress(self, *arguments: object) -> None:
            return None

        def checkpoint(self) -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        index_clips(project, Stopped())


def test_unreadable_names_are_a_problem_of_that_clip_only(project: Project, dataset: Path) -> None:
    bad = os.fsencode(dataset / "grab" / "sequences_canonical") + b"/bad\xff\xfename"
    try:
        os.mkdir(bad)  # noqa: PTH102 - a Path cannot be made of these bytes
    except OSError:
        pytest.skip("this file system takes only Unicode names")
    index_clips(project)
    (row,) = project.library.search("bad")
    assert row.status == "problem"
    assert len(project.library.search(status="ready")) == 5


def test_real_data(shared_data: Path) -> None:
    project = Project.open(shared_data / "intermimic")
    report = index_clips(project)
    assert report.problems == 0 and report.read == project.library.count() >= 4
    (row,) = [row for row in project.library.search("largetable") if row.id.endswith("sub2_largetable_003")]
    assert row.frames == 198 and row.objects == ("largetable",) and "largetable" in row.caption
    clip = project.read_clip(row.id)
    assert clip.num_frames == row.frames
    assert index_clips(project).read == 0
    project.close()
