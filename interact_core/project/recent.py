"""The projects opened last, newest first. A list that is lost costs a person a few clicks, so nothing here ever raises."""

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from interact_core.paths import app_paths, write_atomic
from interact_core.project.index import now

logger = logging.getLogger(__name__)

_KEPT: Final = 20


@dataclass(frozen=True)
class RecentProject:
    """opened_at is UTC, ISO 8601. Ask `Path(path).exists()` before offering it: drives come and go."""

    path: str
    title: str
    opened_at: str


def recent_projects(file: Path | None = None) -> tuple[RecentProject, ...]:
    """Newest first; empty when the list is missing or damaged."""
    file = file or app_paths().recent_file
    try:
        entries = json.loads(file.read_bytes())
        return tuple(RecentProject(str(e["path"]), str(e["title"]), str(e["opened_at"])) for e in entries)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        logger.warning("The list of recent projects %s cannot be read: %s", file, error)
        return ()


def remember_project(path: Path, title: str = "", file: Path | None = None) -> None:
    """Put it on top."""
    entry = RecentProject(str(path), title or path.name, now())
    others = [other for other in recent_projects(file) if other.path != entry.path]
    _write([entry, *others][:_KEPT], file)


def forget_project(path: Path | str, file: Path | None = None) -> None:
    _write([other for other in recent_projects(file) if other.path != str(path)], file)


def _write(entries: list[RecentProject], file: Path | None) -> None:
    file = file or app_paths().recent_file
    try:
        write_atomic(file, json.dumps([asdict(entry) for entry in entries], indent=1).encode())
    except OSError as error:
        logger.warning("The list of recent projects %s cannot be written: %s", file, error)
