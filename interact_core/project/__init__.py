"""Where work is kept: one folder per data set, with its library, captions, history and thumbnails."""

from interact_core.project.indexing import IndexReport, index_clips
from interact_core.project.library import ORDERS, STATUSES, ClipRow, Library, StoredInspection
from interact_core.project.owner import ProjectInUseError
from interact_core.project.project import Project
from interact_core.project.recent import RecentProject, forget_project, recent_projects, remember_project
from interact_core.project.record_store import Revision
from interact_core.project.version_records import Manifest, Version, lineage, refined_manifest
from interact_core.project.versions import VersionStore

__all__ = [
    "ORDERS", "STATUSES", "ClipRow", "IndexReport", "Library", "Manifest", "Project", "ProjectInUseError", "RecentProject",
    "Revision", "StoredInspection", "Version", "VersionStore", "forget_project", "index_clips", "lineage",
    "recent_projects", "refined_manifest", "remember_project",
]  # fmt: skip
