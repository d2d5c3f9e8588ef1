"""Where the views lie in the picture."""

from typing import Final

from PySide6.QtCore import QPointF, QRect, QSize

GAP: Final = 2
"""Pixels between two views."""


def panes(size: QSize, count: int) -> list[QRect]:
    """`count` places of one size, from the left and the top; beside each other where that leaves people more of a body."""
    columns, rows = _grid(size, count)
    width = max((size.width() - GAP * (columns - 1)) // columns, 1)
    height = max((size.height() - GAP * (rows - 1)) // rows, 1)
    places = [(k % columns, k // columns) for k in range(count)]
    return [QRect(x * (width + GAP), y * (height + GAP), width, height) for x, y in places]


def pane_at(size: QSize, count: int, at: QPointF) -> tuple[int, float, float] | None:
    """The view under a point, and where in it, as fractions."""
    for k, rect in enumerate(panes(size, count)):
        if rect.contains(at.toPoint()):
            return k, (at.x() - rect.x()) / rect.width(), (at.y() - rect.y()) / rect.height()
    return None


def _grid(size: QSize, count: int) -> tuple[int, int]:
    if count == 4:
        return 2, 2
    # A standing person is twice as high as wide: views above each other only where the picture is a tower.
    return (count, 1) if size.width() >= 0.8 * size.height() else (1, count)
