"""What is open: loading in the background, going back and forth, failing without stopping the rest."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import CLIPS, FRAMES, wait_until
from pytestqt.qtbot import QtBot

from interact_app.bridge.clip_cache import ClipCache
from interact_app.bridge.jobs import JobQueue
from interact_app.bridge.open_clip import OpenClip
from interact_app.session import Session
from interact_core.jobs.context import JobContext
from interact_core.jobs.states import JobState
from interact_core.jobs.thread_executor import ThreadExecutor
from interact_core.settings import SettingsStore

ALPHA, BETA, GAMMA = (f"demo/{name}" for name in CLIPS)


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    made = Session(SettingsStore(), JobQueue(ThreadExecutor(2)))
    yield made
    made.close()


def open_project(session: Session, path: Path) -> None:
    session.open_project(path)
    wait_until(lambda: session.project is not None)


def complete(session: Session) -> None:
    wait_until(lambda: session.inspection is not None)


def test_a_clip_arrives_in_parts_and_in_order(session: Session, small_data: Path) -> None:
    heard: list[str] = []
    posed_frames: set[int] = set()
    measured_frames: set[int] = set()

    def frames_arrived(start: int, stop: int) -> None:
        heard.append("frames")
        posed_frames.update(range(start, stop))
        assert session.posed is not None and session.posed.ready[start:stop].all()
        assert np.isfinite(session.posed.body_vertices[start:stop]).all()

    def fields_arrived(start: int, stop: int) -> None:
        heard.append("fields")
        measured_frames.update(range(start, stop))
        field = session.vertex_field("body")
        assert field is not None and np.isfinite(field.values[start:stop]).any(), "a heatmap before the inspection"

    session.clip_opening.connect(lambda clip_id: heard.append(f"opening {clip_id}"))
    session.clip_opened.connect(lambda: heard.append("opened"))
    session.frames_ready.connect(frames_arrived)
    session.fields_ready.connect(fields_arrived)
    session.inspection_ready.connect(lambda: heard.append("inspected"))
    open_project(session, small_data)
    complete(session)
    assert session.clip_id == ALPHA, "the first clip of the project opens by itself"
    kinds = list(dict.fromkeys(heard))
    assert kinds == [f"opening {ALPHA}", "opened", "frames", "fields", "inspected"]
    assert posed_frames == measured_frames == set(range(FRAMES))


def test_the_figures_agree_with_a_direct_computation(session: Session, small_data: Path, tmp_path: Path) -> None:
    """Streaming, partial fields and threads change nothing: the same chain, called plainly, gives the same numbers."""
    from interact_core.inspection.fields import distance_fields
    from interact_core.inspection.posed import pose_clip

    open_project(session, small_data)
    complete(session)
    assert session.project is not None and session.posed is not None
    posed = pose_clip(session.project.read_clip(ALPHA))
    fields = distance_fields(posed, cache_dir=tmp_path)
    np.testing.assert_allclose(session.posed.body_vertices, posed.body_vertices, atol=1e-5)
    depth = session.vertex_field("body")
    assert depth is not None and depth.id == "body_penetration"
    np.testing.assert_allclose(depth.values, np.maximum(-fields.body_signed_distance, 0), atol=1e-5)
    assert depth.values.max() > 0.02, "the made clip pushes the box into the chest"


def test_going_back_is_immediate(session: Session, small_data: Path) -> None:
    open_project(session, small_data)
    complete(session)
    first = session.posed
    session.open_clip(BETA)
    assert session.posed is None
    complete(session)
    session.open_clip(ALPHA)
    assert session.posed is first and session.inspection is not None, "no event loop needed in between"


def test_another_clip_stops_the_work_for_the_first(session: Session, small_data: Path) -> None:
    open_project(session, small_data)
    session.open_clip(BETA)
    session.open_clip(GAMMA)
    complete(session)
    assert session.clip_id == GAMMA
    wait_until(lambda: not session.jobs.running)
    states = {job.title: job.state for job in session.jobs.jobs}
    assert states[f"Compute {BETA}"] is JobState.CANCELLED
    assert states[f"Compute {GAMMA}"] is JobState.DONE


def test_parts_of_a_clip_that_was_left_are_not_announced(session: Session, small_data: Path) -> None:
    open_project(session, small_data)
    wait_until(lambda: session.posed is not None)
    session.open_clip(BETA)
    wrong: list[str] = []
    session.frames_ready.connect(lambda _a, _b: wrong.append("x") if session.posed and session.posed.clip.id != BETA else None)
    complete(session)
    assert not wrong and session.clip is not None and session.clip.id == BETA


def test_a_broken_clip_says_what_is_wrong_and_the_rest_opens(session: Session, small_data: Path, tmp_path: Path) -> None:
    root = tmp_path / "data"
    shutil.copytree(small_data, root)
    broken = root / "demo" / "sequences_canonical" / CLIPS[1] / "human.npz"
    broken.write_bytes(broken.read_bytes()[:200])
    failures: list[tuple[str, str]] = []
    session.failed.connect(lambda title, text: failures.append((title, text)))
    open_project(session, root)
    complete(session)
    session.open_clip(BETA)
    wait_until(lambda: failures)
    title, text = failures[0]
    assert BETA in title and str(broken) in text
    assert session.clip_error is not None and session.posed is None
    session.open_clip(GAMMA)
    complete(session)


def test_a_path_that_holds_nothing_leaves_the_open_project_alone(session: Session, small_data: Path, tmp_path: Path) -> None:
    failures: list[str] = []
    session.failed.connect(lambda title, text: failures.append(text))
    open_project(session, small_data)
    complete(session)
    empty = tmp_path / "empty"
    empty.mkdir()
    session.open_project(empty)
    wait_until(lambda: failures)
    assert str(empty) in failures[0] and session.clip_id == ALPHA


def test_what_was_written_is_there_after_a_restart(session: Session, small_data: Path, qtbot: QtBot) -> None:
    open_project(session, small_data)
    complete(session)
    assert [c.text for c in session.captions] == ["A person moves the box, take 0."]
    for text in ("A", "A m", "A man lifts the box"):
        session.write_caption("natural", text)
    session.write_caption("shorten", "lift box")
    assert session.can_undo
    session.undo()
    assert [c.variant for c in session.captions] == ["natural"]
    session.redo()
    session.close()
    again = Session(SettingsStore(), JobQueue(ThreadExecutor(2)))
    open_project(again, small_data)
    assert {c.variant: c.text for c in again.captions} == {"natural": "A man lifts the box", "shorten": "lift box"}
    again.close()


def test_the_last_opened_clip_opens_first(session: Session, small_data: Path) -> None:
    open_project(session, small_data)
    complete(session)
    session.open_clip(GAMMA)
    complete(session)
    session.close()
    again = Session(SettingsStore(), JobQueue(ThreadExecutor(2)))
    open_project(again, small_data)
    assert again.clip_id == GAMMA
    again.close()


def test_the_second_window_opens_for_reading(session: Session, small_data: Path) -> None:
    open_project(session, small_data)
    notices: list[str] = []
    other = Session(SettingsStore(), JobQueue(ThreadExecutor(2)))
    other.notice.connect(notices.append)
    failures: list[str] = []
    other.failed.connect(lambda title, text: failures.append(text))
    open_project(other, small_data)
    assert other.project is not None and other.project.read_only
    assert notices and "reading" in notices[0]
    other.write_caption("natural", "cannot be stored")
    assert failures
    other.close()


def test_inspect_all_fills_the_library(session: Session, small_data: Path) -> None:
    open_project(session, small_data)
    complete(session)
    session.listing.inspect_all()
    wait_until(lambda: not session.jobs.running)
    assert session.project is not None
    wait_until(lambda: all(row.severity is not None for row in session.project.library.search()))  # type: ignore[union-attr]


def test_neighbours_follow_the_library_order(session: Session, small_data: Path) -> None:
    open_project(session, small_data)
    session.listing.set_order([GAMMA, ALPHA, BETA])
    assert session.listing.neighbour(1) == BETA and session.listing.neighbour(-1) == GAMMA
    session.open_clip(BETA)
    assert session.listing.neighbour(1) is None
    session.listing.set_order([GAMMA])
    assert session.listing.neighbour(1) == GAMMA, "an open clip that the search hides: the first one it shows"


def test_display_checks_what_it_is_told(session: Session) -> None:
    heard: list[int] = []
    session.display_changed.connect(lambda: heard.append(1))
    session.set_display(vmin=0.0, vmax=0.01)
    session.set_display(vmin=0.0, vmax=0.01)
    assert len(heard) == 1
    session.set_display(field="contact")
    assert session.display.vmin is None, "a range belongs to the field it was chosen for"
    with pytest.raises(ValueError, match="field"):
        session.set_display(field="temperature")
    with pytest.raises(ValueError, match="overlays"):
        session.set_overlay("halo", True)


def test_settings_reach_the_open_clip(session: Session, small_data: Path) -> None:
    open_project(session, small_data)
    complete(session)
    session.settings_store.change("display.penetration_range", 0.2)
    field = session.vertex_field("body")
    assert field is not None and field.vmax == pytest.approx(0.2)
    before = session.posed
    session.settings_store.change("models.models_dir", "/nowhere/models")
    assert session.posed is not before, "another folder of bodies: computed again"
    complete(session)


class _Sized(OpenClip):
    @property
    def nbytes(self) -> int:
        return 100


def test_the_cache_drops_the_oldest_and_never_the_newest() -> None:
    cache = ClipCache(250)
    for name in "abc":
        cache.put(_Sized(name))
    assert "a" not in cache and "b" in cache and "c" in cache
    assert cache.get("b") is not None
    cache.put(_Sized("d"))
    assert "c" not in cache and "b" in cache and "d" in cache
    cache.cap_bytes = 10
    cache.trim()
    assert "d" in cache and "b" not in cache and cache.nbytes == 100


def test_jobs_call_back_once_in_the_window_thread(qtbot: QtBot) -> None:
    import threading

    queue = JobQueue(ThreadExecutor(2))
    results: list[object] = []
    threads: set[threading.Thread] = set()

    def note(value: object) -> None:
        results.append(value)
        threads.add(threading.current_thread())

    def work(context: JobContext) -> int:
        for step in range(50):
            context.progress(step / 50)
        return 7

    def fail(context: JobContext) -> int:
        raise ValueError("no")

    queue.submit("good", work, done=note)
    queue.submit("bad", fail, done=note, failed=lambda error: note(str(error)))
    wait_until(lambda: len(results) >= 2)
    qtbot.wait(50)
    assert sorted(map(str, results)) == ["7", "no"]
    assert threads == {threading.main_thread()}
    queue.close()
