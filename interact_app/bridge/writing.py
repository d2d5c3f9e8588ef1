"""The captions of the open clip as they are edited: every edit is a command, undone in bursts, journalled at once."""

from PySide6.QtCore import QObject, Signal

from interact_core.annotation import AddCaption, CaptionDocument, CaptionRecord, ChangeSet, Command, SetCaptionText, UndoStack
from interact_core.clip import Caption
from interact_core.errors import InputError
from interact_core.project import Project


class Writing(QObject):
    """Made for one clip of a project; let go of when another clip is opened. What is typed needs no saving."""

    changed = Signal()
    failed = Signal(object)
    """An InputError: the project is read-only."""

    def __init__(self, project: Project, clip_id: str, author: str, burst: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project, self._author = project, author
        self.document: CaptionDocument = project.caption_document(clip_id)
        self.undo_stack: UndoStack[CaptionDocument] = UndoStack(self.document, burst)
        self.undo_stack.changed.connect(self._store)

    @property
    def records(self) -> tuple[CaptionRecord, ...]:
        return self.document.records

    @property
    def captions(self) -> tuple[Caption, ...]:
        return tuple(record.caption for record in self.document.records)

    @property
    def touched(self) -> bool:
        """Whether anything was edited since this was made."""
        return self.undo_stack.undo_title is not None or self.undo_stack.redo_title is not None

    def do(self, command: Command[CaptionDocument]) -> None:
        """Apply a command, remember it for undo and journal what it changed."""
        self.undo_stack.push(command)

    def write(self, which: int | str, text: str) -> None:
        """Change a caption by place, uid or variant; a variant that is not there yet is added. The same text is no edit."""
        record = self._find(which)
        if record is None:
            if text:
                added = CaptionRecord.new(Caption(text, str(which), author=self._author))
                self.do(AddCaption.at_end(self.document, added))
        elif record.caption.text != text:
            self.do(SetCaptionText.of(self.document, record.uid, text, self._author))

    def _find(self, which: int | str) -> CaptionRecord | None:
        if isinstance(which, int):
            return self.document.records[which]
        return self.document[which] if which in self.document else self.document.by_variant(which)

    def _store(self, change: ChangeSet) -> None:
        try:
            self._project.record(change, self.document, self._author)
        except InputError as error:
            self.failed.emit(error)
        self.changed.emit()
