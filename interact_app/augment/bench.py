"""The candidates of the open clip, counted, and making more of them. The sheet and the panel read here."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from interact_app.bridge.explain import explain
from interact_app.bridge.jobs import LONG_WORK
from interact_app.session import Session
from interact_app.sheet.trials import Decision, Trials
from interact_core.paths import app_paths

if TYPE_CHECKING:
    from interact_app.augment.working import AugmentOutcome, AugmentRequest
    from interact_core.augment.tally import Tally
    from interact_core.augment.trials import Trial
    from interact_core.jobs.context import JobContext
    from interact_core.jobs.job import Job
    from interact_core.project import Project


class Bench(Trials["Trial"]):
    """The sheet's list, with the making and the counting."""

    tallied = Signal()
    """`project_tally` is another one."""
    finished = Signal(object)
    """An :class:`AugmentOutcome`."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(session, parent)
        self._counting = False
        self.project_tally: Tally | None = None
        self.job: Job[AugmentOutcome] | None = None

    # What there is

    def trial(self, trial_id: str) -> "Trial | None":
        return self._found.get(trial_id)

    @property
    def running(self) -> bool:
        return self.job is not None and not self.job.state.finished

    def clip_tally(self) -> "Tally":
        from interact_core.augment.tally import tally

        return tally(self.trials)

    def read(self, project: "Project", clip_id: str) -> "tuple[Trial, ...]":
        from interact_core.augment.trials import TrialStore

        return TrialStore(project.folder).of(clip_id)

    def decided(self, project: "Project", trial: "Trial", decision: Decision) -> "Trial":
        """A decision before this one may have made a version of it: it is read anew."""
        from interact_core.augment.keep import drop, keep
        from interact_core.augment.trials import read_trial

        now = read_trial(trial.folder) or trial
        if decision == "kept":
            return keep(project, now, self._session.settings.models_dir, self._session.settings.annotation.author)
        return drop(project, now, discarded=decision == "discarded")

    def reload(self) -> None:
        """Read the open clip's candidates again, and count the project's."""
        super().reload()
        if self._session.project is not None and self._clip_id:
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

    def _take(self, trial: "Trial") -> None:
        self.take(trial)
        if trial.decision == "kept":
            self._session.versions.changed.emit(trial.clip_id)
            self._session.library_changed.emit()
        self.count()

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
