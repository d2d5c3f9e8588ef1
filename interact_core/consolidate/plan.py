"""What a run has to do: recordings as tasks that any process can work on by itself, in the order of the config."""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Final

from interact_core.consolidate.config import Config, SourceConfig
from interact_core.consolidate.graph import ClipStage, Stage, closure, stages_of
from interact_core.consolidate.keys import FileDigests, digest_of, stage_keys
from interact_core.consolidate.outcome import Failure, Warned, failure_of
from interact_core.consolidate.rate import times_of
from interact_core.consolidate.sources.adapters import adapter
from interact_core.consolidate.sources.recording import Recording
from interact_core.consolidate.sources.words import ANNOTATION_FPS, SourceSegment, SourceWords, segments_of
from interact_core.consolidate.take import Words
from interact_core.errors import Cancelled, InputError
from interact_core.jobs.context import JobContext

STATE: Final = ".consolidate"
"""Folder of the result for locks, the report and digests; nothing in it belongs to the dataset."""
SEQUENCES: Final = "sequences_canonical"
_BY_LENGTH: Final = frozenset({"arctic"})
"""Sources whose forms are cut into clips by the recording's length."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task:
    """One recording. Holds plain values only, so that it can be sent anywhere; working on it twice gives the same files."""

    config: Config
    source: int
    recording: str
    number: int
    """Which of the recordings of this name it is: 0 unless a source has several."""
    keys: dict[str, str]
    files: dict[str, str]
    words: Words
    clips: tuple[str, ...]
    wanted: frozenset[str]

    @property
    def settings(self) -> SourceConfig:
        return self.config.sources[self.source]

    @property
    def title(self) -> str:
        return f"{self.settings.target}/{self.name}"

    @property
    def name(self) -> str:
        return self.recording.rsplit("/", 1)[-1]

    def folder(self, clip: str) -> Path:
        return self.config.out / self.settings.target / SEQUENCES / clip


@dataclass(frozen=True)
class Plan:
    tasks: tuple[Task, ...]
    failures: tuple[Failure, ...] = ()
    warnings: tuple[Warned, ...] = ()
    dropped: int = 0
    names: frozenset[str] = frozenset()
    """`dataset/clip` of all clips of the config, also of those that `only` leaves alone."""


@dataclass(frozen=True)
class Only:
    """What a run is narrowed to: stages by name, recordings and clips by pattern. Empty: everything."""

    stages: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def fits(self, *names: str) -> bool:
        return not self.names or any(fnmatchcase(name, pattern) for name in names for pattern in self.names)


def only_of(words: list[str], config: Config) -> Only:
    """A word that is a stage's name is a stage, any other a pattern of names."""
    known = {stage.name for stage in stages_of(config)}
    return Only(tuple(w for w in words if w in known), tuple(w for w in words if w not in known))


def plan(config: Config, only: Only, digests: FileDigests, context: JobContext) -> Plan:
    """Find the recordings and digest their files. InputError where a source is not what it should be."""
    planner = _Planner(config, only, digests)
    for index in range(len(config.sources)):
        counts: Counter[str] = Counter()
        for recording in _recordings(config, config.sources[index]):
            context.checkpoint()
            planner.add(index, recording, counts[recording.name])
            counts[recording.name] += 1
            context.progress(0.0, f"{len(planner.tasks)} recordings found")
    names = frozenset(planner.names)
    return Plan(tuple(planner.tasks), tuple(planner.failures), tuple(planner.warnings), planner.dropped, names)


