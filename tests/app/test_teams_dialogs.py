"""Packets out and back, annotations in and out: the dialogs in the real window, with real files."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import CLIPS, wait_until
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox
from pytestqt.qtbot import QtBot
from test_accessible_names import nameless

from interact_app.dialogs.exchange_export import ExportAnnotationsDialog
from interact_app.dialogs.exchange_import import ImportAnnotationsDialog
from interact_app.dialogs.exchange_parts import ReportDialog
from interact_app.dialogs.packets import CollectPacketsDialog, MakePacketsDialog, OpenPacketDialog
from interact_app.panels.queue import QueuePanel
from interact_core.annotation import edit_towards
from interact_core.project.packet_files import read_packet
from interact_core.project.submissions import submissions

if TYPE_CHECKING:
    from interact_app.application import Application

LEFT = Qt.MouseButton.LeftButton
ALPHA, BETA, GAMMA = (f"demo/{name}" for name in CLIPS)


@pytest.fixture
def app(studio: "Application") -> Iterator["Application"]:
    """Whatever a test wrote about the clips, and the packet that it opened, is taken back."""
    project = studio.session.project
    assert project is not None
    before = {clip: project.annotations(clip) for clip in (ALPHA, BETA, GAMMA)}
    yield studio
    for name in ("report", "import_annotations", "export_annotations", "make_packets", "open_packet", "collect_packets"):
        dialog = studio.dialogs.dialog(name)
        if dialog is not None:
            dialog.close()
    studio.team_dialogs.packets.close()
    studio.store.reset("annotation.author")
    studio.session.close_clip()
    for clip, records in before.items():
        document = project.document(clip)
        project.record(edit_towards(document, records, "back").apply(document), document)
    project.flush()


def opened(app: "Application", name: str) -> QDialog:
    dialog = app.dialogs.dialog(name)
    assert dialog is not None and not dialog.isModal()
    assert nameless(dialog) == []
    return dialog


def drop(app: "Application", path: Path) -> None:
    """As the system says it when something is let go over the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(300, 300), Qt.DropAction.CopyAction, data, LEFT, none)
    QApplication.sendEvent(app.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(app.window, QDropEvent(QPointF(300, 300), Qt.DropAction.CopyAction, data, LEFT, none))


def click(qtbot: QtBot, dialog: QDialog, button: QDialogButtonBox.StandardButton = QDialogButtonBox.StandardButton.Ok) -> None:
    found = dialog.findChild(QDialogButtonBox).button(button)  # type: ignore[union-attr]
    assert found.isEnabled()
    qtbot.mouseClick(found, LEFT)


def report(app: "Application") -> ReportDialog:
    wait_until(lambda: app.dialogs.dialog("report") is not None)
    found = opened(app, "report")
    assert isinstance(found, ReportDialog)
    return found


def rows(dialog: ReportDialog) -> list[str]:
    items = (dialog.table.topLevelItem(k) for k in range(dialog.table.topLevelItemCount()))
    return [" | ".join(item.text(k) for k in range(3)) for item in items if item is not None]


def collect(app: "Application", qtbot: QtBot, paths: list[Path]) -> None:
    """Of two files one is a packet of Ada's, the other is not there."""
    app.actions.trigger("packet.collect")
    dialog = opened(app, "collect_packets")
    assert isinstance(dialog, CollectPacketsDialog)
    assert any("Ada: 0 of 3 clips back" in dialog.status.item(k).text() for k in range(dialog.status.count()))
    assert not dialog.ok.isEnabled()
    dialog.add(paths)
    click(qtbot, dialog)
    wait_until(lambda: app.dialogs.dialog("collect_packets") is None)
    told = rows(report(app))
    assert any("1 clips new or changed" in row for row in told) and any("nothing.zip" in row for row in told)


def test_a_packet_is_made_dropped_worked_on_returned_and_collected(app: "Application", qtbot: QtBot, tmp_path: Path) -> None:
    app.actions.trigger("packet.make")
    make = opened(app, "make_packets")
    assert isinstance(make, MakePacketsDialog)
    assert not make.ok.isEnabled() and "annotator" in make.problem.text()
    qtbot.keyClicks(make.annotators, "Ada, Bo")
    make.target.edit.clear()
    qtbot.keyClicks(make.target.edit, str(tmp_path))
    make.overlap.setValue(100)
    assert make.preview.text() == "Clips: Ada 3, Bo 3. 3 of them are given to two."
    make.instructions.setPlainText("Say which hand.")
    click(qtbot, make)
    made = report(app)
    assert len(rows(made)) == 2
    made.close()
    packets = {read_packet(path).annotator: path for path in tmp_path.iterdir()}
    assert set(packets) == {"Ada", "Bo"}

    drop(app, packets["Ada"])
    wanted = opened(app, "open_packet")
    assert isinstance(wanted, OpenPacketDialog)
    assert "3 clips for Ada." in wanted.about.text() and "Say which hand." in wanted.about.text()
    assert wanted.name.isVisible() and wanted.name.isChecked()
    click(qtbot, wanted)
    wait_until(lambda: app.queue.packet is not None and app.session.writing is not None)
    assert app.session.settings.annotation.author == "Ada" and app.session.clip_id == ALPHA
    assert app.queue.strategy == "packet"
    panel = app.window.docks["queue"].panel
    assert isinstance(panel, QueuePanel)
    assert panel.packet_name.text() == "Packet of Ada, 3 clips" and panel.instructions.text() == "Say which hand."
    app.window.activateWindow()
    wait_until(lambda: QApplication.activeWindow() is app.window, 10_000)
    app.session.write_caption("shorten", "The left hand lifts.")
    qtbot.keyClick(app.viewport.canvas, Qt.Key.Key_D, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(app.viewport.canvas, Qt.Key.Key_N)
    assert app.session.clip_id == BETA

    app.team_dialogs.write_packet(tmp_path / "back.zip")
    wait_until(lambda: (tmp_path / "back.zip").is_file())
    found = report(app)
    assert "1 clips are in" in found.summary.text() and len(rows(found)) == 2, "what was not begun is named"

    collect(app, qtbot, [tmp_path / "back.zip", tmp_path / "nothing.zip"])
    (handed_in,) = submissions(app.session.project, ALPHA)  # type: ignore[arg-type]
    assert (handed_in.annotator, handed_in.state) == ("Ada", "done")


def test_what_is_no_packet_says_so(app: "Application", qtbot: QtBot, tmp_path: Path) -> None:
    app.team_dialogs.open_packet(tmp_path)
    dialog = opened(app, "open_packet")
    assert isinstance(dialog, OpenPacketDialog)
    assert "packet.json" in dialog.problem.text() and not dialog.ok.isEnabled()


def test_export_says_first_what_is_wrong_and_then_writes(app: "Application", qtbot: QtBot, tmp_path: Path) -> None:
    app.actions.trigger("annotations.export")
    dialog = opened(app, "export_annotations")
    assert isinstance(dialog, ExportAnnotationsDialog)
    dialog.forms.setCurrentIndex(next(k for k in range(dialog.forms.count()) if dialog.forms.itemData(k).id == "jsonl"))
    assert "every record" in dialog.holds.text() and not dialog.tokens.isVisible()
    project = app.session.project
    assert project is not None
    dialog.target.set_path(project.data / "words.jsonl")
    assert "never written" in dialog.problem.text()
    dialog.target.set_path(tmp_path / "words.jsonl")
    click(qtbot, dialog)
    wait_until(lambda: app.dialogs.dialog("export_annotations") is None)
    lines = (tmp_path / "words.jsonl").read_text().splitlines()
    assert len(lines) == sum(len(project.annotations(clip)) for clip in (ALPHA, BETA, GAMMA)) >= 3


def test_motion_leaves_by_the_same_door(app: "Application", qtbot: QtBot, tmp_path: Path) -> None:
    app.actions.trigger("annotations.export")
    dialog = opened(app, "export_annotations")
    assert isinstance(dialog, ExportAnnotationsDialog)
    wanted = {getattr(dialog.forms.itemData(k), "id", ""): k for k in range(dialog.forms.count())}
    dialog.forms.setCurrentIndex(wanted["glb"])
    assert "your own model's surface" in dialog.holds.text() and not dialog.line_end.isVisible()
    dialog.clips.setCurrentIndex(dialog.clips.count() - 1)
    assert dialog.is_file and dialog.target.path is not None and dialog.target.path.suffix == ".glb"
    dialog.forms.setCurrentIndex(wanted["bvh"])
    dialog.clips.setCurrentIndex(0)
    dialog.target.set_path(tmp_path / "motion")
    click(qtbot, dialog)
    wait_until(lambda: app.dialogs.dialog("export_annotations") is None)
    assert sorted(p.stem for p in (tmp_path / "motion").rglob("*.bvh")) == sorted(
        c.rsplit("/", 1)[-1] for c in (ALPHA, BETA, GAMMA)
    )


def test_what_a_form_cannot_hold_is_reported(app: "Application", qtbot: QtBot, tmp_path: Path) -> None:
    app.session.write_caption("shorten", "Lift → put # down")
    app.actions.trigger("annotations.export")
    dialog = opened(app, "export_annotations")
    assert isinstance(dialog, ExportAnnotationsDialog)
    dialog.forms.setCurrentIndex(0)
    assert dialog.tokens.isVisible()
    dialog.tokens.setChecked(False)
    dialog.target.set_path(tmp_path / "texts")
    click(qtbot, dialog)
    told = rows(report(app))
    assert any(ALPHA in row and "cannot hold" in row for row in told)
    assert (tmp_path / "texts" / "demo" / "demo_alpha" / "text.txt").is_file()


@pytest.mark.parametrize("suffix", [".jsonl", ".vtt"])
def test_a_dropped_file_is_looked_at_first_and_then_taken(app: "Application", qtbot: QtBot, tmp_path: Path, suffix: str) -> None:
    from interact_core.project.exchange import export_annotations

    project = app.session.project
    assert project is not None
    app.segments.create(4, 12, "action")
    app.segments.set_fields(label="lift", text="a lift from a file")
    project.flush()
    path = tmp_path / f"demo_alpha{suffix}"
    export_annotations(project, path, suffix[1:], [ALPHA])  # type: ignore[arg-type]
    app.session.undo()
    app.session.undo()
    writing = app.session.writing
    assert writing is not None and not writing.document.segments
    project.flush()
    drop(app, path)
    dialog = opened(app, "import_annotations")
    assert isinstance(dialog, ImportAnnotationsDialog)
    wait_until(lambda: dialog.report is not None)
    assert dialog.summary.text().startswith("1 clips would change"), dialog.summary.text()
    assert not writing.document.segments, "nothing is changed before it is said"
    click(qtbot, dialog)
    wait_until(lambda: app.dialogs.dialog("import_annotations") is None)
    (record,) = writing.document.segments
    assert (record.segment.start_frame, record.segment.end_frame, record.origin) == (4, 12, "import")
    app.session.undo()
    assert not writing.document.segments, "the open clip takes it as an edit"


def test_a_bad_file_is_named_and_changes_nothing(app: "Application", qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "bad.eaf").write_text("<not xml")
    drop(app, tmp_path / "bad.eaf")
    dialog = opened(app, "import_annotations")
    assert isinstance(dialog, ImportAnnotationsDialog)
    wait_until(lambda: dialog.report is not None or "bad.eaf" in dialog.summary.text())
    assert not dialog.ok.isEnabled()
    assert dialog.table.topLevelItemCount() == 1 and "bad.eaf" in dialog.table.topLevelItem(0).text(0)  # type: ignore[union-attr]


def test_closing_a_dialog_stops_its_work_and_harms_nobody(app: "Application", tmp_path: Path) -> None:
    makers: tuple[Callable[[], None], ...] = (
        lambda: app.team_dialogs.import_annotations([tmp_path]), app.team_dialogs.export_annotations, app.team_dialogs.history,
    )  # fmt: skip
    (tmp_path / "x.jsonl").write_text("{}\n")
    for make in makers:
        make()
    for name in ("import_annotations", "export_annotations", "history"):
        opened(app, name).close()
    app.session.write_caption("shorten", "Something else.")
    wait_until(lambda: not app.jobs.running)
