"""Full disks, read-only files, damaged databases, newer and older ones: said clearly, and nothing typed is lost."""

import os
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from interact_core.errors import InputError
from interact_core.project import Project, ProjectInUseError, index_clips, journal, schema

CLIP = "behave/Date01_Sub01_backpack_0"


def first_text(project: Project, clip_id: str = CLIP) -> str:
    return project.captions(clip_id)[0].caption.text


def fill(project: Project) -> None:
    """No page more than there are now."""
    pages = project.database.connection.execute("PRAGMA page_count").fetchone()[0]
    project.database.connection.execute(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_is_said_and_what_was_typed_waits(opened: Callable[..., Project], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "RETRY", 0.1)
    project = opened()
    index_clips(project)
    heard: list[InputError | None] = []
    over = threading.Event()
    project.trouble.connect(lambda error: (heard.append(error), over.set() if error is None else None))
    fill(project)
    text = "a long caption " * 5000
    project.set_caption(CLIP, 0, text)
    with pytest.raises(InputError, match=r"the disk is full\. Free some space"):
        project.flush()
    assert project.unsaved == 1 and first_text(project) == text
    with pytest.raises(InputError, match="disk is full"):
        project.close()
    assert first_text(project) == text, "a project that could not be stored must stay open"
    project.set_caption(CLIP, 0, text + "and more")
    project.database.connection.execute("PRAGMA max_page_count = 100000")
    assert over.wait(5), "storing was not tried again"
    assert len(heard) == 2 and "disk is full" in str(heard[0]) and heard[1] is None
    while project.unsaved:
        time.sleep(0.01)
    assert first_text(opened()) == text + "and more"


def test_other_writes_on_a_full_disk_change_nothing(project: Project) -> None:
    fill(project)
    with pytest.raises(InputError, match="disk is full"):
        project.store_inspection(CLIP, {"much": "x" * 500_000}, 0.5)
    assert project.library.inspection(CLIP) is None and project.library.row(CLIP).severity is None
    project.remember_clip(CLIP)  # looking goes on


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 24 MB, where this account may mount one."""
    place = tmp_path / "small"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("mounting a small file system needs root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_really_full_disk(dataset: Path, small_disk: Path) -> None:
    project = Project.open(dataset, projects_dir=small_disk)
    project.set_caption(CLIP, "natural", "safe")
    project.flush()
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space left"), filler.open("wb", buffering=0) as stream:
        while True:
            stream.write(bytes(4096))
    text = "typed on a full disk " * 30_000
    project.set_caption(CLIP, "natural", text)
    with pytest.raises(InputError, match="disk is full"):
        project.flush()
    with pytest.raises(InputError, match="disk is full"):
        project.store_thumbnail(CLIP, b"x" * 1_000_000)
    assert first_text(project) == text
    filler.unlink()
    project.flush()
    project.close()
    again = Project.open(dataset, projects_dir=small_disk)
    assert first_text(again) == text
    again.close()


def test_a_bug_in_storing_does_not_end_the_journal(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "RETRY", 0.05)
    calls: list[int] = []
    store = project._journal._store

    def flaky(edits: object) -> None:
        calls.append(1)
        if len(calls) < 3:
            raise ZeroDivisionError("bug")
        store(edits)

    monkeypatch.setattr(project._journal, "_store", flaky)
    project.set_caption(CLIP, "natural", "kept")
    start = time.monotonic()
    while project.unsaved:
        assert time.monotonic() - start < 30
        time.sleep(0.01)
    assert len(calls) == 3


# Damage


def database_of(project: Project) -> Path:
    return project.folder / "project.db"


def typed_and_closed(opened: Callable[..., Project]) -> Path:
    project = opened()
    index_clips(project)
    project.set_caption(CLIP, 0, "weeks of work")
    for number in range(100):
        project.set_caption("grab/s1_mug_drink", f"v{number}", f"sentence number {number} " * 10)
    project.close()
    return database_of(project)


@pytest.mark.parametrize("damage", ["garbage", "empty_header", "truncated", "holes"])
def test_a_damaged_database_is_kept_and_what_can_be_read_comes_back(opened: Callable[..., Project], damage: str) -> None:
    path = typed_and_closed(opened)
    content = bytearray(path.read_bytes())
    if damage == "garbage":
        content[:] = os.urandom(len(content))
    elif damage == "empty_header":
        content[:100] = bytes(100)
    elif damage == "truncated":
        del content[len(content) // 2 :]
    else:
        for place in range(len(content) // 2, len(content), 16384):
            content[place : place + 4096] = os.urandom(4096)
    path.write_bytes(content)
    project = opened()
    assert len(project.notices) == 1 and "damaged" in project.notices[0]
    (kept,) = project.folder.glob("project-damaged-*.db")
    assert kept.read_bytes() == content and kept.name in project.notices[0]
    assert first_text(project) == "weeks of work", "the backup of the last session was not used"
    index_clips(project)
    assert project.library.count() == 5 and len(project.library.search("weeks of work")) == 1
    assert len(project.captions("grab/s1_mug_drink")) == 102
    project = opened()
    assert project.notices == ()


def test_damage_without_a_backup_still_gives_a_working_project(opened: Callable[..., Project]) -> None:
    path = typed_and_closed(opened)
    shutil.rmtree(path.parent / "backups")
    path.write_bytes(b"SQLite format 3\0" + os.urandom(50_000))
    project = opened()
    assert "0 captions and segments were rescued" in project.notices[0] and project.library.count() == 5
    project.set_caption(CLIP, "natural", "goes on")
    assert first_text(opened()) == "goes on"


def test_damage_found_while_open_is_said(opened: Callable[..., Project]) -> None:
    project = opened()
    project.database.close()
    project._closed = True  # the file is taken away under it
    project._journal.stop()
    assert project._ownership is not None
    project._ownership.release()
    database_of(project).write_bytes(b"x" * 5000)
    again = opened()
    assert "damaged" in again.notices[0]


# Versions of the schema


def test_a_newer_project_is_left_alone(opened: Callable[..., Project], dataset: Path) -> None:
    path = typed_and_closed(opened)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(InputError, match="schema 999"):
            Project.open(dataset, read_only=read_only)
    assert path.read_bytes() == before


def add_mood(db: object) -> None:
    db.table("clips").add_column("mood", str)


def fail(db: object) -> None:
    add_mood(db)
    raise sqlite3.OperationalError("half way")


def test_an_older_project_is_copied_then_brought_up_to_date(
    opened: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = typed_and_closed(opened)
    monkeypatch.setattr(schema, "_STEPS", (*schema._STEPS, add_mood))
    found = schema.VERSION
    monkeypatch.setattr(schema, "VERSION", found + 1)
    project = opened()
    assert "brought up to date" in project.notices[0]
    assert first_text(project) == "weeks of work"
    assert project.database.query("SELECT DISTINCT mood FROM clips") == [(None,)]
    (copy,) = (path.parent / "backups").glob(f"project-schema{found}-*.db")
    with sqlite3.connect(copy) as connection:
        assert connection.execute("SELECT text FROM records WHERE clip_id = ?", (CLIP,)).fetchone() == ("weeks of work",)
        assert connection.execute("PRAGMA user_version").fetchone() == (found,)
    connection.close()
    assert [row[1] for row in project.database.query("SELECT * FROM _sqlite_migrations ORDER BY id")] == ["project"] * (found + 1)


def test_a_migration_that_fails_leaves_the_project_as_it_was(
    opened: Callable[..., Project], dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed_and_closed(opened)
    with monkeypatch.context() as patched:
        patched.setattr(schema, "_STEPS", (*schema._STEPS, fail))
        patched.setattr(schema, "VERSION", schema.VERSION + 1)
        with pytest.raises(InputError, match="half way"):
            Project.open(dataset)
    project = opened()  # the lock was let go too
    assert first_text(project) == "weeks of work"
    assert "mood" not in [row[1] for row in project.database.query("PRAGMA table_info(clips)")]
    with pytest.raises(ProjectInUseError):
        Project.open(dataset)
