"""Running numbers: at once when one frame is asked for, ten times a second when thirty are, and right at the end."""

import time
from typing import TYPE_CHECKING, Any

import pytest
from conftest import pause, wait_until
from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interact_app.panels.inspector.table import MeasureTable
from interact_app.timeline import headers
from interact_app.timeline.lanes import Lane
from interact_app.widgets.paced import READABLE_MS, Paced

if TYPE_CHECKING:
    from interact_app.application import Application


def test_one_is_at_once_and_many_are_few(qtbot: QtBot) -> None:
    asked, said = 0, []
    owner = QObject()
    paced = Paced(lambda: said.append(asked), owner)
    asked = 1
    paced.ask()
    assert said == [1], "whoever steps once must not wait"
    start = time.perf_counter()
    while time.perf_counter() - start < 0.45:
        asked += 1
        paced.ask()
        pause(5)
    taken = time.perf_counter() - start
    pause(2 * READABLE_MS + 50)
    assert said[-1] == asked, "the last number is the one that stays"
    assert len(said) <= 2 + taken / READABLE_MS * 1000
    count = len(said)
    pause(2 * READABLE_MS)
    assert len(said) == count, "and nothing more is said"


def test_values_beside_the_lanes_are_painted_rarely_and_end_right(studio: "Application", monkeypatch: pytest.MonkeyPatch) -> None:
    paint, painted = headers._paint_header, []

    def watched(painter: QPainter, rect: QRectF, lane: Lane, frame: int, *rest: Any, **how: Any) -> None:
        painted.append(frame)
        paint(painter, rect, lane, frame, *rest, **how)

    pause(2 * READABLE_MS)
    monkeypatch.setattr(headers, "_paint_header", watched)
    start = time.perf_counter()
    for frame in range(1, 30):
        studio.clock.set_frame(frame)
        QApplication.processEvents()
    taken = time.perf_counter() - start
    assert len(set(painted)) <= min(2 + taken / READABLE_MS * 1000, 28)
    wait_until(lambda: bool(painted) and painted[-1] == 29, 2000)


def test_figures_of_the_inspector_likewise(studio: "Application") -> None:
    wait_until(lambda: studio.session.inspection is not None, 60_000)
    table = next(widget for widget in studio.window.findChildren(MeasureTable) if widget.isVisible())
    pause(2 * READABLE_MS)
    updates: list[int] = []
    table._numbers._run = lambda: updates.append(table._frame)
    start = time.perf_counter()
    for frame in range(1, 30):
        studio.clock.set_frame(frame)
        QApplication.processEvents()
    taken = time.perf_counter() - start
    assert len(updates) <= min(2 + taken / READABLE_MS * 1000, 28)
    wait_until(lambda: updates[-1] == 29, 2000)
    table._numbers._run = table._update_numbers
