"""The list of recent projects: newest first, bounded, and never in the way."""

from pathlib import Path

import pytest

from interact_core.paths import app_paths
from interact_core.project import forget_project, recent_projects, remember_project


def test_newest_first_without_doubles() -> None:
    assert recent_projects() == ()
    for name in ("a", "b", "a"):
        remember_project(Path("/data") / name, title=name.upper())
    assert [(entry.path, entry.title) for entry in recent_projects()] == [("/data/a", "A"), ("/data/b", "B")]
    forget_project(Path("/data/a"))
    assert [entry.path for entry in recent_projects()] == ["/data/b"]


def test_the_list_is_bounded() -> None:
    for number in range(30):
        remember_project(Path(f"/data/{number}"))
    entries = recent_projects()
    assert len(entries) == 20 and entries[0].path == "/data/29" and entries[0].title == "29"


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'[{"path": 1}]', b"\xff", b"[" * 3000, b"null"])
def test_a_damaged_list_is_an_empty_list(content: bytes) -> None:
    file = app_paths().recent_file
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    assert recent_projects() == ()
    remember_project(Path("/data/new"))
    assert [entry.path for entry in recent_projects()] == ["/data/new"]


def test_a_list_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    remember_project(Path("/data/new"), file=tmp_path / "file" / "recent.json")
    assert recent_projects(tmp_path / "file" / "recent.json") == ()
