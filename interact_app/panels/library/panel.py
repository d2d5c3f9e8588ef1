"""The clips of the open project: search, filter, sort, open."""

from pathlib import Path

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QPoint, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from interact_app.actions import ActionRegistry
from interact_app.clock import Clock
from interact_app.panels.library.delegate import THUMBNAIL, ClipDelegate
from interact_app.panels.library.filters import FilterBar, Query
from interact_app.panels.library.hits import LIMIT, WordHits
from interact_app.panels.library.model import ClipModel
from interact_app.panels.library.states import StateChips
from interact_app.panels.library.thumbnails import Thumbnails
from interact_app.session import Session
from interact_app.teams.places import Places
from interact_app.theme.icons import icon
from interact_app.widgets.buttons import describe
from interact_app.widgets.placeholder import Placeholder

_SEARCH_DELAY_MS = 120
_REFRESH_MS = 250


class ClipList(QListView):
    """Letters belong to the application's shortcuts, not to Qt's search by typing."""

    def keyboardSearch(self, search: str) -> None:
        return None


class LibraryPanel(QWidget):
    """Reads the project's index, never a clip file."""

    def __init__(self, session: Session, clock: Clock, actions: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._actions = actions
        self._opening = ""
        self._places = Places(session, clock, self)
        self._model = ClipModel(self)
        self._thumbnails = Thumbnails(self._thumbnail_path, THUMBNAIL, self)
        self._thumbnails.arrived.connect(self._model.touch)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 4)
        column.setSpacing(5)
        self._build_search(column)
        self._build_summary(column)
        self._build_list(column)
        self._search_timer = _single_shot(self, _SEARCH_DELAY_MS, self.search)
        self._refresh_timer = _single_shot(self, _REFRESH_MS, self._refresh)
        self._connect()
        self._project_changed()

    def _connect(self) -> None:
        session = self._session
        session.project_opening.connect(self._project_opening)
        session.project_opened.connect(self._project_changed)
        session.failed.connect(lambda title, message: self._opening_failed())
        session.library_changed.connect(lambda: self._refresh_timer.isActive() or self._refresh_timer.start())
        session.annotations_changed.connect(lambda clip_id: self._refresh_timer.isActive() or self._refresh_timer.start())
        for signal in (session.clip_opening, session.clip_opened):
            signal.connect(lambda *_: self._show_open())

    # Building

    def _build_search(self, column: QVBoxLayout) -> None:
        self._text = QLineEdit(self)
        self._text.setPlaceholderText(self.tr("Search clips, objects, captions"))
        self._text.setClearButtonEnabled(True)
        self._text.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._text.setAccessibleName(self.tr("Search the library"))
        self._text.setToolTip(self.tr("Every word has to occur in id, dataset, object, action or caption. Down: to the list"))
        self._text.textChanged.connect(lambda _: self._search_timer.start())
        self._text.installEventFilter(self)
        self._filter_button = QToolButton(self)
        self._filter_button.setIcon(icon("settings"))
        self._filter_button.setCheckable(True)
        describe(self._filter_button, self.tr("Filters: dataset, object, severity, captions"))
        self._filters = FilterBar(self)
        self._filters.setVisible(False)
        self._filters.changed.connect(self.search)
        self._filter_button.toggled.connect(self._filters.setVisible)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self._text, 1)
        row.addWidget(self._filter_button)
        column.addLayout(row)
        column.addWidget(self._filters)

    def _build_summary(self, column: QVBoxLayout) -> None:
        self._count = QLabel(self)
        self._count.setProperty("role", "muted")
        self._problems = QToolButton(self)
        self._problems.setIcon(icon("warning"))
        self._problems.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._problems.setCheckable(True)
        self._problems.toggled.connect(lambda _: self.search())
        describe(self._problems, self.tr("Show only the clips that could not be read"))
        self._order = QComboBox(self)
        orders = {
            "listing": self.tr("As listed"),
            "id": self.tr("Name"),
            "severity": self.tr("Worst first"),
            "duration": self.tr("Longest first"),
            "recent": self.tr("Last opened"),
            "uncaptioned": self.tr("No caption first"),
        }
        for key, text in orders.items():
            self._order.addItem(text, key)
        self._order.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._order.setMinimumContentsLength(9)
        describe(self._order, self.tr("Sort by"))
        self._order.currentIndexChanged.connect(lambda _: self.search())
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self._count, 1)
        row.addWidget(self._problems)
        row.addWidget(self._order)
        column.addLayout(row)
        self._states = StateChips(self)
        self._states.changed.connect(self.search)
        column.addWidget(self._states)

    def _build_list(self, column: QVBoxLayout) -> None:
        self._view = ClipList(self)
        self._view.setModel(self._model)
        self._view.setItemDelegate(ClipDelegate(self._thumbnails, self._view))
        self._view.setUniformItemSizes(True)
        self._view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.setMouseTracking(True)
        self._view.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self._view.selectionModel().selectionChanged.connect(lambda *_: self._selection_changed())
        self._view.setFrameShape(QListView.Shape.NoFrame)
        self._view.setAccessibleName(self.tr("Clips"))
        self._view.activated.connect(self._open)
        self._view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._view.customContextMenuRequested.connect(self._show_menu)
        self._view.installEventFilter(self)
        self._placeholder = Placeholder(self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._view)
        self._stack.addWidget(self._placeholder)
        self.hits = WordHits(self)
        self.hits.wanted.connect(lambda hit: self._places.go(hit.clip_id, hit.start_frame, hit.uid))
        column.addWidget(self._stack, 3)
        column.addWidget(self.hits, 2)

    # Searching

    def query(self) -> Query:
        """What the fields ask for now."""
        return Query(
            text=self._text.text(),
            dataset=self._filters.dataset.currentData() or "",
            object_name=self._filters.object.currentData() or "",
            severity_min=self._filters.severity.currentData(),
            captioned=self._filters.captioned.currentData(),
            problems=self._problems.isChecked(),
            state=self._states.chosen,
            order=self._order.currentData(),
        )

    def search(self) -> None:
        """Ask the index and show what it finds; the chosen row stays chosen."""
        self._search_timer.stop()
        project = self._session.project
        if project is None:
            return
        query = self.query()
        chosen = self._model.row_at(self._view.currentIndex())
        selected = self._session.listing.selected
        rows = query.run(project.library)
        if self._model.set_rows(rows):
            self._session.listing.set_order([row.id for row in rows])
            kept = self._model.index_of(chosen.id if chosen else self._session.clip_id)
            if kept.isValid():
                self._view.setCurrentIndex(kept)
                self._view.scrollTo(kept)
            for index in map(self._model.index_of, selected):
                if index.isValid():
                    self._view.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)
        self._show_counts(len(rows), project.library.count())
        self._show_emptiness(query, len(rows))
        self.hits.show_hits(project.library.search_words(query.text, LIMIT) if query.text.strip() else [])

    def clear_query(self) -> None:
        self._text.clear()
        self._problems.setChecked(False)
        self._states.clear()
        self._filters.clear()

    def focus_search(self) -> None:
        """Ready to type."""
        self._text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._text.selectAll()

    def _refresh(self) -> None:
        """The index has changed: new texts, severities, pictures."""
        project = self._session.project
        if project is None:
            return
        self._filters.offer(project.library.datasets(), project.library.objects())
        self.search()

    def _show_counts(self, found: int, total: int) -> None:
        self._count.setText(self.tr("{0} clips").format(total) if found == total else self.tr("{0} of {1}").format(found, total))
        project = self._session.project
        every = [] if project is None else project.library.search()
        broken = sum(row.status == "problem" for row in every)
        self._states.show_counts(every)
        self._problems.setText(str(broken))
        active = self._filters.is_active
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if active else Qt.ToolButtonStyle.ToolButtonIconOnly
        self._filter_button.setText("•" if active else "")
        self._filter_button.setToolButtonStyle(style)

    # States

    def _project_opening(self, name: str) -> None:
        self._opening = name
        if self._model.rowCount() == 0:
            self._show_emptiness(Query(), 0)

    def _opening_failed(self) -> None:
        if self._opening:
            self._opening = ""
            self._show_emptiness(self.query(), self._model.rowCount())

    def _project_changed(self) -> None:
        self._opening = ""
        self._thumbnails.forget()
        self._refresh()
        self._show_emptiness(self.query(), self._model.rowCount())
        self._show_open()

    def _show_emptiness(self, query: Query, found: int) -> None:
        has_project = self._session.project is not None
        for widget in (self._text, self._filter_button, self._order):
            widget.setEnabled(has_project)
        self._problems.setVisible(has_project and self._problems.text() not in ("", "0"))
        self._stack.setCurrentWidget(self._view if found else self._placeholder)
        if found:
            return
        if self._opening:
            self._placeholder.say(self.tr("Opening {0} …").format(self._opening))
        elif not has_project:
            self._placeholder.say(
                self.tr("No project is open"),
                self.tr("Open a dataset, a folder of datasets or a single clip. You can also drop it on the window."),
                self.tr("Open folder …"),
                lambda: self._run("project.open_folder"),
            )
        elif query.narrows:
            self._placeholder.say(self.tr("Nothing matches"), "", self.tr("Clear search and filters"), self.clear_query)
        else:
            self._placeholder.say(
                self.tr("No clips found here"), self.tr("The folder was read, but holds no format that is known.")
            )

    def _show_open(self) -> None:
        clip_id = self._session.clip_id
        self._model.set_open(clip_id)
        index = self._model.index_of(clip_id)
        if index.isValid() and not self._view.hasFocus():
            flag = QItemSelectionModel.SelectionFlag
            several = len(self._session.listing.selected) > 1  # chosen for something that is still to come
            self._view.selectionModel().setCurrentIndex(index, flag.NoUpdate if several else flag.ClearAndSelect)
            self._view.scrollTo(index)

    def _selection_changed(self) -> None:
        rows = map(self._model.row_at, self._view.selectionModel().selectedIndexes())
        self._session.listing.select([row.id for row in rows if row is not None])

    # Doing

    def _open(self, index: QModelIndex) -> None:
        row = self._model.row_at(index)
        if row is not None:
            self._session.open_clip(row.id)

    def _run(self, action_id: str) -> None:
        if action_id in self._actions:
            self._actions.trigger(action_id)

    def _augment(self, index: QModelIndex, count: int) -> None:
        """Of one clip what can be seen: it is opened first."""
        if count <= 1:
            self._open(index)
        self._run("augment.open")

    def _thumbnail_path(self, clip_id: str) -> Path | None:
        project = self._session.project
        return None if project is None else project.thumbnail_path(clip_id)

    def _show_menu(self, position: QPoint) -> None:
        index = self._view.indexAt(position)
        if index.isValid():
            self.menu_for(index).exec(self._view.viewport().mapToGlobal(position))

    def menu_for(self, index: QModelIndex) -> QMenu:
        """What can be done with the clip of a row."""
        menu = QMenu(self)
        row = self._model.row_at(index)
        if row is None:
            return menu
        menu.addAction(self.tr("Open"), lambda: self._open(index))
        if row.parent:
            parent: QAction = menu.addAction(self.tr("Open the clean parent"), lambda: self._session.open_clip(row.parent))
            parent.setEnabled(self._model.index_of(row.parent).isValid())
        count = len(self._session.listing.selected)
        if "versions.refine" in self._actions:
            several = self.tr("Refine the {0} selected clips…").format(count)
            refine: QAction = menu.addAction(several if count > 1 else self.tr("Refine…"), lambda: self._run("versions.refine"))
            refine.setEnabled(self._actions.qaction("versions.refine").isEnabled())
        if "augment.open" in self._actions:
            several = self.tr("Augment the {0} selected clips…").format(count)
            augment: QAction = menu.addAction(several if count > 1 else self.tr("Augment…"), lambda: self._augment(index, count))
            augment.setEnabled(self._actions.qaction("augment.open").isEnabled())
        menu.addSeparator()
        menu.addAction(self.tr("Copy id"), lambda: QGuiApplication.clipboard().setText(row.id))
        if row.caption:
            menu.addAction(self.tr("Copy caption"), lambda: QGuiApplication.clipboard().setText(row.caption))
        menu.addAction(self.tr("Show in folder"), lambda: self._reveal(row.id))
        return menu

    def _reveal(self, clip_id: str) -> None:
        project = self._session.project
        if project is not None:
            path = project.library.ref(clip_id).path
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path if path.is_dir() else path.parent)))

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down leaves the search field for the list, Up on the first row comes back, Enter opens from both."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if watched is self._text and key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                return self._leave_search(opens=key != Qt.Key.Key_Down)
            if watched is self._text and key == Qt.Key.Key_Escape and self._text.text():
                self._text.clear()
                return True
            if watched is self._view and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._open(self._view.currentIndex())
                return True
            if watched is self._view and key == Qt.Key.Key_Up and self._view.currentIndex().row() <= 0:
                self.focus_search()
                return True
        return super().eventFilter(watched, event)

    def _leave_search(self, *, opens: bool) -> bool:
        if self._search_timer.isActive():
            self.search()
        if self._model.rowCount() == 0:
            return True
        if not self._view.currentIndex().isValid():
            self._view.setCurrentIndex(self._model.index(0))
        self._view.setFocus(Qt.FocusReason.TabFocusReason)
        if opens:
            self._open(self._view.currentIndex())
        return True

    def sizeHint(self) -> QSize:
        return QSize(264, 500)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 160)


def _single_shot(parent: QObject, interval: int, call: object) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval)
    timer.timeout.connect(call)
    return timer
