"""Review, queue, history, adjudication and found words in the real window, with real keys and clicks."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import CLIPS, pause, wait_until
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from interact_app.adjudication.panel import AdjudicationPanel
from interact_app.dialogs.history import HistoryDialog
from interact_app.panels.library import LibraryPanel
from interact_app.panels.queue import QueuePanel
from interact_app.panels.review import ReviewPanel
from interact_core.annotation import AnnotationDocument, CaptionRecord, RemarkRecord, SegmentRecord
from interact_core.annotation.document_files import DocumentMeta, document_bytes, document_name
from interact_core.clip import Caption, Segment
from interact_core.project.packets import make_packets
from interact_core.project.submissions import collect_packet

if TYPE_CHECKING:
    from interact_app.application import Application

ALT, CTRL, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton
ALPHA, BETA, GAMMA = (f"demo/{name}" for name in CLIPS)


@pytest.fixture
def app(studio: "Application") -> Iterator["Application"]:
    """Whatever a test wrote about the clips is taken back."""
    before = {clip: studio.session.project.annotations(clip) for clip in (ALPHA, BETA, GAMMA)}  # type: ignore[union-attr]
    studio.queue.set_strategy("library")
    yield studio
    project = studio.session.project
    assert project is not None
    studio.session.close_clip()
    for clip, records in before.items():
        from interact_core.annotation import edit_towards

        document = project.document(clip)
        project.record(edit_towards(document, records, "back").apply(document), document)
    project.flush()


def press(app: "Application", qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(app.viewport.canvas, key, modifiers)


def panel(app: "Application", name: str) -> object:
    return app.window.docks[name].panel


def review(app: "Application") -> ReviewPanel:
    found = panel(app, "review")
    assert isinstance(found, ReviewPanel)
    return found


def document(app: "Application") -> AnnotationDocument:
    assert app.session.writing is not None
    return app.session.writing.document


def test_a_rejection_is_typed_and_pinned_to_the_frame(app: "Application", qtbot: QtBot) -> None:
    app.clock.set_frame(17)
    press(app, qtbot, Qt.Key.Key_R, ALT)
    entry = review(app).entry
    qtbot.waitUntil(lambda: entry.text.hasFocus(), timeout=2000)
    qtbot.keyClick(entry.text, Qt.Key.Key_Return)
    assert document(app).state == "todo", "no rejection without a reason"
    qtbot.keyClicks(entry.text, "the hand slips")
    app.clock.set_frame(30)
    qtbot.keyClick(entry.text, Qt.Key.Key_Return)
    (remark,) = document(app).remarks
    assert (remark.text, remark.rejection, remark.frame) == ("the hand slips", True, 17), (
        "the frame that was shown when typing began"
    )
    assert document(app).state == "rejected" and "Rejected" in review(app).state.text()
    assert len(review(app).rows) == 1
    app.session.undo()
    assert document(app).state == "todo" and not document(app).remarks, "one step takes it back"


def test_esc_gives_a_remark_up(app: "Application", qtbot: QtBot) -> None:
    press(app, qtbot, Qt.Key.Key_R, ALT)
    entry = review(app).entry
    qtbot.keyClicks(entry.text, "no")
    qtbot.keyClick(entry.text, Qt.Key.Key_Escape)
    assert not entry.text.text() and not entry.text.hasFocus() and not entry.rejects
    assert not document(app).remarks


def test_a_remark_about_a_segment_leads_back_to_it_and_is_settled(app: "Application", qtbot: QtBot) -> None:
    app.segments.create(5, 15, "action")
    uid = app.session.selection.current
    press(app, qtbot, Qt.Key.Key_M)
    qtbot.keyClicks(review(app).entry.text, "starts too late")
    qtbot.keyClick(review(app).entry.text, Qt.Key.Key_Return)
    (remark,) = document(app).remarks
    assert (remark.about, remark.frame, remark.rejection) == (uid, None, False)
    app.session.selection.clear()
    app.clock.set_frame(33)
    (row,) = review(app).rows
    qtbot.mouseClick(row.text, LEFT)
    assert app.clock.frame == 5 and app.session.selection.current == uid
    qtbot.mouseClick(row.settle, LEFT)
    assert document(app).remarks[0].resolved and not review(app).rows
    review(app).only_open.click()
    assert [r.remark.resolved for r in review(app).rows] == [True]
    review(app).only_open.click()


def test_the_keys_walk_the_remarks_by_frame(app: "Application", qtbot: QtBot) -> None:
    for frame, text in ((30, "later"), (10, "earlier")):
        app.clock.set_frame(frame)
        press(app, qtbot, Qt.Key.Key_M)
        review(app).entry.pin.setCurrentIndex(0)
        qtbot.keyClicks(review(app).entry.text, text)
        qtbot.keyClick(review(app).entry.text, Qt.Key.Key_Return)
    assert [row.remark.text for row in review(app).rows] == ["earlier", "later"]
    seen = []
    for _ in range(3):
        press(app, qtbot, Qt.Key.Key_M, ALT)
        seen.append(app.clock.frame)
    assert seen == [10, 30, 10]


@pytest.mark.parametrize(("key", "state"), [(Qt.Key.Key_A, "accepted"), (Qt.Key.Key_Q, "needs_review"), (Qt.Key.Key_D, "done")])
def test_one_key_for_each_judgement(app: "Application", qtbot: QtBot, key: Qt.Key, state: str) -> None:
    press(app, qtbot, key, ALT)
    assert document(app).state == state
    app.session.undo()
    assert document(app).state == "todo"


def test_n_walks_the_library_then_only_what_is_due(app: "Application", qtbot: QtBot) -> None:
    press(app, qtbot, Qt.Key.Key_N)
    assert app.session.clip_id == BETA
    press(app, qtbot, Qt.Key.Key_N, SHIFT)
    assert app.session.clip_id == ALPHA
    press(app, qtbot, Qt.Key.Key_N)
    wait_until(lambda: app.session.writing is not None and app.session.clip_id == BETA)
    press(app, qtbot, Qt.Key.Key_D, ALT)
    app.actions.trigger("queue.by_unannotated")
    assert app.actions.qaction("queue.by_unannotated").isChecked()
    app.session.open_clip(ALPHA)
    press(app, qtbot, Qt.Key.Key_N)
    assert app.session.clip_id == GAMMA, "what is done is passed over"
    said: list[str] = []
    app.session.notice.connect(said.append)
    press(app, qtbot, Qt.Key.Key_N)
    assert app.session.clip_id == GAMMA and "last" in said[-1]


def test_the_queue_says_why_and_how_far(app: "Application", qtbot: QtBot) -> None:
    app.window.show_panel("queue")
    queue = panel(app, "queue")
    assert isinstance(queue, QueuePanel)
    queue.order.setCurrentIndex(queue.order.findData("review"))
    queue.order.activated.emit(queue.order.currentIndex())
    wait_until(lambda: queue.stack.currentWidget() is queue.placeholder)
    press(app, qtbot, Qt.Key.Key_Q, ALT)
    wait_until(lambda: queue.model.rowCount() == 1)
    assert queue.model.data(queue.model.index(0), Qt.ItemDataRole.AccessibleDescriptionRole) == "asks for review"
    assert queue.done.text() == "1 of 3 done"
    words = app.queue.standing.words
    app.session.write_caption("shorten", "Three more words.")
    wait_until(lambda: app.queue.standing.words == words + 3)
    app.session.open_clip(GAMMA)
    place = queue.view.visualRect(queue.model.index(0)).center()
    qtbot.mouseClick(queue.view.viewport(), LEFT, pos=place)
    qtbot.mouseDClick(queue.view.viewport(), LEFT, pos=place)
    assert app.session.clip_id == ALPHA
    app.window.show_panel("library")


def test_the_history_shows_and_brings_back(app: "Application", qtbot: QtBot) -> None:
    writing = app.session.writing
    assert writing is not None
    writing.author = "Ada"
    writing.write("shorten", "A person lifts a box.")
    app.session.save()  # else both authors' words reach the disk as one
    writing.author = "Bo"
    app.segments.create(5, 15, "action")
    writing.write("shorten", "A person drops a box.")
    press(app, qtbot, Qt.Key.Key_H, CTRL | ALT)
    dialog = app.dialogs.dialog("history")
    assert isinstance(dialog, HistoryDialog)
    wait_until(lambda: len(dialog.revisions) >= 4)
    rows = {dialog.tree.topLevelItem(k).text(3): dialog.tree.topLevelItem(k) for k in range(dialog.tree.topLevelItemCount())}  # type: ignore[union-attr]
    dialog.tree.setCurrentItem(rows["A person drops a box."])  # type: ignore[arg-type]
    html = dialog.text.toHtml()
    assert "line-through" in html and "lifts" in dialog.text.toPlainText() and "drops" in dialog.text.toPlainText()
    dialog.tree.setCurrentItem(rows["A person lifts a box."])  # type: ignore[arg-type]
    qtbot.mouseClick(dialog.record_button, LEFT)
    caption = document(app).by_variant("shorten")
    assert caption is not None and caption.caption.text == "A person lifts a box."
    assert len(document(app).segments) == 1, "the others stay"
    app.session.undo()
    assert document(app).by_variant("shorten").caption.text == "A person drops a box."  # type: ignore[union-attr]
    wait_until(lambda: len(dialog.revisions) >= 4 and dialog.current is not None)
    first = next(k for k, one in enumerate(dialog.revisions) if one.author == "Ada" and one.kind == "caption")
    dialog.tree.setCurrentItem(dialog.tree.topLevelItem(first))  # type: ignore[arg-type]
    qtbot.mouseClick(dialog.clip_button, LEFT)
    wait_until(lambda: not document(app).segments)
    assert document(app).by_variant("shorten").caption.text == "A person lifts a box."  # type: ignore[union-attr]
    app.session.undo()
    assert len(document(app).segments) == 1
    dialog.close()


def handed_in(app: "Application", folder: Path) -> None:
    """Ada and Bo about the first clip: one segment alike, one with other bounds, one only Ada's, other captions."""
    project = app.session.project
    assert project is not None
    packets = make_packets(project, ("Ada", "Bo"), [ALPHA], folder, overlap=1.0)
    lift, carry, extra = Segment("action", 2, 10, label="lift"), Segment("action", 12, 30, label="carry"), Segment("free", 31, 39)
    said = {
        "Ada": (lift, carry, extra, "A person lifts the box."),
        "Bo": (lift, replace(carry, start_frame=16, end_frame=34), "A person carries the box."),
    }
    for info in packets:
        *segments, text = said[info.annotator]
        records = [SegmentRecord.new(one) for one in segments]  # type: ignore[arg-type]
        caption = CaptionRecord.new(Caption(str(text), "change", author=info.annotator))
        data = document_bytes(AnnotationDocument(ALPHA, [caption, *records]), DocumentMeta(info.annotator, info.id, 40, 30.0))
        (info.path / "annotations" / document_name(ALPHA)).write_bytes(data)
        assert collect_packet(project, info.path).clips == (ALPHA,)


