"""Which segments are selected and on which tier new ones are made. Shared by the timeline and the panels."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal


class Selection(QObject):
    """Uids of the open clip's records; whoever deletes records need not care: `keep_only` runs after every edit."""

    changed = Signal()
    tier_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._uids: tuple[str, ...] = ()
        self._tier = "action"
        self._proposal = ""

    @property
    def uids(self) -> tuple[str, ...]:
        """In the order they were selected."""
        return self._uids

    @property
    def current(self) -> str:
        """The one selected last: what a form shows and single-segment keys act on; "" for none."""
        return self._uids[-1] if self._uids else ""

    @property
    def tier(self) -> str:
        """Where a new segment goes."""
        return self._tier

    @property
    def proposal(self) -> str:
        """Key of the proposal that was turned to last; it may be gone."""
        return self._proposal

    def set_proposal(self, key: str) -> None:
        if key != self._proposal:
            self._proposal = key
            self.changed.emit()

    def set(self, uids: Iterable[str]) -> None:
        chosen = tuple(dict.fromkeys(uids))
        if chosen != self._uids:
            self._uids = chosen
            self.changed.emit()

    def toggle(self, uid: str) -> None:
        self.set([one for one in self._uids if one != uid] if uid in self._uids else [*self._uids, uid])

    def clear(self) -> None:
        self.set(())

    def keep_only(self, known: Iterable[str]) -> None:
        there = set(known)
        self.set(uid for uid in self._uids if uid in there)

    def set_tier(self, tier: str) -> None:
        if tier != self._tier:
            self._tier = tier
            self.tier_changed.emit(tier)
