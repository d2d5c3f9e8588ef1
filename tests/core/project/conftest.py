"""A small InterAct data set on disk, and projects over it that are closed again."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from interact_core.project import Project

CLIPS = {
    "behave/sequences_canonical/Date01_Sub01_backpack_0": ("A person lifts the backpack.", "lift"),
    "behave/sequences_canonical/Date02_Sub02_chairwood_30": ("Someone sits down on a wooden chair.", "sit"),
    "behave/sequences_canonical/Date03_Sub03_largetable_7": ("The table is pushed across the room.", "move"),
    "grab/sequences_canonical/s1_mug_drink": ("Drinks from the mug with the right hand.", "drink"),
    "grab/sequences_canonical/s2_crème_eat": ("", ""),
}


def make_clip(folder: Path, frames: int = 30, text: str = "", action: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "human.npz", poses=np.zeros((frames, 156), np.float32), trans=np.zeros((frames, 3), np.float32))
    if text:
        (folder / "text.txt").write_bytes(f"{text}#a/DET#0.0#0.0\r{text} Again.#a/DET#0.0#0.0".encode())
    if action:
        (folder / "action.txt").write_text(f"A person {action} the thing.")


@pytest.fixture
def clip_maker() -> Callable[..., None]:
    return make_clip


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    for number, (name, (text, action)) in enumerate(CLIPS.items()):
        make_clip(root / name, 30 * (number + 1), text, action)
    return root


@pytest.fixture
def opened(dataset: Path) -> Iterator[Callable[..., Project]]:
    """Opens the data set; called again, it closes and opens: a restart."""
    projects: list[Project] = []

    def open_again(**options: bool) -> Project:
        for project in projects:
            project.close()
        projects.append(Project.open(dataset, **options))
        return projects[-1]

    yield open_again
    for project in projects:
        project.close(discard=True)


@pytest.fixture
def project(opened: Callable[..., Project]) -> Project:
    return opened()


@pytest.fixture
def clip_id(project: Project) -> str:
    return next(row.id for row in project.library.search() if "backpack" in row.id)
