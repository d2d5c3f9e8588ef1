"""Short messages above the picture that ask for nothing: they can be read, acted upon or sent away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from interact_app.theme.icons import icon


@dataclass(frozen=True)
class BannerText:
    """`key` makes a message unique: the same key replaces. seconds 0 stays until dismissed."""

    key: str
    text: str
    tone: str = "info"
    seconds: float = 0.0
    actions: Sequence[tuple[str, Callable[[], object]]] = ()
    dismissed: Callable[[], object] | None = None


class BannerStack(QWidget):
    """A strip that takes no room while it is empty; the newest message is the lowest."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._banners: dict[str, QFrame] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(6, 6, 6, 6)
        self._layout.setSpacing(4)
        self.hide()

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self._banners)

    def text(self, key: str) -> str:
        """What the message says; empty where there is none of that key."""
        banner = self._banners.get(key)
        label = banner.findChild(QLabel, "text") if banner else None
        return label.text() if label else ""

    def show_banner(self, banner: BannerText) -> None:
        self.remove(banner.key)
        frame = self._build(banner)
        self._banners[banner.key] = frame
        self._layout.addWidget(frame)
        if banner.seconds > 0:
            # Owned by the frame: a replaced message takes its timer along.
            timer = QTimer(frame)
            timer.setSingleShot(True)
            timer.timeout.connect(lambda: self.remove(banner.key))
            timer.start(round(banner.seconds * 1000))
        self.setVisible(bool(self._banners))

    def remove(self, key: str) -> None:
        frame = self._banners.pop(key, None)
        if frame is not None:
            self._layout.removeWidget(frame)
            frame.hide()
            frame.deleteLater()
            self.setVisible(bool(self._banners))

    def _build(self, banner: BannerText) -> QFrame:
        frame = QFrame(self)
        frame.setProperty("role", "banner")
        frame.setProperty("tone", banner.tone)
        row = QHBoxLayout(frame)
        row.setContentsMargins(10, 6, 6, 6)
        label = QLabel(banner.text, frame)
        label.setObjectName("text")
        # In this order: a new policy forgets that wrapped text needs more height where it has less width.
        label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        label.setWordWrap(True)
        row.addWidget(label, 1)
        for title, run in banner.actions:
            button = QPushButton(title, frame)
            button.clicked.connect(partial(self._act, banner.key, run))
            row.addWidget(button)
        close = QToolButton(frame)
        close.setIcon(icon("close"))
        close.setToolTip("Dismiss")
        close.setAccessibleName("Dismiss")
        close.clicked.connect(lambda: self._dismiss(banner))
        row.addWidget(close)
        return frame

    def _act(self, key: str, run: Callable[[], object], _checked: bool = False) -> None:
        self.remove(key)
        run()

    def _dismiss(self, banner: BannerText) -> None:
        self.remove(banner.key)
        if banner.dismissed is not None:
            banner.dismissed()
