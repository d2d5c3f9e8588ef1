"""A real project with two written clips, the whole annotation panel in a dock, and a motion that somebody could describe."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from conftest import wait_until
from panel_stage import Stage, make_clip, make_stage
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QWidget

from interact_app.actions import Action
from interact_app.actions.edit import edit_actions
from interact_app.actions.segments import segment_actions
from interact_app.actions.typing_guard import TypingGuard
from interact_app.bridge.open_clip import OpenClip
from interact_app.bridge.writing import Writing
from interact_app.panels.caption import AnnotationPanel
from interact_app.panels.findings import FindingSection
from interact_app.panels.segment import SegmentSection
from interact_app.segments import SegmentWork
from interact_app.window.docks import PLACES
from interact_core.annotation.evidence import Evidence, Person, Thing, Touch
from interact_core.annotation.records import SegmentRecord
from interact_core.annotation.segments import add_segment
from interact_core.clip import Segment
from interact_core.project import Project, index_clips

FRAMES = 60
CONTROL = Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


def lifting() -> Evidence:
    """The right hand holds the box in [10, 50); the box goes up 40 cm and 60 cm ahead in [15, 45)."""
    share = np.clip((np.arange(FRAMES) - 15) / 30, 0, 1)
    centre = np.array([0.0, 0.2, 0.5]) + share[:, None] * np.array([0.0, 0.4, 0.6])
    moving = (np.arange(FRAMES) >= 15) & (np.arange(FRAMES) < 45)
    flat = np.zeros(FRAMES)
    box = Thing("box", centre, centre[:, 1] - 0.1, np.where(moving, 0.7, 0.0), moving, centre[:, 1] > 0.25, flat, flat)
    still, ahead = np.zeros((FRAMES, 3)), np.tile([0.0, 0.0, 1.0], (FRAMES, 1))
    nobody = np.zeros(FRAMES, bool)
    person = Person(still, still + np.array([0.0, 1.6, 0.0]), ahead, nobody, nobody, {"left": still, "right": centre})
    return Evidence(FRAMES, 30.0, {"box": box}, (Touch("right", 10, 50, "box"),), person)


@dataclass
class Desk:
    """What the tests of the panel start from: the keyboard is in the window, one clip is open."""

    stage: Stage
    project: Project
    work: SegmentWork
    window: QMainWindow
    timeline: QWidget
    """Stands where the timeline is: no text field, and the keys are the window's."""
    panel: AnnotationPanel

    @property
    def segments(self) -> SegmentSection:
        found = self.panel.column.sections[1]
        assert isinstance(found, SegmentSection)
        return found

    @property
    def findings(self) -> FindingSection:
        found = self.panel.column.sections[2]
        assert isinstance(found, FindingSection)
        return found

    @property
    def texts(self) -> dict[str, str]:
        return {r.caption.variant: r.caption.text for r in self.writing.document.captions}

    @property
    def writing(self) -> Writing:
        assert self.stage.session.writing is not None
        return self.stage.session.writing

    def open(self, number: int) -> str:
        """As the session does, without posing anything."""
        session = self.stage.session
        clip_id = self.project.library.search(order="id")[number].id
        session._leave_clip()
        session.clip_opening.emit(clip_id)
        captions = tuple(r.caption for r in self.project.captions(clip_id))
        session._open = OpenClip(clip_id, clip=make_clip(FRAMES, 30.0, captions))
        session._begin_writing(clip_id)
        self.stage.clock.attach(FRAMES, 30.0)
        session.clip_opened.emit()
        self.stage.actions.refresh()
        return clip_id

    def measure(self) -> None:
        """The motion is inspected."""
        session = self.stage.session
        session.advice._take(session.clip_id, lifting())
        wait_until(lambda: session.advice.drafts, 10_000)

    def add(self, start: int, end: int, tier: str = "action", **said: str) -> str:
        """A segment, selected; its uid."""
        edit = add_segment(self.writing.document, Segment(tier, start, end, **said), FRAMES)
        self.writing.do(edit)
        self.stage.session.selection.set([edit.changes[0].uid])
        return edit.changes[0].uid

    def segment(self, uid: str) -> Segment:
        record = self.writing.document[uid]
        assert isinstance(record, SegmentRecord)
        return record.segment

    def checked(self) -> None:
        """Wait for the findings of what is written now."""
        advice = self.stage.session.advice
        records = self.writing.records
        wait_until(lambda: advice._answer is not None and advice._answer.document.records == records, 10_000)


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Where the keyboard is."""
    focus = QApplication.focusWidget()
    assert focus is not None, "nothing has the keyboard"
    QTest.keyClick(focus, key, modifiers)


def type_keys(text: str) -> None:
    for letter in text:
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, letter)


def make_desk(folder: Path) -> Iterator[Desk]:
    """Clips "one" and "two"; their captions are those of the source."""
    for name in ("one", "two"):
        place = folder / "data" / "behave" / "sequences_canonical" / f"Date01_Sub01_box_{name}"
        place.mkdir(parents=True)
        np.savez(place / "human.npz", poses=np.zeros((FRAMES, 156), np.float32), trans=np.zeros((FRAMES, 3), np.float32))
        (place / "text.txt").write_text(f"A person lifts box {name}.#a/DET#0.0#0.0\n")
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    stages = make_stage()
    stage = next(stages)
    project = Project.open(folder / "data")
    index_clips(project)
    stage.session._project = project
    guard = TypingGuard(app, stage.actions)
    guard.install()
    desk = _build(stage, project)
    stage.session.listing.set_order([row.id for row in project.library.search(order="id")])
    stage.session.open_clip = lambda clip_id: desk.open(stage.session.listing.order.index(clip_id))  # type: ignore[method-assign]
    desk.open(0)
    yield desk
    guard.remove()
    desk.window.close()
    desk.window.deleteLater()
    next(stages, None)


def _build(stage: Stage, project: Project) -> Desk:
    session, clock, actions = stage.session, stage.clock, stage.actions
    work = SegmentWork(session, clock, session)
    actions.extend(edit_actions(session))
    actions.add(Action("clip.next", "Next clip", lambda: session.open_clip(session.listing.neighbour(1) or ""), ("N",)))
    actions.extend(segment_actions(work))
    parts = (session, clock, actions)
    panel = AnnotationPanel(*parts, (("Segments", SegmentSection(*parts, work)), ("Findings", FindingSection(*parts))))
    window = QMainWindow()
    timeline = QWidget(window)
    timeline.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window.setCentralWidget(timeline)
    dock = QDockWidget(PLACES["caption"].title, window)
    dock.setWidget(panel)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    window.addActions([actions.qaction(record.id) for record in actions])
    window.resize(760, 640)
    window.show()
    window.activateWindow()
    wait_until(lambda: QApplication.activeWindow() is window, 10_000)
    timeline.setFocus()
    return Desk(stage, project, work, window, timeline, panel)
