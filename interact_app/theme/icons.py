"""Our icons: strokes on a 24 x 24 grid, drawn in the current text colour at whatever size and density is asked for."""

from functools import cache
from typing import Final

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

_PATHS: Final[dict[str, str]] = {
    "play": '<path d="M7 4.5v15l12-7.5z" fill="currentColor"/>',
    "pause": '<path d="M7 5h3.4v14H7zM13.6 5H17v14h-3.4z" fill="currentColor" stroke="none"/>',
    "reverse": '<path d="M17 4.5v15L5 12z" fill="currentColor"/>',
    "step_back": '<path d="M16.5 5.5v13L8 12z" fill="currentColor"/><path d="M5.5 5v14"/>',
    "step_forward": '<path d="M7.5 5.5v13L16 12z" fill="currentColor"/><path d="M18.5 5v14"/>',
    "first": '<path d="M19 5.5v13L12 12zM12 5.5v13L5 12z" fill="currentColor"/><path d="M3.5 5v14"/>',
    "last": '<path d="M5 5.5v13l7-6.5zM12 5.5v13l7-6.5z" fill="currentColor"/><path d="M20.5 5v14"/>',
    "loop": '<path d="M4 11V9.5A3.5 3.5 0 0 1 7.5 6H19M16 3l3 3-3 3M20 13v1.500a3.5 3.5 0 0 1-3.5 3.500H5M8 21l-3-3 3-3"/>',
    "folder": '<path d="M3 7a2 2 0 0 1 2-2h4l2 2.500h8a2 2 0 0 1 2 2V17a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z"/>',
    "file": '<path d="M6 3h8l4 4v14H6z"/><path d="M14 3v4h4"/>',
    "save": '<path d="M4 12.500l5 5L20 6.5"/>',
    "camera": '<path d="M4 7.500h3.500L9 5h6l1.5 2.500H20v11H4z"/><circle cx="12" cy="13" r="3.3"/>',
    "video": '<rect x="3" y="6.5" width="12" height="11" rx="1.5"/><path d="M15 11l6-3.500v9L15 13z"/>',
    "follow": '<circle cx="12" cy="12" r="3"/><path d="M12 3v4M12 17v4M3 12h4M17 12h4"/>',
    "frame": '<path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"/><circle cx="12" cy="12" r="2.5"/>',
    "reset": '<path d="M5 12a7 7 0 1 0 2.2-5.1"/><path d="M4.5 3.500v4.500H9"/>',
    "settings": '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>',
    "help": '<circle cx="12" cy="12" r="9"/>'
    '<path d="M9.5 9.500a2.5 2.5 0 1 1 3.7 2.200c-.8.5-1.2 1-1.2 1.800M12 16.800v.2"/>',
    "warning": '<path d="M12 4l9 16H3zM12 10v4.500M12 17.300v.2"/>',
    "error": '<circle cx="12" cy="12" r="9"/><path d="M8.5 8.500l7 7M15.5 8.500l-7 7"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7.300v.2"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6"/><path d="M15 15l6 6"/>',
    "close": '<path d="M5.5 5.500l13 13M18.5 5.500l-13 13"/>',
    "next": '<path d="M9 5l7 7-7 7"/>',
    "previous": '<path d="M15 5l-7 7 7 7"/>',
    "next_artifact": '<path d="M4 18l4-9 3.5 6L15 6l2.5 7"/><path d="M18 16l3 3-3 3"/>',
    "previous_artifact": '<path d="M20 18l-4-9-3.5 6L9 6l-2.5 7"/><path d="M6 16l-3 3 3 3"/>',
    "penetration": '<circle cx="9" cy="12" r="5.5"/><circle cx="15" cy="12" r="5.5"/>'
    '<path d="M12 7.400a5.5 5.5 0 0 1 0 9.2 5.5 5.5 0 0 1 0-9.200z" fill="currentColor"/>',
    "contact": '<circle cx="7" cy="12" r="4.5"/><circle cx="17" cy="12" r="4.5"/>'
    '<circle cx="12" cy="12" r="1" fill="currentColor"/>',
    "distance": '<path d="M4 6v12M20 6v12M7 12h10M9.5 9.500L7 12l2.5 2.500M14.5 9.500L17 12l-2.5 2.5"/>',
    "plain": '<circle cx="12" cy="12" r="7.5"/>',
    "skeleton": '<circle cx="12" cy="5" r="2"/><path d="M12 7v7M6 10h12M12 14l-4 6.500M12 14l4 6.5"/>',
    "eye": '<circle cx="12" cy="12" r="2.8"/>'
    '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/>',
    "undo": '<path d="M4 9.500h10a5.5 5.5 0 0 1 0 11H9M8 5.500l-4 4 4 4"/>',
    "redo": '<path d="M20 9.500H10a5.5 5.5 0 0 0 0 11h5M16 5.500l4 4-4 4"/>',
    "library": '<rect x="4" y="4" width="7" height="7" rx="1"/><rect x="13" y="4" width="7" height="7" rx="1"/>'
    '<rect x="4" y="13" width="7" height="7" rx="1"/><rect x="13" y="13" width="7" height="7" rx="1"/>',
    "caption": '<path d="M4 5h16v11h-9l-4 4v-4H4zM8 9h8M8 12h5"/>',
    "zoom_in": '<circle cx="10.5" cy="10.5" r="6"/><path d="M15 15l6 6M7.5 10.500h6M10.5 7.500v6"/>',
    "zoom_out": '<circle cx="10.5" cy="10.5" r="6"/><path d="M15 15l6 6M7.5 10.500h6"/>',
    "fit": '<path d="M3 12h18M6.5 8.500L3 12l3.5 3.500M17.5 8.500L21 12l-3.5 3.5"/>',
    "copy": '<rect x="8.5" y="8.5" width="11" height="12" rx="1.5"/><path d="M15.5 8.500V4h-11v12h4"/>',
    "trash": '<path d="M5 7h14M10 7V4.500h4V7M7 7l1 13h8l1-13"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "lock": '<rect x="5.5" y="11" width="13" height="9" rx="1.5"/><path d="M8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>',
}  # fmt: skip

NAMES: Final = tuple(_PATHS)
_TEMPLATE: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{color}" stroke-width="1.7" '
    'stroke-linecap="round" stroke-linejoin="round">{path}</svg>'
)


class _TextColoredIcon(QIconEngine):
    """Asks the palette when it paints, so that a change of theme needs no new icons."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        group = QPalette.ColorGroup.Disabled if mode == QIcon.Mode.Disabled else QPalette.ColorGroup.Active
        color = QGuiApplication.palette().color(group, QPalette.ColorRole.ButtonText)
        side = min(rect.width(), rect.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(rect).center())
        _renderer(self._name, color.name()).render(painter, square)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _TextColoredIcon(self._name)


@cache
def _renderer(name: str, color: str) -> QSvgRenderer:
    svg = _TEMPLATE.format(color=color, path=_PATHS[name].replace("currentColor", color))
    return QSvgRenderer(QByteArray(svg.encode()))


def icon(name: str) -> QIcon:
    """The icon of that name (:data:`NAMES`); KeyError on an unknown one."""
    if name not in _PATHS:
        raise KeyError(name)
    return QIcon(_TextColoredIcon(name))
