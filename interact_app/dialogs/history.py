"""Who wrote what about the clip and when, what it was before, and back to any of it as an edit that can be undone."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from interact_app.session import Session
from interact_app.teams.restoring import deed, restore_clip, restore_record, said, subject
from interact_app.widgets.review_state import when_text
from interact_app.widgets.text_diff import diff_html
from interact_core.annotation import AnnotationDocument, Edit, Record

if TYPE_CHECKING:
    from interact_core.project import Revision

_PLACE: Final = Qt.ItemDataRole.UserRole


class HistoryDialog(QDialog):
    """Of the open clip; not modal, and follows it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.history")
        self.resize(760, 560)
        self._session = session
        self.revisions: tuple[Revision, ...] = ()
        self._build()
        # Methods, not functions: Qt lets go of them together with the dialog.
        session.annotations_changed.connect(self._annotations_changed)
        session.clip_opened.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Author, word or kind"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Search the history"))
        self.search.textChanged.connect(lambda _text: self._filter())
        self.tree = QTreeWidget(self)
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setHeaderLabels([self.tr("When"), self.tr("Who"), self.tr("What"), self.tr("Words")])
        self.tree.setAccessibleName(self.tr("Changes of the clip, the newest first"))
        header = self.tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.tree.currentItemChanged.connect(lambda _item, _before: self._show())
        self.text = QTextBrowser(self)
        self.text.setAccessibleName(self.tr("What the change did"))
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.addWidget(self.tree)
        split.addWidget(self.text)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 1)
        self.record_button = QPushButton(self.tr("Restore this"), self)
        self.record_button.setToolTip(self.tr("Only this caption, segment or remark becomes what it was after the change"))
        self.record_button.clicked.connect(self.restore_record)
        self.clip_button = QPushButton(self.tr("Restore the whole clip"), self)
        self.clip_button.setToolTip(self.tr("Everything said about the clip becomes what it was right after the change"))
        self.clip_button.clicked.connect(self.restore_clip)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        for button in (self.record_button, self.clip_button):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        for every in buttons.buttons():
            if isinstance(every, QPushButton):
                every.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addWidget(split, 1)
        column.addWidget(buttons)

    def _annotations_changed(self, _clip_id: str) -> None:
        self.refresh()

    # Showing

    def refresh(self) -> None:
        """Read the history anew in the background."""
        project, clip_id = self._session.project, self._session.clip_id
        self.setWindowTitle(self.tr("History of {0}").format(clip_id) if clip_id else self.tr("History"))
        if project is None or not clip_id:
            self._take(clip_id, ())
            return
        found: list[tuple[Revision, ...]] = []
        self._session.jobs.quietly(
            lambda: found.append(project.revisions(clip_id)), lambda: self._take(clip_id, found[0])
        )  # fmt: skip

    @property
    def current(self) -> "Revision | None":
        item = self.tree.currentItem()
        return None if item is None else self.revisions[item.data(0, _PLACE)]

    def _take(self, clip_id: str, revisions: "tuple[Revision, ...]") -> None:
        if not isValid(self) or clip_id != self._session.clip_id:
            return
        chosen = self.current.id if self.current is not None else None
        self.revisions = revisions
        self.tree.clear()
        for place, one in enumerate(revisions):
            words = " ".join(said(one.after or one.before).split())
            row = QTreeWidgetItem(self.tree, [when_text(one.ended), one.author, f"{subject(one)} {deed(one)}", words])
            row.setData(0, _PLACE, place)
            row.setToolTip(3, words)
            if one.id == chosen:
                self.tree.setCurrentItem(row)
        first = self.tree.topLevelItem(0)
        if self.tree.currentItem() is None and first is not None:
            self.tree.setCurrentItem(first)
        self._filter()
        self._show()

    def _show(self) -> None:
        one = self.current
        project, writing = self._session.project, self._session.writing
        writable = one is not None and writing is not None and project is not None and not project.read_only
        self.record_button.setEnabled(writable)
        self.clip_button.setEnabled(writable)
        if one is None:
            self.text.setHtml(f"<i>{self.tr('Nothing was changed yet: these are the words of the source.')}</i>")
            return
        head = f"<b>{subject(one)} {deed(one)}</b> – {one.author}, {when_text(one.ended)}"
        self.text.setHtml(f"<p>{head}</p><p>{diff_html(said(one.before), said(one.after), self.palette())}</p>")

    def _filter(self) -> None:
        words = self.search.text().casefold().split()
        for place in range(self.tree.topLevelItemCount()):
            row = self.tree.topLevelItem(place)
            assert row is not None
            told = " ".join(row.text(k) for k in range(4)).casefold()
            row.setHidden(not all(word in told for word in words))

    # Restoring

    def restore_record(self) -> None:
        one = self.current
        if one is not None:
            self._do(lambda document: restore_record(document, one))

    def restore_clip(self) -> None:
        """What was said is looked up in the background, the edit itself is made here."""
        one, project = self.current, self._session.project
        if one is None or project is None:
            return
        found: list[tuple[Record, ...]] = []

        def done() -> None:
            if isValid(self) and one.clip_id == self._session.clip_id:
                self._do(lambda document: restore_clip(document, found[0]))

        self._session.jobs.quietly(lambda: found.append(project.records_at(one.clip_id, one)), done)

    def _do(self, build: Callable[[AnnotationDocument], Edit]) -> None:
        writing = self._session.writing
        if writing is None:
            return
        edit = build(writing.document)
        if edit:
            writing.undo_stack.seal()
            writing.do(edit)
            self._session.notice.emit(self.tr("Restored. Ctrl+Z takes it back."))
        else:
            self._session.notice.emit(self.tr("It is like that now: there is nothing to restore."))
