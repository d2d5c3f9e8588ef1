"""What people wrote about clips, for commands that go through the data."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from interact_core.annotation.documents import AnnotationDocument
    from interact_core.clip import Clip

Documents = Callable[["Clip"], "AnnotationDocument"]


@contextmanager
def project_documents(path: Path) -> Iterator[Callable[[str], "AnnotationDocument | None"] | None]:
    """What the project of this data says of a clip, None where nobody has written about it; None where there is no project.
    The project is only read."""
    from interact_core.paths import app_paths
    from interact_core.project.project import Project, project_name

    resolved = path.expanduser().absolute().resolve()
    if not (app_paths().projects / project_name(resolved) / "project.db").is_file():
        yield None
        return
    project = Project.open(resolved, read_only=True)

    def written(clip_id: str) -> "AnnotationDocument | None":
        document = project.document(clip_id)
        return document if len(document) or project.revisions(clip_id) else None

    try:
        yield written
    finally:
        project.close(discard=True)


@contextmanager
def documents_of(path: Path) -> Iterator[tuple[Documents, str]]:
    """What people wrote, where a project of this data exists; else the captions of the data."""
    with project_documents(path) as written:
        if written is None:
            yield document_of_data, "data"
            return

        def either(clip: "Clip") -> "AnnotationDocument":
            found = written(clip.id)
            return document_of_data(clip) if found is None else found

        yield either, "project"


def document_of_data(clip: "Clip") -> "AnnotationDocument":
    """Also of a clip that its project lists but has not read yet: nobody has written about it."""
    from interact_core.annotation import AnnotationDocument, CaptionRecord

    return AnnotationDocument(clip.id, [CaptionRecord(f"source-{k}", c, "source") for k, c in enumerate(clip.captions)])
