"""Where work is kept: one folder per data set, with its library, captions, history and thumbnails."""

from interact_core.project.exchange import (
    FORMS,
    Conflict,
    ExportOptions,
    ExportReport,
    ImportReport,
    apply_import,
    export_annotations,
    import_annotations,
)
from interact_core.project.indexing import IndexReport, index_clips
from interact_core.project.library import ORDERS, STATUSES, ClipRow, Library, StoredInspection
from interact_core.project.owner import ProjectInUseError
from interact_core.project.project import Project
from interact_core.project.recent import RecentProject, forget_project, recent_projects, remember_project
from interact_core.project.record_store import Revision

__all__ = [
    "FORMS", "ORDERS", "STATUSES", "ClipRow", "Conflict", "ExportOptions", "ExportReport", "ImportReport",
    "IndexReport", "Library", "Project", "ProjectInUseError", "RecentProject", "Revision", "StoredInspection",
    "apply_import", "export_annotations", "forget_project", "import_annotations", "index_clips", "recent_projects",
    "remember_project",
]  # fmt: skip
