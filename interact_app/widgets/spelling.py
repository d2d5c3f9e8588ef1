"""Spelling in any text field: a wave under what nobody knows, and a menu with what was probably meant.

`attach_spelling(edit, session)` is all a panel calls. Every field of a session shares one word list, which is read in the
background once the first clip is there.
"""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QSignalBlocker, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QPalette, QSyntaxHighlighter, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QMenu, QPlainTextEdit

from interact_app.session import Session
from interact_core.annotation.spelling import Misspelling, Spelling
from interact_core.errors import InputError

_SETTING: Final = "annotation.spelling"


def attach_spelling(edit: QPlainTextEdit, session: Session) -> "SpellingHighlighter":
    """Check what is typed there from now on, as the setting says. It goes with the field."""
    desk = session.findChild(SpellingDesk)
    return SpellingHighlighter(edit, desk if isinstance(desk, SpellingDesk) else SpellingDesk(session))


class SpellingDesk(QObject):
    """The session's dictionary: read once, told of the project's objects, asked by every field."""

    changed = Signal()
    """Other words are right or wrong now."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._on = self.on
        self._asked = False
        self.spelling = Spelling()
        session.clip_opened.connect(self._start)
        session.library_changed.connect(self._learn)
        session.settings_changed.connect(self._setting_changed)
        if session.posed is not None:
            self._start()

    @property
    def on(self) -> bool:
        return bool(self._session.settings.annotation.spelling)

    def turn(self, on: bool) -> None:
        """Everywhere, and remembered."""
        try:
            self._session.settings_store.change(_SETTING, on)
        except InputError as error:
            self._session.notice.emit(str(error))

    def check(self, text: str) -> list[Misspelling]:
        return self.spelling.check(text) if self.on else []

    def add(self, word: str) -> None:
        try:
            self.spelling.add(word)
        except InputError as error:
            self._session.notice.emit(str(error))
        self.changed.emit()

    def _start(self) -> None:
        """Not before there is something to look at, and not at all while nobody wants it."""
        if self.on and not self._asked:
            self._asked = True
            self._session.jobs.quietly(self.spelling.load, self._learn)

    def _learn(self) -> None:
        project = self._session.project
        if project is None or not self.spelling.ready:
            return

        def work() -> None:
            rows = project.library.search()
            self.spelling.learn({name for row in rows for name in row.objects})

        self._session.jobs.quietly(work, self.changed.emit)

    def _setting_changed(self) -> None:
        if self._on != self.on:
            self._on = self.on
            self._start()
            self.changed.emit()


class SpellingHighlighter(QSyntaxHighlighter):
    """Marks the unknown words of one field. The word that is being typed is left alone until the cursor leaves it."""

    def __init__(self, edit: QPlainTextEdit, desk: SpellingDesk) -> None:
        super().__init__(edit.document())
        self._edit, self._desk = edit, desk
        self._unfinished = -1
        """Where the unknown word ends that is being typed."""
        self._wave = QTextCharFormat()
        self._wave.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        self._color()
        edit.installEventFilter(self)
        edit.viewport().installEventFilter(self)
        edit.cursorPositionChanged.connect(self._cursor_moved)
        desk.changed.connect(self._mark_again)

    def misspellings(self) -> list[str]:
        """The words with a wave, in order; for tests and for who wants to count them."""
        text, found = self._edit.toPlainText(), []
        for one in self._desk.check(text):
            if self._marked(_utf16(text, one.start)):
                found.append(one.word)
        return found

    # Qt's part

    def highlightBlock(self, text: str) -> None:
        typed = self._place_of_typing()
        for one in self._desk.check(text):
            start, end = _utf16(text, one.start), _utf16(text, one.end)
            if end == typed:
                self._unfinished = self.currentBlock().position() + end
            else:
                self.setFormat(start, end - start, self._wave)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ContextMenu and isinstance(event, QContextMenuEvent):
            return self._menu_wanted(event)
        if watched is self._edit and event.type() == QEvent.Type.PaletteChange:
            self._color()
            self._mark_again()
        elif watched is self._edit and event.type() == QEvent.Type.FocusOut:
            self._finish_word()
        return False

    # Inside

    def _color(self) -> None:
        self._wave.setUnderlineColor(self._edit.palette().color(QPalette.ColorRole.BrightText))

    def _place_of_typing(self) -> int:
        """In the block that Qt is asking about: where the cursor stands while somebody types, or -1."""
        cursor = self._edit.textCursor()
        here = self._edit.hasFocus() and self._edit.document().isModified() and cursor.block() == self.currentBlock()
        return cursor.positionInBlock() if here else -1

    def _cursor_moved(self) -> None:
        if self._edit.textCursor().position() != self._unfinished:
            self._finish_word()

    def _finish_word(self) -> None:
        place, self._unfinished = self._unfinished, -1
        if place >= 0:
            with QSignalBlocker(self._edit):
                self.rehighlightBlock(self._edit.document().findBlock(place))

    def _mark_again(self) -> None:
        # Qt says textChanged for a mere wave, and whoever listens would take it for an edit.
        with QSignalBlocker(self._edit):
            self.rehighlight()

    def _menu_wanted(self, event: QContextMenuEvent) -> bool:
        cursor = self._word_at(event)
        menu = self.menu(cursor, event.pos())
        menu.exec(event.globalPos())
        menu.deleteLater()
        return True

    def _word_at(self, event: QContextMenuEvent) -> QTextCursor:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        return self._edit.cursorForPosition(event.pos()) if by_mouse else self._edit.textCursor()

    def menu(self, cursor: QTextCursor, place: QPoint) -> QMenu:
        """The field's own menu; above it what to do about the word at the cursor, if that is unknown."""
        menu = self._edit.createStandardContextMenu(place)
        first = menu.actions()[0]
        word = self._select_unknown(cursor)
        if word:
            for action in self._answers(menu, word, cursor):
                menu.insertAction(first, action)
            menu.insertSeparator(first)
        menu.addSeparator()
        switch = menu.addAction(self.tr("Check spelling"))
        switch.setCheckable(True)
        switch.setChecked(self._desk.on)
        switch.toggled.connect(self._desk.turn)
        return menu

    def _answers(self, menu: QMenu, word: str, cursor: QTextCursor) -> list[QAction]:
        answers = []
        for suggestion in self._desk.spelling.suggest(word):
            action = QAction(suggestion, menu)
            # insertText over a selection is one step of the field's undo.
            action.triggered.connect(lambda _checked=False, text=suggestion: cursor.insertText(text))
            font = action.font()
            font.setBold(True)
            action.setFont(font)
            answers.append(action)
        if not answers:
            nothing = QAction(self.tr("No suggestion"), menu)
            nothing.setEnabled(False)
            answers.append(nothing)
        keep = QAction(self.tr("Add “{0}” to the dictionary").format(word), menu)
        keep.triggered.connect(lambda: self._desk.add(word))
        return [*answers, keep]

    def _select_unknown(self, cursor: QTextCursor) -> str:
        """Select the unknown word around the cursor; the empty text where there is none."""
        text, place = cursor.block().text(), cursor.positionInBlock()
        for one in self._desk.check(text):
            start, end = _utf16(text, one.start), _utf16(text, one.end)
            if start <= place <= end:
                cursor.setPosition(cursor.block().position() + start)
                cursor.setPosition(cursor.block().position() + end, QTextCursor.MoveMode.KeepAnchor)
                return one.word
        return ""

    def _marked(self, place: int) -> bool:
        block = self._edit.document().findBlock(place)
        inside = place - block.position()
        ranges = block.layout().formats()
        return any(one.start <= inside < one.start + one.length for one in ranges)


def _utf16(text: str, index: int) -> int:
    """Qt counts in UTF-16, Python in characters: an emoji is two there."""
    return len(text[:index].encode("utf-16-le")) // 2