class _Planner:
    """Takes the recordings one by one; what is wrong with one is told and the next follows."""

    def __init__(self, config: Config, only: Only, digests: FileDigests) -> None:
        self.tasks: list[Task] = []
        self.failures: list[Failure] = []
        self.warnings: list[Warned] = []
        self.names: set[str] = set()
        self.dropped = 0
        self._config, self._only, self._digests = config, only, digests
        self._graph = stages_of(config)
        self._wanted = closure(only.stages or _asked(config, self._graph), self._graph)

    def add(self, index: int, recording: Recording, number: int) -> None:
        item = f"{self._config.sources[index].target}/{_own_name(recording)}"
        try:
            task = self._task(index, recording, number)
        except Cancelled:
            raise
        except Exception as error:  # noqa: BLE001 - one recording's trouble, foreseen or not, must not hide the others
            if not isinstance(error, InputError):
                _log.error("%s: %s", item, error, exc_info=error)
            self.failures.append(failure_of(item, error))
            return
        if task is None:
            self.dropped += 1
            return
        clips = tuple(clip for clip in self._free(task) if self._only.fits(clip, recording.name))
        if clips:
            self.tasks.append(replace(task, clips=clips))

    def _task(self, index: int, recording: Recording, number: int) -> Task | None:
        """None where the annotation forms do not name the recording and the config drops such."""
        config, source, name = self._config, self._config.sources[index], _own_name(recording)
        files = {_relative(path, source.root): self._digests.of(path) for path in recording.files}
        words = self._words(source, recording, files)
        if words == (SourceSegment(name),) and source.annotations is not None and config.segment.unannotated == "drop":
            return None
        keys = stage_keys(self._graph, config, source, files, words)
        clips = tuple(segment.name for segment in words)
        return Task(config, index, recording.name, number, keys, files, words, clips, self._wanted)

    def _words(self, source: SourceConfig, recording: Recording, files: dict[str, str]) -> Words:
        name, frames = _own_name(recording), None
        if source.annotations is not None and source.kind in _BY_LENGTH:
            key = digest_of(["frames at the forms' rate", source.kind, files])
            frames = self._digests.remembered(key, lambda: _length(recording))
        found: SourceWords = segments_of(recording.source, name, source.annotations, frames)
        for finding in found.findings:
            told = (f"{source.target}/{name}", str(finding.path), finding.field, finding.message, finding.remedy)
            if finding.severity == "error":
                self.failures.append(Failure(*told))
            else:
                self.warnings.append(Warned(finding.code, *told))
        return found.segments

    def _free(self, task: Task) -> Iterator[str]:
        """Clips whose names nobody has before; a name is the first recording's that makes it."""
        for clip in task.clips:
            name = f"{task.settings.target}/{clip}"
            if name in self.names:
                self.failures.append(Failure(
                    name, str(task.settings.root), "name", "another recording makes a clip of this name",
                    "Give the sources datasets of their own, or narrow one with only",
                ))  # fmt: skip
                continue
            self.names.add(name)
            yield clip


def _asked(config: Config, graph: tuple[Stage, ...]) -> list[str]:
    """Everything that the config wants."""
    shared = [name for name in config.derived if name in ("samples", "bps")]
    return [*shared, *(stage.name for stage in graph if isinstance(stage, ClipStage))]


def _length(recording: Recording) -> int:
    """Frames at the forms' rate."""
    clip = recording.read().clip
    return len(times_of(clip.num_frames, clip.fps, ANNOTATION_FPS).before)


def recording_of(task: Task) -> Recording:
    """The task's recording, found again: what reads it cannot be sent between processes."""
    key = task.recording, task.number
    if key not in _listed(task.config, task.source):
        _listed.cache_clear()  # it was found after this process looked
    found = _listed(task.config, task.source).get(key)
    if found is None:
        raise InputError("is no longer there", path=task.settings.root, field=task.recording, remedy="Run again")
    return found


@lru_cache(maxsize=8)
def _listed(config: Config, source: int) -> dict[tuple[str, int], Recording]:
    """By name and number: a source is listed once in a process."""
    found: dict[tuple[str, int], Recording] = {}
    counts: Counter[str] = Counter()
    for recording in _recordings(config, config.sources[source]):
        found[recording.name, counts[recording.name]] = recording
        counts[recording.name] += 1
    return found


def _recordings(config: Config, source: SourceConfig) -> Iterator[Recording]:
    for recording in adapter(source.kind, config.body.models).recordings(source.root):
        if not source.only or any(fnmatchcase(recording.name, pattern) for pattern in source.only):
            yield recording


def _own_name(recording: Recording) -> str:
    """Released folders are named by their path below the root; a clip by its own name."""
    return recording.name.rsplit("/", 1)[-1]


def _relative(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
