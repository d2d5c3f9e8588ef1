"""Files that were imported, kept byte for byte beside the project: an export writes again what was not changed since."""

import contextlib
from pathlib import Path
from typing import Final

from interact_core.annotation.document_files import document_name
from interact_core.paths import write_atomic
from interact_core.project.exchange_forms import Form
from interact_core.project.project import Project

KEPT: Final[frozenset[Form]] = frozenset({"text", "humanml3d", "action", "babel", "omomo"})
"""The forms that are written after a pattern. The others say everything in their records."""


def keep_imported(project: Project, clip_id: str, form: Form, data: bytes) -> None:
    """The last one counts. OSError where the project's folder cannot be written."""
    if form in KEPT and not project.read_only:
        write_atomic(_path(project, clip_id, form), data)


def imported(project: Project, clip_id: str, form: Form) -> bytes | None:
    """None where none was imported, or it cannot be read any more: it is only a pattern."""
    with contextlib.suppress(OSError):
        return _path(project, clip_id, form).read_bytes()
    return None


def _path(project: Project, clip_id: str, form: Form) -> Path:
    return project.folder / "imported" / form / document_name(clip_id)
