"""What is asked for: the clips, the options, how many candidates, and which one is looked at before it is made."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from interact_app.augment.bench import Bench
from interact_app.session import Session
from interact_core.augment.options import DEFAULT, PRESETS, AugmentOptions, with_values
from interact_core.errors import InputError
from interact_core.settings import Value

if TYPE_CHECKING:
    from interact_app.augment.working import AugmentRequest
    from interact_core.clip import Mesh

FIRST_COUNT = 6
OWN = "changed"


class Plan(QObject):
    """Changed by the panel; the viewport's live preview and the job read from here."""

    changed = Signal()
    """The options, the clips or the candidate that is looked at."""

    def __init__(self, session: Session, bench: Bench, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._bench = session, bench
        self.options: AugmentOptions = replace(DEFAULT, count=FIRST_COUNT)
        self.scope = "clip"
        """ "clip" is the open one, "selected" those of the library, "all" every one that the library shows."""
        self.keep_passed = False
        self.meshes: tuple[tuple[str, Mesh], ...] = ()
        self._index: int | None = None
        bench.changed.connect(self.changed)

    # Options

    @property
    def preset(self) -> str:
        """The preset that these options are, but for how many and from which seed; OWN for none."""
        plain = replace(self.options, count=DEFAULT.count, seed=DEFAULT.seed, device=DEFAULT.device)
        return next((name for name, options in PRESETS.items() if options == plain), OWN)

    def take_preset(self, name: str) -> None:
        now = self.options
        self._set(replace(PRESETS[name], count=now.count, seed=now.seed, device=now.device))

    def change(self, name: str, value: Value) -> str:
        """A field by its bare name; what is wrong with the value, "" where nothing is."""
        try:
            self._set(with_values(self.options, {name: value}))
        except InputError as error:
            return str(error)
        return ""

    # Clips

    @property
    def clip_ids(self) -> tuple[str, ...]:
        listing = self._session.listing
        chosen = {"selected": listing.selected, "all": listing.order}.get(self.scope)
        own = (self._session.clip_id,) if self._session.clip_id else ()
        return own if chosen is None else chosen

    def set_scope(self, scope: str) -> None:
        self.scope = scope
        self.changed.emit()

    def set_meshes(self, meshes: "tuple[tuple[str, Mesh], ...]") -> None:
        """What a swap may put in the object's place."""
        self.meshes = meshes
        self.changed.emit()

    # Candidates

    @property
    def index(self) -> int:
        """The candidate that is looked at: chosen, else the first that will be made."""
        return self._index if self._index is not None else (self.indices or (0,))[0]

    def look_at(self, index: int) -> None:
        self._index = max(index, 0)
        self.changed.emit()

    @property
    def done(self) -> frozenset[int]:
        """Candidates of the open clip that these options have made already."""
        from interact_core.augment.trials import trial_key

        key = trial_key(self.options, self._parent)
        return frozenset(trial.index for trial in self._bench.trials if trial.key == key)

    @property
    def indices(self) -> tuple[int, ...]:
        """Those of the open clip that will be made: the missing ones, or as many more."""
        done, count = self.done, self.options.count
        missing = tuple(k for k in range(count) if k not in done)
        if missing:
            return missing
        start = max(done) + 1
        return tuple(range(start, start + count))

    def request(self) -> "AugmentRequest":
        """As it stands."""
        from interact_app.augment.working import AugmentRequest

        author = self._session.settings.annotation.author
        clip_ids = self.clip_ids
        if self.scope != "clip":
            return AugmentRequest(clip_ids, self.options, keep_passed=self.keep_passed, meshes=self.meshes, author=author)
        parents = {self._session.clip_id: self._parent} if self._parent else {}
        return AugmentRequest(clip_ids, self.options, parents, self.indices, self.keep_passed, self.meshes, author)

    # Inside

    @property
    def _parent(self) -> str:
        return self._session.versions.shown(self._session.clip_id)

    def _set(self, options: AugmentOptions) -> None:
        if options != self.options:
            self.options = options
            self.changed.emit()
