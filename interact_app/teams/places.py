"""Going to a place in a clip that may not be open yet: to a frame, to a segment."""

from PySide6.QtCore import QObject, QTimer

from interact_app.clock import Clock
from interact_app.session import Session
from interact_core.annotation import RemarkRecord, SegmentRecord


class Places(QObject):
    """Waits for the clip where it has to be computed first; another clip opened meanwhile ends the wait."""

    def __init__(self, session: Session, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._clock = session, clock
        self._wanted: tuple[str, int, str] | None = None
        session.clip_opened.connect(self._arrived)

    def go(self, clip_id: str, frame: int, uid: str = "") -> None:
        """Open the clip, show the frame and select the segment with that uid."""
        self._wanted = (clip_id, frame, uid)
        if self._session.clip_id == clip_id and self._session.posed is not None:
            self._show()
        else:
            self._session.open_clip(clip_id)

    def go_to_remark(self, remark: RemarkRecord) -> None:
        """Of the open clip: its frame, or the segment it is about, which is selected."""
        writing = self._session.writing
        about = writing.document.get(remark.about) if writing is not None and remark.about else None
        frame = remark.frame
        if isinstance(about, SegmentRecord) and frame is None:
            frame = about.segment.start_frame
        if frame is not None or about is not None:
            self.go(self._session.clip_id, self._clock.frame if frame is None else frame, remark.about)

    def _arrived(self) -> None:
        if self._wanted is not None:
            # The clock learns of the clip in the same signal, perhaps after us.
            QTimer.singleShot(0, self, self._show)

    def _show(self) -> None:
        wanted, self._wanted = self._wanted, None
        writing = self._session.writing
        if wanted is None or writing is None or wanted[0] != self._session.clip_id:
            return
        _, frame, uid = wanted
        record = writing.document.get(uid)
        if isinstance(record, RemarkRecord):
            self.go_to_remark(record)
            return
        self._clock.pause()
        self._clock.set_frame(min(max(frame, 0), max(self._clock.num_frames - 1, 0)))
        if isinstance(record, SegmentRecord):
            self._session.selection.set([uid])
            self._session.selection.set_tier(record.segment.tier)
