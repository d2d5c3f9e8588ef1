"""The generated candidates of the open clip, how far those are that are being made, and asking for more."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from interact_app.bridge.explain import explain
from interact_app.bridge.jobs import LONG_WORK
from interact_app.generate.wish import Wish
from interact_app.session import Session
from interact_app.sheet.trials import Decision, Trials
from interact_core.errors import InputError
from interact_core.paths import app_paths

if TYPE_CHECKING:
    from interact_core.generate.trials import GeneratedTrial
    from interact_core.jobs.context import JobContext
    from interact_core.jobs.job import Job
    from interact_core.project import Project

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Unfinished:
    """A candidate that is being made, as the sheet sees it: its motion is what the model expects by now."""

    clip_id: str
    index: int
    step: int
    manifest: dict[str, Any]
    view: dict[str, Any] | None = field(default=None, compare=False)
    """None before anything can be seen."""
    start: float = 0.0
    fps: float = 5.0
    decision: Decision = ""
    version: str = ""
    passed: bool = False
    made: bool = True
    reasons: tuple[tuple[str, str], ...] = ()
    folder: Path = Path()

    @property
    def id(self) -> str:
        """Another one for each picture, so that it is looked at anew."""
        return f"making/{self.index}/{self.step}"

    def arrays(self, *_names: str) -> dict[str, Any] | None:
        return self.view


class GenerateBench(Trials[Any]):
    """Holds :class:`GeneratedTrial` and, while some are being made, :class:`Unfinished` ones before them."""

    finished = Signal(int)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(session, parent)
        self.job: Job[int] | None = None
        self._making: dict[int, Unfinished] = {}
        session.jobs.job_changed.connect(self._job_changed)

    @property
    def running(self) -> bool:
        return self.job is not None and not self.job.state.finished

    @property
    def trials(self) -> tuple[Any, ...]:
        making = self._making.values() if self.running else ()
        return (*(one for one in making if one.clip_id == self._clip_id), *self._found.values())

    def decide(self, trials: Sequence[Any], decision: Decision) -> None:
        """What is still being made cannot be decided about."""
        super().decide([trial for trial in trials if not isinstance(trial, Unfinished)], decision)

    def read(self, project: "Project", clip_id: str) -> "tuple[GeneratedTrial, ...]":
        from interact_core.generate.trials import trials_of

        return trials_of(project.folder, clip_id)

    def decided(self, project: "Project", trial: "GeneratedTrial", decision: Decision) -> "GeneratedTrial":
        """A decision before this one may have made a version of it: it is read anew."""
        from interact_core.generate.trials import drop_trial, keep_trial, read_trial

        now = read_trial(trial.folder) or trial
        if decision == "kept":
            return keep_trial(project, now, self._session.settings.annotation.author)
        return drop_trial(project, now, discarded=decision == "discarded")

    def make(self, wish: Wish) -> "Job[int] | None":
        """In the background; candidates are announced as they come."""
        project = self._session.project
        if project is None or project.read_only or self.running:
            return None
        from interact_app.generate.working import Onlookers

        session, post = self._session, self._session.jobs.post
        told = Onlookers(
            stored=lambda trial: post(lambda: self._take_first(trial)),
            picture=lambda index, step, arrays: post(lambda: self._take_picture(wish, index, step, arrays)),
        )
        models_dir, asked = session.settings.models_dir, str(session.settings.models.device)

        def work(context: "JobContext") -> int:
            from interact_app.generate.working import device_of, generate_clips

            return generate_clips(project, wish, models_dir, app_paths().cache, device_of(asked), context, told)

        about = {"task": wish.task, "text": wish.text, "action": wish.action, "seed": wish.seed, "steps": wish.steps}
        self._making = {k: Unfinished(wish.clip_id, k, 0, about) for k in range(wish.count)}
        self.job = session.jobs.submit(wish.title, work, done=self._made, failed=self._failed, lane=LONG_WORK)
        self.changed.emit()
        return self.job

    # Inside

    def _take_first(self, trial: "GeneratedTrial") -> None:
        """The newest request stands first, in the order of its numbers."""
        if trial.clip_id != self._clip_id:
            return
        self._making.pop(trial.index, None)
        found = {**self._found, trial.id: trial}
        self._found = {t.id: t for t in sorted(found.values(), key=lambda t: (-t.made_at, t.index))}
        self.changed.emit()

    def _take_picture(self, wish: Wish, index: int, step: int, arrays: dict[str, Any]) -> None:
        if wish.clip_id == self._clip_id and index in self._making:
            self._making[index] = replace(self._making[index], step=step, view=arrays)
            self.changed.emit()

    def _job_changed(self, job: object) -> None:
        """However it ended, also before it had begun: nothing is being made any more."""
        if job is self.job and not self.running and self._making:
            self._making = {}
            self.changed.emit()

    def _was_stored(self, asked: Any, stored: Any) -> None:
        super()._was_stored(asked, stored)
        if not isinstance(stored, InputError) and stored.decision == "kept":
            self._measure(stored)

    def _measure(self, trial: "GeneratedTrial") -> None:
        """What was kept is measured as any clip is; the candidate's own figures are those of the model's few points."""
        session, project = self._session, self._session.project
        if project is None:
            return

        def work(context: "JobContext") -> None:
            from interact_app.generate.working import measure_kept

            measure_kept(project, trial.version, lambda clip_id: session.load_spec(project, clip_id), context)

        def done(_nothing: None) -> None:
            session.versions.changed.emit(trial.clip_id)
            session.library_changed.emit()

        session.jobs.submit(
            self.tr("Measure the kept candidate {0}").format(trial.index + 1), work, done=done, priority=-1,
            failed=lambda error: log.warning("Version %s was not measured: %s", trial.version, error),
        )  # fmt: skip

    def _made(self, count: int) -> None:
        self._session.notice.emit(self.tr("{0} candidates. K keeps the chosen one, X discards it.").format(count))
        self.reload()
        self.finished.emit(count)

    def _failed(self, error: BaseException) -> None:
        self._session.failed.emit(self.tr("Nothing was generated"), explain(error))
        self.changed.emit()
