"""Folders of the program, and files that are replaced whole or not at all."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from interact_core.locks import FileLock
from interact_core.paths import app_paths, cache_dir, write_atomic


def test_one_root_for_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERACT_HOME", str(tmp_path / "home"))
    paths = app_paths()
    folders = {paths.config, paths.data, paths.cache, paths.log, paths.state}
    assert len(folders) == 5 and all(folder.parent == tmp_path / "home" for folder in folders)
    assert cache_dir() == paths.cache
    assert not (tmp_path / "home").exists(), "asking for paths must not make folders"


def test_the_systems_folders_without_the_override(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INTERACT_HOME")
    paths = app_paths()
    assert len({paths.config, paths.cache, paths.log}) == 3
    assert all(folder.is_absolute() and "interact-studio" in str(folder) for folder in (paths.config, paths.data))


def test_write_atomic_replaces_and_keeps_the_mode(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "file"
    write_atomic(file, b"one")
    file.chmod(0o600)
    write_atomic(file, b"two")
    assert file.read_bytes() == b"two" and stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_failed_write_keeps_the_old_file_and_leaves_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomic(file, b"new")
    assert file.read_bytes() == b"old" and list(tmp_path.iterdir()) == [file]


def test_a_lock_excludes_others_in_and_outside_the_process(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first, second = FileLock(path), FileLock(path)
    assert first.acquire() and first.acquire() and first.held
    assert not second.acquire() and not second.held
    code = f"from interact_core.locks import FileLock; from pathlib import Path; print(FileLock(Path({str(path)!r})).acquire())"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"
    first.release()
    first.release()
    assert second.acquire()
    second.release()
