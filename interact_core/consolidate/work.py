"""One recording, from the source's files to clip folders that are whole: what a worker does, here or anywhere."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from interact_core.consolidate.graph import ObjectStage, Stage, TakeStage, stages_of
from interact_core.consolidate.objects import ensure_parts, parts_of, stale_stages
from interact_core.consolidate.outcome import ClipOutcome, Failure, Outcome, Warned, failure_of
from interact_core.consolidate.plan import STATE, Task, recording_of
from interact_core.consolidate.settle import META, ClipState, Filling, fill, state_of
from interact_core.consolidate.take import Bench, Take
from interact_core.errors import Cancelled, InputError
from interact_core.formats.interact_layout import read_interact
from interact_core.jobs.context import JobContext, NullContext

_log = logging.getLogger(__name__)


def look(task: Task) -> Outcome:
    """What `work` would do, by what lies in the result; nothing is read of the source."""
    graph, bench = stages_of(task.config), _bench(task)
    clips = []
    for name in task.clips:
        state = state_of(task.folder(name), graph, task.keys, task.wanted)
        stale = _stale_objects(task, state, graph, bench)
        reused = (*(s.name for s in _object_stages(graph, task) if s.name not in stale), *state.fresh)
        left = {stage: why for stage, why in state.meta.get("left_out", {}).items() if stage in state.fresh}
        clips.append(ClipOutcome(
            task.settings.target, name, int(state.meta.get("frames", 0)), (*stale, *state.stale), reused, left,
            _warnings(task, name, state.meta if "clip" in state.fresh else {}),
        ))  # fmt: skip
    return Outcome(task.title, tuple(clips))


def settled(task: Task) -> bool:
    """Whether `work` would leave everything as it is."""
    graph, bench = stages_of(task.config), _bench(task)
    states = (state_of(task.folder(name), graph, task.keys, task.wanted) for name in task.clips)
    return all(state.settled and not _stale_objects(task, state, graph, bench) for state in states)


def work(task: Task, context: JobContext | None = None) -> Outcome:
    """Make what is stale of a recording's clips. What goes wrong is in the outcome; only Cancelled is raised."""
    context = context or NullContext()
    clips: list[ClipOutcome] = []
    failures: list[Failure] = []
    try:
        for name, made in _clips(task, context):
            (clips if isinstance(made, ClipOutcome) else failures).append(made)  # type: ignore[arg-type]
            context.progress((len(clips) + len(failures)) / len(task.clips), name)
    except Cancelled:
        raise
    except Exception as error:  # noqa: BLE001 - a bug met in one recording must not end the run; it is told as what it is
        failures.append(_failed(task.title, error))
    return Outcome(task.title, tuple(clips), tuple(failures))


def _clips(task: Task, context: JobContext) -> Iterator[tuple[str, ClipOutcome | Failure]]:
    graph, bench = stages_of(task.config), _bench(task)
    states = {name: state_of(task.folder(name), graph, task.keys, task.wanted) for name in task.clips}
    takes: Mapping[str, Take] = {}
    if any("clip" in state.stale for state in states.values()):
        takes = _takes(task, graph, bench, context)
    for name, state in states.items():
        context.checkpoint()
        try:
            yield name, _clip(task, name, state, takes, graph, bench)
        except Cancelled:
            raise
        except Exception as error:  # noqa: BLE001 - as above: the recording's other clips go on
            yield name, _failed(f"{task.settings.target}/{name}", error)


def _clip(
    task: Task, name: str, state: ClipState, takes: Mapping[str, Take], graph: tuple[Stage, ...], bench: Bench
) -> ClipOutcome:  # fmt: skip
    target, objects = task.folder(name), _object_stages(graph, task)
    take = None
    if "clip" in state.stale:
        take = takes.get(name)
        if take is None:
            raise InputError(
                "the segment lies behind the recording's last frame, or is too short", path=task.settings.root, field=name,
                remedy="Correct the annotation, or segment.shortest",
            )  # fmt: skip
    made: list[str] = []
    if take is not None:
        made = ensure_parts(parts_of(take.clip, take.centres), objects, bench, _root(task), _locks(task))
    elif _stale_objects(task, state, graph, bench):
        stored = read_interact(target, name, task.settings.target)
        made = ensure_parts(parts_of(stored, state.meta["centres"]), objects, bench, _root(task), _locks(task))
    meta = state.meta
    if not state.settled:
        meta = fill(Filling(target, state, graph, task.keys, bench, take, task.files))
    reused = (*(stage.name for stage in objects if stage.name not in made), *state.fresh)
    return ClipOutcome(
        task.settings.target, name, int(meta["frames"]), (*made, *state.stale), reused, meta["left_out"],
        _warnings(task, name, meta),
    )  # fmt: skip


def _warnings(task: Task, name: str, meta: Mapping[str, Any]) -> tuple[Warned, ...]:
    """What the reader found, as the clip's meta.json keeps it: told again by every run, until the source is mended."""
    where = str(task.folder(name) / META)
    return tuple(
        Warned(notice["code"], f"{task.settings.target}/{name}", where, notice["field"], notice["message"])
        for notice in meta.get("notices", ()) if notice["severity"] == "warning"
    )  # fmt: skip


def _takes(task: Task, graph: tuple[Stage, ...], bench: Bench, context: JobContext) -> dict[str, Take]:
    """The recording's clips by name."""
    raw = recording_of(task).read()
    clip = replace(raw.clip, id=task.name)
    whole = Take(clip, task.name, raw.grounded, raw.y_up_from_source, raw.clip.fps)
    takes: tuple[Take, ...] = (whole,)
    for stage in graph:
        if isinstance(stage, TakeStage):
            context.checkpoint()
            # Behind the segments only the clips that were asked for go on.
            going = (take for take in takes if stage.name != "canonical" or take.clip.id in task.clips)
            takes = tuple(after for take in going for after in stage.run(take, bench))
    return {take.clip.id: take for take in takes}


def _stale_objects(task: Task, state: ClipState, graph: tuple[Stage, ...], bench: Bench) -> list[str]:
    """Of a clip that is to be made its objects are not known before it is read: all stages, then, of those that are not."""
    stages = _object_stages(graph, task)
    if "clip" in state.stale:
        return [stage.name for stage in stages]
    named = state.meta["objects"]
    alone = len(named) == 1 and len(named[0]["meshes"]) == 1
    return stale_stages(_root(task), named, stages, bench, alone=alone)


def _object_stages(graph: tuple[Stage, ...], task: Task) -> list[ObjectStage]:
    return [stage for stage in graph if isinstance(stage, ObjectStage) and stage.name in task.wanted]


def _bench(task: Task) -> Bench:
    return Bench(task.config, task.settings, task.words)


def _root(task: Task) -> Path:
    return task.config.out / task.settings.target


def _locks(task: Task) -> Path:
    return task.config.out / STATE / "locks"


def _failed(item: str, error: Exception) -> Failure:
    if not isinstance(error, InputError):
        _log.error("%s: %s", item, error, exc_info=error)
    return failure_of(item, error)
