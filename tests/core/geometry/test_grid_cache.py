"""The grid cache: same figures from disk, damaged files rebuilt, folders that cannot be written survived."""

import logging
import os
from pathlib import Path

import numpy as np
import pytest

from interact_core.clip import Mesh
from interact_core.errors import Cancelled
from interact_core.geometry import grid_cache
from interact_core.geometry.grid_cache import grid_path, load_or_build_grid


@pytest.fixture
def no_building(monkeypatch: pytest.MonkeyPatch):
    def forbid() -> None:
        def fail(*_: object) -> None:
            raise AssertionError("built although it is cached")

        monkeypatch.setattr(grid_cache, "build_grid", fail)

    return forbid


def test_second_time_comes_from_disk_and_is_the_same(box: Mesh, tmp_path: Path, no_building) -> None:
    first = load_or_build_grid(box, tmp_path, resolution=24)
    no_building()
    second = load_or_build_grid(box, tmp_path, resolution=24)
    assert np.array_equal(first.values, second.values)
    assert (second.lattice.cell, second.shell) == (first.lattice.cell, first.shell)
    assert [p.name for p in grid_path(box, tmp_path, 24).parent.iterdir()] == [grid_path(box, tmp_path, 24).name]


@pytest.mark.parametrize("damage", ["truncate", "garbage", "empty", "foreign", "nan"])
def test_a_damaged_file_is_rebuilt(box: Mesh, tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    good = load_or_build_grid(box, tmp_path, resolution=24)
    path = grid_path(box, tmp_path, 24)
    content = path.read_bytes()
    if damage == "truncate":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "garbage":
        path.write_bytes(b"\x00" * 1000)
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "foreign":
        np.savez(path, something=np.zeros(3))
    else:
        with np.load(path) as data:
            fields = {key: data[key] for key in data.files}
        fields["values"][0, 0, 0] = np.nan
        np.savez(path, **fields)
    with caplog.at_level(logging.WARNING):
        again = load_or_build_grid(box, tmp_path, resolution=24)
    assert np.array_equal(again.values, good.values)
    assert "rebuilding" in caplog.text
    caplog.clear()
    load_or_build_grid(box, tmp_path, resolution=24)
    assert "rebuilding" not in caplog.text


def test_a_folder_that_cannot_be_written_costs_only_time(box: Mesh, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with caplog.at_level(logging.WARNING):
        grid = load_or_build_grid(box, blocked, resolution=24)
    assert grid.values.min() < 0
    assert "not cached" in caplog.text


def test_another_mesh_or_resolution_is_another_file(box: Mesh, sphere: Mesh, tmp_path: Path) -> None:
    moved = Mesh(box.vertices + np.float32(1e-3), box.faces)
    names = {grid_path(mesh, tmp_path, r).name for mesh in (box, sphere, moved) for r in (24, 32)}
    assert len(names) == 6


def test_cancelling_leaves_no_file(box: Mesh, tmp_path: Path) -> None:
    class Stop:
        def progress(self, fraction: float, stage: str = "", metrics: object = None) -> None:
            return None

        def checkpoint(self) -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        load_or_build_grid(box, tmp_path, Stop(), resolution=24)
    assert not list(tmp_path.rglob("*"))


def test_the_oldest_grids_go_when_the_folder_is_full(tmp_path: Path) -> None:
    for age, name in enumerate(("new", "middle", "old")):
        path = tmp_path / f"{name}.npz"
        path.write_bytes(bytes(1000))
        os.utime(path, (1e9 - age, 1e9 - age))
    grid_cache.trim(tmp_path, 2500)
    assert sorted(p.stem for p in tmp_path.iterdir()) == ["middle", "new"]
