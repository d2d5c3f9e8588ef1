"""What the sheet must know of a candidate, and the list of the open clip's: deciding, taking it back, storing it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from interact_app.bridge.explain import explain
from interact_app.session import Session
from interact_core.errors import InputError

if TYPE_CHECKING:
    from interact_core.project import Project

Decision = Literal["", "kept", "discarded"]


class Trial(Protocol):
    """A frozen dataclass of the core with these; a kept one has a `version`."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def id(self) -> str: ...
    @property
    def clip_id(self) -> str: ...
    @property
    def index(self) -> int: ...
    @property
    def passed(self) -> bool: ...
    @property
    def made(self) -> bool: ...
    @property
    def decision(self) -> Decision: ...
    @property
    def version(self) -> str: ...
    @property
    def reasons(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def folder(self) -> Path: ...
    def arrays(self, *names: str) -> dict[str, Any] | None: ...


class Tells(Protocol):
    """What is said of candidates. `label`: its number and whatever else tells it from others on the sheet, in a few words;
    `verdict`: two or three words, and whether it is a good one; `empty`: what to do where none is seen, since the filter hides
    `some` or the first one is still being made (`running`)."""

    keys: str
    short_keys: str

    def label(self, trial: Any) -> str: ...
    def subject(self, trial: Any) -> str: ...
    def verdict(self, trial: Any) -> tuple[str, bool]: ...
    def reasons(self, trial: Any) -> list[str]: ...
    def scores(self, trial: Any) -> list[str]: ...
    def details(self, trial: Any) -> Iterable[str]: ...
    def empty(self, some: bool, running: bool) -> str: ...


C = TypeVar("C", bound=Trial)


class Trials(QObject, Generic[C]):
    """Decisions are shown at once and stored by a worker, in their order. What is read and stored, subclasses know: `read` and
    `decided` are abstract, and raise instead of being marked so because Qt's metaclass cannot be mixed with ABCMeta."""

    changed = Signal()
    """Other candidates, or others decided."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._found: dict[str, C] = {}
        self._clip_id = ""
        self._done: list[list[tuple[C, Decision, Decision]]] = []
        self._undone: list[list[tuple[C, Decision, Decision]]] = []
        session.clip_opening.connect(self._clip_opening)
        session.project_opened.connect(lambda: self._clip_opening(""))
        session.versions.changed.connect(lambda _clip_id: self.reload())

    def read(self, project: "Project", clip_id: str) -> tuple[C, ...]:
        """Called by a worker."""
        raise NotImplementedError

    def decided(self, project: "Project", trial: C, decision: Decision) -> C:
        """As it is on the disk after this; called by a worker. InputError where it cannot be stored."""
        raise NotImplementedError

    # What there is

    @property
    def running(self) -> bool:
        """Whether more are being made."""
        return False

    @property
    def trials(self) -> tuple[C, ...]:
        """Of the open clip, the newest last."""
        return tuple(self._found.values())

    @property
    def writable(self) -> bool:
        project = self._session.project
        return project is not None and not project.read_only

    def reload(self) -> None:
        """Read the open clip's candidates again."""
        project, clip_id = self._session.project, self._clip_id
        if project is None or not clip_id:
            return
        found: list[tuple[C, ...]] = []
        self._session.jobs.quietly(lambda: found.append(self.read(project, clip_id)), lambda: self._take_all(clip_id, found[0]))

    def take(self, trial: C) -> None:
        """One that was just made."""
        if trial.clip_id == self._clip_id:
            self._found[trial.id] = trial
            self.changed.emit()

    # Deciding

    def decide(self, trials: Sequence[C], decision: Decision) -> None:
        """Keep or discard candidates, or (again) leave them open; one step of undo."""
        changes = [(c, c.decision, decision) for c in trials if c.decision != decision and (c.made or decision != "kept")]
        if changes and self.writable:
            self._done.append(changes)
            self._undone.clear()
            self._carry_out(changes, forward=True)

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    def undo(self) -> C | None:
        """Take the last decision back; the candidate it was about."""
        return self._step(self._done, self._undone, forward=False)

    def redo(self) -> C | None:
        return self._step(self._undone, self._done, forward=True)

    # Inside

    def _clip_opening(self, clip_id: str) -> None:
        if clip_id == self._clip_id:
            return
        self._clip_id = clip_id
        self._found = {}
        self._done, self._undone = [], []
        self.changed.emit()
        self.reload()

    def _take_all(self, clip_id: str, found: tuple[C, ...]) -> None:
        if clip_id == self._clip_id:
            fresh = {trial.id: trial for trial in found}
            if fresh != self._found:
                self._found = fresh
                self.changed.emit()

    def _step(self, source: list[Any], target: list[Any], *, forward: bool) -> C | None:
        if not source:
            return None
        changes: list[tuple[C, Decision, Decision]] = source.pop()
        target.append(changes)
        self._carry_out(changes, forward=forward)
        return changes[0][0]

    def _carry_out(self, changes: list[tuple[C, Decision, Decision]], *, forward: bool) -> None:
        for trial, before, after in changes:
            decision = after if forward else before
            self._change(trial, decision=decision)
            self._store(trial, decision)
        self.changed.emit()

    def _change(self, trial: C, **values: Any) -> None:
        shown = self._found.get(trial.id)
        if shown is not None:
            self._found[trial.id] = replace(shown, **values)

    def _store(self, trial: C, decision: Decision) -> None:
        project, session = self._session.project, self._session
        assert project is not None
        stored: list[C | InputError] = []

        def work() -> None:
            try:
                stored.append(self.decided(project, trial, decision))
            except InputError as error:
                stored.append(error)

        session.jobs.quietly(work, lambda: self._was_stored(trial, stored[0]))

    def _was_stored(self, asked: C, stored: C | InputError) -> None:
        if isinstance(stored, InputError):
            self._session.failed.emit(self.tr("The decision was not stored"), explain(stored))
            self.reload()
            return
        self._change(asked, version=stored.version)  # what was decided meanwhile is on its way too
        versions = self._session.versions
        if stored.decision != "kept" and stored.version and versions.shown(asked.clip_id) == stored.version:
            versions.show(asked.clip_id, "")
        self._session.versions.changed.emit(asked.clip_id)
        self._session.library_changed.emit()


Timing = Callable[[Any, int, int], int]
"""Of a candidate, a frame of the clock and a number of frames: which of the candidate's frames is shown."""
