"""The annotations of the open clip as they are edited: every edit is undone in bursts and journalled at once."""

from PySide6.QtCore import QObject, Signal

from interact_core.annotation import AnnotationDocument, ChangeSet, Edit, Record, UndoStack
from interact_core.annotation.captions import type_caption
from interact_core.annotation.review import begin_work
from interact_core.clip import Caption
from interact_core.errors import InputError
from interact_core.project import Project


class Writing(QObject):
    """Made for one clip of a project; let go of when another clip is opened. What is typed needs no saving."""

    changed = Signal(object)
    """The :class:`~interact_core.annotation.ChangeSet`: what to draw again."""
    failed = Signal(object)
    """An InputError: the project is read-only."""

    def __init__(self, project: Project, clip_id: str, author: str, burst: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project, self.author = project, author
        self.document: AnnotationDocument = project.document(clip_id)
        self.undo_stack: UndoStack[AnnotationDocument] = UndoStack(self.document, burst)
        self.undo_stack.changed.connect(self._store)

    @property
    def records(self) -> tuple[Record, ...]:
        return self.document.records

    @property
    def captions(self) -> tuple[Caption, ...]:
        return tuple(record.caption for record in self.document.captions)

    @property
    def touched(self) -> bool:
        """Whether anything was edited since this was made."""
        return self.undo_stack.undo_title is not None or self.undo_stack.redo_title is not None

    def do(self, edit: Edit) -> None:
        """Apply an edit, remember it for undo and journal what it changed. An edit without changes is none."""
        if edit:
            self.undo_stack.push(begin_work(self.document, edit, self.author))

    def write(self, which: int | str, text: str) -> None:
        """Change a caption by place, uid or variant; a variant that is not there yet is added. The same text is no edit."""
        name = self.document.captions[which].uid if isinstance(which, int) else which
        self.do(type_caption(self.document, name, text, self.author))

    def _store(self, change: ChangeSet) -> None:
        try:
            self._project.record(change, self.document, self.author)
        except InputError as error:
            self.failed.emit(error)
        self.changed.emit(change)
