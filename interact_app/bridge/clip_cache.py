"""The clips opened last, kept in memory up to a cap so that going back is immediate."""

from collections import OrderedDict

from interact_app.bridge.open_clip import OpenClip


class ClipCache:
    """Least recently opened goes first; the one that is open is never dropped, whatever its size."""

    def __init__(self, cap_bytes: int) -> None:
        self.cap_bytes = cap_bytes
        self._clips: OrderedDict[str, OpenClip] = OrderedDict()

    def __contains__(self, clip_id: object) -> bool:
        return clip_id in self._clips

    @property
    def nbytes(self) -> int:
        return sum(clip.nbytes for clip in self._clips.values())

    def get(self, clip_id: str) -> OpenClip | None:
        """The kept clip, now the most recent one."""
        found = self._clips.get(clip_id)
        if found is not None:
            self._clips.move_to_end(clip_id)
        return found

    def put(self, clip: OpenClip) -> None:
        """Keep it, as the most recent one, and drop others until the cap holds."""
        self._clips[clip.clip_id] = clip
        self._clips.move_to_end(clip.clip_id)
        self.trim()

    def trim(self) -> None:
        """Drop the oldest until the cap holds or one is left."""
        while len(self._clips) > 1 and self.nbytes > self.cap_bytes:
            self._clips.popitem(last=False)

    def drop(self, clip_id: str) -> None:
        self._clips.pop(clip_id, None)

    def clear(self) -> None:
        self._clips.clear()
