"""The candidates of the open clip and what people decided about them; making more of them. The sheet and the panel read here."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from interact_app.bridge.explain import explain
from interact_app.bridge.jobs import LONG_WORK
from interact_app.session import Session
from interact_core.errors import InputError
from interact_core.paths import app_paths

if TYPE_CHECKING:
    from interact_app.augment.working import AugmentOutcome, AugmentRequest
    from interact_core.augment.tally import Tally
    from interact_core.augment.trials import Decision, Trial
    from interact_core.jobs.context import JobContext
    from interact_core.jobs.job import Job
    from interact_core.project import Project

Change = tuple["Trial", "Decision", "Decision"]
"""A candidate, what it was and what it became."""


class Bench(QObject):
    """Decisions are shown at once and stored by a worker, in their order."""

    changed = Signal()
    """Other candidates, or others decided."""
    tallied = Signal()
    """`project_tally` is another one."""
    finished = Signal(object)
    """An :class:`AugmentOutcome`."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._trials: dict[str, Trial] = {}
        self._clip_id = ""
        self._done: list[list[Change]] = []
        self._undone: list[list[Change]] = []
        self._counting = False
        self.project_tally: Tally | None = None
        self.job: Job[AugmentOutcome] | None = None
        session.clip_opening.connect(self._clip_opening)
        session.project_opened.connect(lambda: self._clip_opening(""))
        session.versions.changed.connect(lambda _clip_id: self.reload())

    # What there is

    @property
    def trials(self) -> "tuple[Trial, ...]":
        """Of the open clip, the newest options last."""
        return tuple(self._trials.values())

    def trial(self, trial_id: str) -> "Trial | None":
        return self._trials.get(trial_id)

    @property
    def running(self) -> bool:
        return self.job is not None and not self.job.state.finished

    def clip_tally(self) -> "Tally":
        from interact_core.augment.tally import tally

        return tally(self.trials)

    def reload(self) -> None:
        """Read the open clip's candidates again, and count the project's."""
        project, clip_id = self._session.project, self._clip_id
        if project is None or not clip_id:
            return
        found: list[tuple[Trial, ...]] = []

        def work() -> None:
            from interact_core.augment.trials import TrialStore

            found.append(TrialStore(project.folder).of(clip_id))

        self._session.jobs.quietly(work, lambda: self._take_all(clip_id, found[0]))
        self.count()

    def count(self) -> None:
        """The project's statistics, off the window's thread; asked again meanwhile, once more after that."""
        project = self._session.project
        if project is None or self._counting:
            return
        self._counting = True
        found: list[Tally] = []

        def work() -> None:
            from interact_core.augment.tally import tally
            from interact_core.augment.trials import TrialStore

            found.append(tally(TrialStore(project.folder).all()))

        self._session.jobs.quietly(work, lambda: self._counted(found[0]))

    # Deciding

    def decide(self, trials: "Sequence[Trial]", decision: "Decision") -> None:
        """Keep or discard candidates, or (again) leave them open; one step of undo."""
        changes = [(t, t.decision, decision) for t in trials if t.decision != decision and (t.made or decision != "kept")]
        if changes and self.writable:
            self._done.append(changes)
            self._undone.clear()
            self._carry_out(changes, forward=True)

    @property
    def writable(self) -> bool:
        project = self._session.project
        return project is not None and not project.read_only

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    def undo(self) -> "Trial | None":
        """Take the last decision back; the candidate it was about."""
        return self._step(self._done, self._undone, forward=False)

    def redo(self) -> "Trial | None":
        return self._step(self._undone, self._done, forward=True)

    # Making

    def make(self, request: "AugmentRequest") -> "Job[AugmentOutcome] | None":
        """Candidates in the background; each is announced as soon as it is there."""
        project = self._session.project
        if project is None or project.read_only or not request.clip_ids:
            return None
        from interact_app.augment.working import Onlookers, title_of

        session, post = self._session, self._session.jobs.post
        told = Onlookers(
            stored=lambda trial: post(lambda: self._take(trial)),
            preview=lambda clip_id, arrays: post(lambda: session.versions.take_preview(clip_id, arrays)),
            watched=lambda clip_id: clip_id == session.clip_id,
        )

        def work(context: "JobContext") -> "AugmentOutcome":
            from interact_app.augment.working import augment_clips

            try:
                return augment_clips(project, request, session.settings.models_dir, app_paths().cache, context, told)
            finally:  # here and not at the job's end: a job that is tried again is another job with the same work
                post(session.versions.end_preview)

        self.job = session.jobs.submit(title_of(request), work, done=self._finished, failed=self._failed, lane=LONG_WORK)
        return self.job

    # Inside

    def _clip_opening(self, clip_id: str) -> None:
        if clip_id == self._clip_id:
            return
        self._clip_id = clip_id
        self._trials = {}
        self._done, self._undone = [], []
        self.changed.emit()
        self.reload()

    def _take_all(self, clip_id: str, found: "tuple[Trial, ...]") -> None:
        if clip_id == self._clip_id:
            fresh = {trial.id: trial for trial in found}
            if fresh != self._trials:
                self._trials = fresh
                self.changed.emit()

    def _take(self, trial: "Trial") -> None:
        if trial.clip_id == self._clip_id:
            self._trials[trial.id] = trial
            self.changed.emit()
        if trial.decision == "kept":
            self._session.versions.changed.emit(trial.clip_id)
            self._session.library_changed.emit()
        self.count()

    def _step(self, source: list[list[Change]], target: list[list[Change]], *, forward: bool) -> "Trial | None":
        if not source:
            return None
        changes = source.pop()
        target.append(changes)
        self._carry_out(changes, forward=forward)
        return changes[0][0]

    def _carry_out(self, changes: list[Change], *, forward: bool) -> None:
        for trial, before, after in changes:
            decision = after if forward else before
            shown = self._trials.get(trial.id)
            if shown is not None:
                self._trials[trial.id] = replace(shown, decision=decision)
            self._store(trial, decision)
        self.changed.emit()

    def _store(self, trial: "Trial", decision: "Decision") -> None:
        project, session = self._session.project, self._session
        assert project is not None
        stored: list[Trial | InputError] = []

        def work() -> None:
            try:
                stored.append(_decided(project, trial, decision, session))
            except InputError as error:
                stored.append(error)

        session.jobs.quietly(work, lambda: self._was_stored(trial, stored[0]))

    def _was_stored(self, asked: "Trial", stored: "Trial | InputError") -> None:
        if isinstance(stored, InputError):
            self._session.failed.emit(self.tr("The decision was not stored"), explain(stored))
            self.reload()
            return
        shown = self._trials.get(asked.id)
        if shown is not None:  # what was decided meanwhile is on its way too
            self._trials[asked.id] = replace(shown, version=stored.version)
        versions = self._session.versions
        if stored.decision != "kept" and stored.version and versions.shown(asked.clip_id) == stored.version:
            versions.show(asked.clip_id, "")
        self._session.versions.changed.emit(asked.clip_id)
        self._session.library_changed.emit()

    def _counted(self, found: "Tally") -> None:
        self._counting = False
        self.project_tally = found
        self.tallied.emit()

    def _finished(self, outcome: "AugmentOutcome") -> None:
        self._session.notice.emit(words_of(outcome, self.tr))
        self.reload()
        self.finished.emit(outcome)

    def _failed(self, error: BaseException) -> None:
        self._session.failed.emit(self.tr("Augmenting stopped"), explain(error))
        self.changed.emit()


def _decided(project: "Project", trial: "Trial", decision: "Decision", session: Session) -> "Trial":
    """As it is on the disk now; a decision before this one may have made a version of it."""
    from interact_core.augment.keep import drop, keep
    from interact_core.augment.trials import read_trial

    now = read_trial(trial.folder) or trial
    if decision == "kept":
        return keep(project, now, session.settings.models_dir, session.settings.annotation.author)
    return drop(project, now, discarded=decision == "discarded")


def words_of(outcome: "AugmentOutcome", tr: Callable[[str], str]) -> str:
    """One sentence about what came of it."""
    parts = [tr("{0} of {1} candidates hold every limit").format(outcome.passed, outcome.made)]
    if outcome.kept:
        parts.append(tr("{0} kept").format(outcome.kept))
    if outcome.known:
        parts.append(tr("{0} were there before").format(outcome.known))
    if outcome.problems:
        parts.append(tr("{0} clips could not be augmented (see the log)").format(len(outcome.problems)))
    return f"{', '.join(parts)}."
