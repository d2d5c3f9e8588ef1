"""What a run has to do: recordings as tasks that any process can work on by itself, in the order of the config."""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Final

from interact_core.consolidate.adapters import adapter_for
from interact_core.consolidate.config import Config, SourceConfig
from interact_core.consolidate.graph import ClipStage, Stage, closure, stages_of
from interact_core.consolidate.keys import FileDigests, stage_keys
from interact_core.consolidate.outcome import Failure, failure_of
from interact_core.consolidate.sources.recording import Recording
from interact_core.consolidate.steps import named_segments
from interact_core.consolidate.take import Bench, Words
from interact_core.errors import Cancelled, InputError
from interact_core.jobs.context import JobContext

STATE: Final = ".consolidate"
"""Folder of the result for locks, the report and digests; nothing in it belongs to the dataset."""
SEQUENCES: Final = "sequences_canonical"
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
    words: Words | None
    clips: tuple[str, ...]
    wanted: frozenset[str]

    @property
    def settings(self) -> SourceConfig:
        return self.config.sources[self.source]

    @property
    def title(self) -> str:
        return f"{self.settings.target}/{self.recording}"

    def folder(self, clip: str) -> Path:
        return self.config.out / self.settings.target / SEQUENCES / clip


@dataclass(frozen=True)
class Plan:
    tasks: tuple[Task, ...]
    failures: tuple[Failure, ...] = ()
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
    graph = stages_of(config)
    made = [stage.name for stage in graph if isinstance(stage, ClipStage)] + [
        n for n in config.derived if n in ("samples", "bps")
    ]
    wanted = closure(only.stages or made, graph)
    tasks: list[Task] = []
    failures: list[Failure] = []
    names: set[str] = set()
    dropped = 0
    for index, source in enumerate(config.sources):
        seen: Counter[str] = Counter()
        for recording in _recordings(config, source):
            context.checkpoint()
            number = seen[recording.name]
            seen[recording.name] += 1
            try:
                task = _task(config, index, recording, number, graph, wanted, digests)
            except Cancelled:
                raise
            except Exception as error:  # noqa: BLE001 - one recording's trouble, foreseen or not, must not hide the others
                _note(recording.name, error)
                failures.append(failure_of(f"{source.target}/{recording.name}", error))
                continue
            if task is None:
                dropped += 1
                continue
            twice = list(_taken(task, names))
            failures += twice
            taken = {failure.item for failure in twice}
            clips = tuple(
                clip for clip in task.clips
                if f"{source.target}/{clip}" not in taken and only.fits(clip, recording.name)
            )  # fmt: skip
            if clips:
                tasks.append(replace(task, clips=clips))
            context.progress(0.0, f"{len(tasks)} recordings found")
    return Plan(tuple(tasks), tuple(failures), dropped, frozenset(names))


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
    for recording in adapter_for(source, config).recordings(source.root):
        if not source.only or any(fnmatchcase(recording.name, pattern) for pattern in source.only):
            yield recording


def _task(
    config: Config, index: int, recording: Recording, number: int, graph: tuple[Stage, ...], wanted: frozenset[str],
    digests: FileDigests,
) -> Task | None:  # fmt: skip
    """None where the annotation forms do not name the recording and the config drops such."""
    source = config.sources[index]
    words = _words(source, recording)
    if words is None and source.annotations is not None and config.segment.unannotated == "drop":
        return None
    files = {_relative(path, source.root): digests.of(path) for path in recording.files}
    keys = stage_keys(graph, config, source, files, words)
    bench = Bench(config, source, words)
    clips = (recording.name,) if words is None else tuple(name for name, *_ in named_segments(recording.name, bench))
    return Task(config, index, recording.name, number, keys, files, words, clips, wanted)


def _words(source: SourceConfig, recording: Recording) -> Words | None:
    """What the annotation forms say; None where they do not name the recording."""
    if source.annotations is None:
        return None
    return None


def _taken(task: Task, names: set[str]) -> Iterator[Failure]:
    """A name is the first recording's that makes it."""
    for clip in task.clips:
        name = f"{task.settings.target}/{clip}"
        if name in names:
            yield Failure(
                name, str(task.settings.root), "name", "another recording makes a clip of this name",
                "Give the sources datasets of their own, or narrow one with only",
            )  # fmt: skip
        names.add(name)


def _relative(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _note(item: str, error: Exception) -> None:
    if not isinstance(error, InputError):
        _log.error("%s: %s", item, error, exc_info=error)
