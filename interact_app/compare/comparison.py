"""What is compared with what, and how it is looked at. The pictures, the panel and the timeline read from here."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from interact_app.bridge.explain import explain
from interact_app.compare.differing import Differing
from interact_app.compare.loader import SideLoader
from interact_app.compare.modes import MODES, MOST, Mode, Quantity
from interact_app.compare.sides import Side, SideKey, offered, partners, relatives, title_of
from interact_app.session import Session

if TYPE_CHECKING:
    from interact_core.clip import Clip
    from interact_core.compare import Comparison as Figures
    from interact_core.inspection import Inspection

_OFFERED_MOST = 2000
"""Clips in the list of what can be chosen; a longer one takes seconds to fill and nobody scrolls it."""


class Comparison(QObject):
    """Between one and four sides; the first is "before", the second "after". Nothing is computed while the mode is off."""

    changed = Signal()
    """Mode, sides or what is asked of them."""
    view_changed = Signal()
    """Only how they are seen: the held key, the line of the wipe."""
    arrived = Signal(int, int)
    """Frames [start, stop) of a side can be drawn now."""
    figures_changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._mode: Mode = "off"
        self._clip_id = ""
        self._keys: tuple[SideKey, ...] = ()
        self._titles: dict[SideKey, str] = {}
        self._held = False
        self._mixed = False
        self._divider = 0.5
        self._quantity: Quantity = "displacement"
        self._limit: float | None = None
        self.opacity = 0.5
        self._loader = SideLoader(session, self)
        self.differing = Differing(self, session.jobs)
        self._loader.posed.connect(self._side_arrived)
        self._loader.measured.connect(self._side_measured)
        self._loader.failed.connect(self._side_failed)
        session.project_opened.connect(lambda: self._clip_opening(""))
        session.clip_opening.connect(self._clip_opening)
        session.versions.changed.connect(self._versions_changed)
        session.clip_opened.connect(self._clip_opened)
        session.frames_ready.connect(self._side_arrived)
        session.inspection_ready.connect(self._side_measured)

    # What is compared

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def active(self) -> bool:
        return self._mode != "off" and len(self._keys) > 1

    @property
    def keys(self) -> tuple[SideKey, ...]:
        return self._keys

    @property
    def sides(self) -> tuple[Side, ...]:
        """As they are known now; asking starts what is missing while a comparison is on."""
        return tuple(self._side(key) for key in self._keys) if self.active or self._held else ()

    @property
    def own(self) -> SideKey:
        """What is open in the window: the source of the clip, or the version that stands for it."""
        clip_id = self._session.clip_id
        return SideKey(clip_id, self._session.versions.shown(clip_id))

    def title(self, key: SideKey) -> str:
        """ "source", "v1 refined"; another clip is called by its name."""
        name = self._titles.get(key, "source")
        if key.clip_id == self._session.clip_id:
            return name
        return f"{key.clip_id}, {name}" if key.version_id else key.clip_id

    def choices(self) -> dict[str, str]:
        """What a side can be, from the text of its key to its title."""
        project, clip_id = self._session.project, self._session.clip_id
        if project is None or not clip_id:
            return {}
        near = (*relatives(clip_id, self._session.listing.order), *self._session.listing.order[:_OFFERED_MOST])
        return {key.text: title for key, title in offered(clip_id, project, tuple(dict.fromkeys(near)))}

    def choose(self, place: int, key: SideKey) -> None:
        """Another thing at a place of the comparison; a place behind the last one adds a view."""
        keys = list(self._keys)
        if place < len(keys):
            keys[place] = key
        elif len(keys) < MOST:
            keys.append(key)
        self._set_keys(tuple(keys))

    def show_beside(self, first: SideKey, second: SideKey, title: str = "", read: Callable[[], "Clip"] | None = None) -> None:
        """These two, side by side. `read`: the second is no version of the project; its title, and who reads it."""
        if read is not None:
            self._titles[second] = title
            self._loader.readers[second] = read
        self._set_keys((first, second))
        self.set_mode("side_by_side")

    def remove(self, place: int) -> None:
        """A view fewer, down to two."""
        if len(self._keys) > 2:
            self._set_keys(self._keys[:place] + self._keys[place + 1 :])

    def swap(self) -> None:
        if len(self._keys) > 1:
            self._set_keys((self._keys[1], self._keys[0], *self._keys[2:]))

    # How it is looked at

    def set_mode(self, mode: Mode) -> None:
        if mode not in MODES:
            raise ValueError(mode)
        if mode != "off" and not self._find_partners():
            self._session.notice.emit(self.tr("This clip has no other version. Choose what to compare it with in the panel."))
            mode = "off"
        self._mode = mode
        self._loader.keep_only(set(self._keys) if mode != "off" else set())
        self._tell()

    def cycle(self) -> None:
        """The next of MODES."""
        order = list(MODES)
        self.set_mode(order[(order.index(self._mode) + 1) % len(order)])

    @property
    def held(self) -> bool:
        """Whether the other version is shown for as long as a key is down."""
        return self._held

    def hold(self, held: bool) -> None:
        if held and not self._find_partners():
            self._session.notice.emit(self.tr("This clip has no other version to show."))
            return
        if held != self._held:
            self._held = held
            self.view_changed.emit()

    @property
    def mixed(self) -> bool:
        """Whether the viewport shows what would be stored of both, in place of the two."""
        return self._mixed

    def set_mixed(self, on: bool) -> None:
        if on != self._mixed:
            self._mixed = on
            self.view_changed.emit()

    @property
    def divider(self) -> float:
        """Where the wipe's line is, as a share of the width."""
        return self._divider

    def set_divider(self, share: float) -> None:
        self._divider = min(max(share, 0.0), 1.0)
        self.view_changed.emit()

    @property
    def quantity(self) -> Quantity:
        return self._quantity

    def set_quantity(self, quantity: Quantity) -> None:
        self._quantity, self._limit = quantity, None
        self._tell()

    @property
    def limit(self) -> float | None:
        """Metres at the end of the difference's colours; None for the field's own."""
        return self._limit

    def set_limit(self, metres: float | None) -> None:
        self._limit = metres
        self.changed.emit()

    # Figures

    @property
    def other_inspection(self) -> "Inspection | None":
        """Of the second side, for the timeline's second curves."""
        return self.sides[1].inspection if self.active else None

    def figures(self) -> "Figures | None":
        """Before and after, the worst regression first; None until both are measured."""
        if not self.active:
            return None
        a, b = (side.inspection for side in self.sides[:2])
        if a is None or b is None:
            return None
        from interact_core.compare import compare_inspections

        return compare_inspections(a, b)

    # Inside

    def _side(self, key: SideKey) -> Side:
        title = self._titles.get(key, "source")
        return Side(key, self.title(key), self._session, None if key == self.own else self._loader.get(key, title))

    def _find_partners(self) -> bool:
        project, clip_id = self._session.project, self._session.clip_id
        if len(self._keys) > 1 or project is None or not clip_id:
            return len(self._keys) > 1
        found = partners(self.own, project, self._session.listing.order)
        if found is not None:
            self._name(found)
            self._keys = found
        return found is not None

    def _set_keys(self, keys: tuple[SideKey, ...]) -> None:
        if not self._keys and keys:
            # The first choice: the open clip is what it is compared with.
            keys = (self.own, *keys) if self.own not in keys else keys
        self._name(keys)
        self._keys = keys
        self._loader.keep_only(set(keys) if self._mode != "off" else set())
        self._tell()

    def _name(self, keys: tuple[SideKey, ...]) -> None:
        project = self._session.project
        if project is not None:
            self._titles.update({key: title_of(key, project) for key in keys if key not in self._titles})

    def _tell(self) -> None:
        self.changed.emit()
        self.figures_changed.emit()

    def _clip_opening(self, clip_id: str) -> None:
        """Another clip: what it can be compared with is looked for when somebody asks. Another version of it changes nothing."""
        if clip_id != self._clip_id:
            self._clip_id = clip_id
            self._mode, self._keys, self._held = "off", (), False
            self._loader.keep_only(set())
        self.changed.emit()

    def _versions_changed(self, _clip_id: str) -> None:
        """What was deleted is no longer compared; with one side left there is no comparison."""
        project = self._session.project
        if project is None:
            return
        living = {version.id for key in self._keys for version in project.versions.of(key.clip_id)}
        own = self._loader.readers
        keys = tuple(key for key in self._keys if not key.version_id or key.version_id in living or key in own)
        if len(keys) < 2 <= len(self._keys):
            self._mode, keys = "off", ()
        self._keys = keys
        self._tell()

    def _clip_opened(self) -> None:
        self._tell()

    def _side_arrived(self, start: int, stop: int) -> None:
        if self.active or self._held:
            self.arrived.emit(start, stop)

    def _side_measured(self) -> None:
        if self.active:
            self.changed.emit()
            self.figures_changed.emit()

    def _side_failed(self, title: str, error: BaseException) -> None:
        self._session.failed.emit(self.tr("{0} cannot be compared").format(title), explain(error))
        self._tell()