def test_two_annotators_are_made_one(app: "Application", qtbot: QtBot, tmp_path: Path) -> None:
    handed_in(app, tmp_path)
    app.actions.trigger("adjudicate.show")
    app.adjudication.reload()
    view = panel(app, "adjudication")
    assert isinstance(view, AdjudicationPanel)
    wait_until(lambda: app.adjudication.pair is not None)
    items = app.adjudication.items
    assert [item.verdict for item in items] == ["text", "agreed", "bounds", "only_a"]
    assert view.progress.text() == "4 of 4 open" and "IoU" in view.figures.text() and "κ" in view.figures.text()
    qtbot.mouseClick(view.points, LEFT)
    view.points.setFocus()
    app.adjudication.set_current(items[0].key)
    assert "<span" in view.texts[0].text(), "the words that differ are marked"
    qtbot.keyClick(view.points, Qt.Key.Key_M)
    assert not app.adjudication.decision(items[0]), "two sentences have no mean"
    qtbot.keyClick(view.points, Qt.Key.Key_B)
    assert document(app).by_variant("change").caption.text == "A person carries the box."  # type: ignore[union-attr]
    press(app, qtbot, Qt.Key.Key_0, ALT)
    assert [s.segment.label for s in document(app).segments] == ["lift"]
    pause(20)
    box = view.canvas.box_of(items[2], "b")
    assert box is not None
    qtbot.mouseClick(view.canvas, LEFT, pos=QPoint(round(box.center().x()), round(box.center().y())))
    assert app.adjudication.current is items[2] and app.clock.frame == 12
    press(app, qtbot, Qt.Key.Key_4, ALT)
    mean = document(app).segments[-1].segment
    assert (mean.start_frame, mean.end_frame, mean.label) == (14, 32, "carry")
    assert app.adjudication.current is items[3], "on to the next open point"
    qtbot.keyClick(view.points, Qt.Key.Key_B)
    assert len(document(app).segments) == 2, "B wrote nothing: it is left out"
    assert view.progress.text() == "0 of 4 open"
    app.session.undo()
    assert view.progress.text() == "1 of 4 open"
    app.window.show_panel("timeline")
    app.window.docks["adjudication"].hide()


