"""The Qt binding must give back what it borrows: see docs/decisions/qt-version.md."""

import sys

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPixmap
from pytestqt.qtbot import QtBot


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_calls_without_result_keep_the_reference_count_of_none(qtbot: QtBot) -> None:
    pixmap = QPixmap(10, 10)
    painter = QPainter(pixmap)
    rect, color = QRectF(0, 0, 5, 5), QColor(1, 2, 3)
    before = sys.getrefcount(None)
    for _ in range(500):
        painter.fillRect(rect, color)
    lost = before - sys.getrefcount(None)
    painter.end()
    assert lost < 100
