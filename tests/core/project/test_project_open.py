"""Opening: what is made, what is refused, and that the data is neither touched nor needed the second time."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from interact_core.errors import InputError
from interact_core.project import Project, ProjectInUseError, index_clips

_watched: list[str] = []
_watching: list[Path] = []


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if _watching and event in ("open", "os.scandir", "os.listdir") and str(arguments[0]).startswith(str(_watching[0])):
        _watched.append(f"{event} {arguments[0]}")


sys.addaudithook(_audit)


@pytest.fixture
def watch() -> Callable[[Path], list[str]]:
    def start(folder: Path) -> list[str]:
        _watched.clear()
        _watching[:] = [folder]
        return _watched

    yield start
    _watching.clear()


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(p): (p.stat().st_mtime_ns, p.stat().st_size) for p in folder.rglob("*")}


def test_the_first_opening_lists_by_names_and_writes_nothing_into_the_data(
    dataset: Path, watch: Callable[[Path], list[str]]
) -> None:
    before = snapshot(dataset)
    seen = watch(dataset)
    project = Project.open(dataset)
    assert [entry for entry in seen if entry.startswith("open ")] == []
    assert project.library.search()[0].id == "behave/Date01_Sub01_backpack_0"
    assert project.library.datasets() == {"behave": 3, "grab": 2}
    assert {row.status for row in project.library.search()} == {"listed"}
    index_clips(project)
    project.set_caption("behave/Date01_Sub01_backpack_0", "natural", "x")
    project.store_thumbnail("behave/Date01_Sub01_backpack_0", b"png")
    project.close()
    assert snapshot(dataset) == before


def test_opening_again_touches_no_file_of_the_data(
    opened: Callable[..., Project], dataset: Path, watch: Callable[[Path], list[str]]
) -> None:
    index_clips(opened())
    seen = watch(dataset)
    project = opened()
    assert len(project.library.search("wooden")) == 1
    assert project.captions("grab/s1_mug_drink")[0].caption.text.startswith("Drinks")
    assert seen == []


def test_the_library_opens_without_its_data(opened: Callable[..., Project], dataset: Path) -> None:
    index_clips(opened())
    shutil.rmtree(dataset)
    project = opened()
    assert project.library.count() == 5
    with pytest.raises(InputError):
        index_clips(project)
    with pytest.raises(InputError):
        project.read_clip("grab/s1_mug_drink")


def test_nothing_is_made_for_data_that_cannot_be_listed(tmp_path: Path, _isolated_home: Path) -> None:
    with pytest.raises(InputError):
        Project.open(tmp_path / "nowhere")
    assert not (_isolated_home / "data").exists()


def test_folders_of_one_name_have_projects_of_their_own(dataset: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "data"
    shutil.copytree(dataset, other)
    with_link = tmp_path / "link"
    with_link.symlink_to(dataset)
    first, second = Project.open(dataset), Project.open(other)
    assert first.folder != second.folder and first.folder.name.startswith("data-")
    with pytest.raises(ProjectInUseError):
        Project.open(with_link)  # the same data by another name
    first.close()
    second.close()


def test_a_second_window_is_refused_and_may_read(opened: Callable[..., Project], dataset: Path) -> None:
    project = opened()
    project.set_caption("grab/s1_mug_drink", "natural", "mine")
    project.flush()
    with pytest.raises(ProjectInUseError, match=f"process {os.getpid()} on"):
        Project.open(dataset)
    reader = Project.open(dataset, read_only=True)
    assert reader.captions("grab/s1_mug_drink")[0].caption.text == "mine"
    with pytest.raises(InputError, match="reading only"):
        reader.set_caption("grab/s1_mug_drink", "natural", "theirs")
    with pytest.raises(InputError, match="reading only"):
        reader.store_inspection("grab/s1_mug_drink", {}, 0.5)
    reader.remember_clip("grab/s1_mug_drink")
    assert reader.last_clip_id == ""
    reader.close()
    project.close()
    Project.open(dataset).close()


def test_the_lock_of_a_killed_process_is_free(dataset: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from interact_core.project import Project\n"
        "Project.open(Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(dataset)], check=False).returncode == -9
    Project.open(dataset).close()


def test_a_home_that_cannot_be_written_is_said_clearly(dataset: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(InputError) as caught:
        Project.open(dataset, projects_dir=blocked)
    assert str(blocked) in str(caught.value)


def test_last_clip_and_recent_order(opened: Callable[..., Project]) -> None:
    project = opened()
    for name in ("grab/s1_mug_drink", "behave/Date01_Sub01_backpack_0"):
        project.remember_clip(name)
    project = opened()
    assert project.last_clip_id == "behave/Date01_Sub01_backpack_0"
    assert [row.id for row in project.library.search(order="recent")][:2] == [
        "behave/Date01_Sub01_backpack_0",
        "grab/s1_mug_drink",
    ]


def test_thumbnails_and_inspections_come_back(opened: Callable[..., Project]) -> None:
    project, clip = opened(), "grab/s1_mug_drink"
    assert project.thumbnail_path(clip) is None and project.library.inspection(clip) is None
    project.store_thumbnail(clip, b"\x89PNG one")
    project.store_thumbnail(clip, b"\x89PNG two")
    project.store_inspection(clip, {"penetration_max": 0.031, "unit": "m"}, 0.75, [{"kind": "penetration", "peak_frame": 7}])
    project = opened()
    path = project.thumbnail_path(clip)
    assert path is not None and path.read_bytes() == b"\x89PNG two" and path.name == project.library.row(clip).thumbnail
    found = project.library.inspection(clip)
    assert found is not None and found.summary == {"penetration_max": 0.031, "unit": "m"} and found.severity == 0.75
    assert found.artifacts == ({"kind": "penetration", "peak_frame": 7},)
    assert project.library.search(order="severity")[0].id == clip
    assert [row.id for row in project.library.search(severity_min=0.5)] == [clip]
    with pytest.raises(KeyError):
        project.library.row("nobody")