def test_what_is_found_leads_to_its_frame(app: "Application", qtbot: QtBot) -> None:
    app.segments.create(12, 20, "free")
    uid = app.session.selection.current
    app.segments.set_fields(text="past the zebra crossing")
    app.session.project.flush()  # type: ignore[union-attr]
    app.session.open_clip(BETA)
    app.session.selection.clear()
    library = panel(app, "library")
    assert isinstance(library, LibraryPanel)
    app.window.show_panel("library")
    field = library.findChild(QLineEdit)
    assert field is not None
    qtbot.keyClicks(field, "zebra")
    wait_until(lambda: library.hits.list.count() == 1)
    item = library.hits.list.item(0)
    assert "zebra" in item.text() and library.hits.isVisible()
    qtbot.mouseClick(library.hits.list.viewport(), LEFT, pos=library.hits.list.visualItemRect(item).center())
    wait_until(lambda: app.session.clip_id == ALPHA and app.clock.frame == 12)
    assert app.session.selection.current == uid
    field.clear()
    wait_until(lambda: not library.hits.isVisible())


def test_chips_of_the_library_keep_a_state(app: "Application", qtbot: QtBot) -> None:
    library = panel(app, "library")
    assert isinstance(library, LibraryPanel)
    app.window.show_panel("library")
    press(app, qtbot, Qt.Key.Key_A, ALT)
    chip = library._states.chips["accepted"]
    wait_until(lambda: chip.isVisible() and chip.text() == "✓ 1")
    qtbot.mouseClick(chip, LEFT)
    assert library._model.ids == (ALPHA,)
    qtbot.mouseClick(chip, LEFT)
    assert len(library._model.ids) == 3


def test_remarks_of_others_are_never_lost_by_a_state(app: "Application") -> None:
    writing = app.session.writing
    assert writing is not None
    review(app)._said("first", 3, "", False)
    review(app).set_state("accepted")
    assert [r.text for r in document(app).records if isinstance(r, RemarkRecord)] == ["first"]
