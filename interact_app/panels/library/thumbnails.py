"""Pictures of clips, read in the background when a row is first painted, the last few hundred kept."""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QRunnable, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

_KEEP: Final = 400


class _Relay(QObject):
    loaded = Signal(str, QImage)


class _Load(QRunnable):
    """Reads and scales one picture on a pool thread."""

    def __init__(self, clip_id: str, path: Path, size: QSize, relay: _Relay) -> None:
        super().__init__()
        self._clip_id, self._path, self._size, self._relay = clip_id, path, size, relay

    def run(self) -> None:
        reader = QImageReader(str(self._path))
        full = reader.size()
        if full.isValid():
            reader.setScaledSize(full.scaled(self._size, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
        self._relay.loaded.emit(self._clip_id, reader.read())


class Thumbnails(QObject):
    """`get` answers at once, with None while the picture is on its way; `arrived` then names the clip."""

    arrived = Signal(str)

    def __init__(self, path_of: Callable[[str], Path | None], size: QSize, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path_of = path_of
        self._size = size
        self._kept: OrderedDict[str, QPixmap | None] = OrderedDict()
        self._asked: set[str] = set()
        self._relay = _Relay(self)
        self._relay.loaded.connect(self._store)
        # One thread: pictures are small, and the work that the user waits for should have the others.
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    def get(self, clip_id: str, scale: float) -> QPixmap | None:
        """In device pixels for `scale` pixels per logical one."""
        if clip_id in self._kept:
            self._kept.move_to_end(clip_id)
            return self._kept[clip_id]
        if clip_id not in self._asked:
            path = self._path_of(clip_id)
            if path is not None and path.is_file():
                self._asked.add(clip_id)
                self._pool.start(_Load(clip_id, path, self._size * scale, self._relay))
        return None

    def forget(self, clip_id: str = "") -> None:
        """One clip's picture was made anew; without a name: another project."""
        if clip_id:
            self._kept.pop(clip_id, None)
        else:
            self._pool.clear()
            self._kept.clear()
            self._asked.clear()

    def _store(self, clip_id: str, image: QImage) -> None:
        if clip_id not in self._asked:
            return
        self._asked.discard(clip_id)
        self._kept[clip_id] = None if image.isNull() else QPixmap.fromImage(image)
        while len(self._kept) > _KEEP:
            self._kept.popitem(last=False)
        self.arrived.emit(clip_id)
