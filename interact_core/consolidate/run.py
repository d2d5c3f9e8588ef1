"""A whole consolidation: planned, worked on, told about. Run again, it goes on where it stopped.

Nothing but finished folders counts: a clip folder is written beside and renamed, its meta.json says by which keys it was made,
and the plan compares keys. So a killed run needs no journal, and what it finished is not done again.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from interact_core.code_version import code_version
from interact_core.consolidate.config import Config, plain
from interact_core.consolidate.crew import run_tasks, wait_for_others
from interact_core.consolidate.keys import FileDigests, sha256
from interact_core.consolidate.outcome import Outcome, Report
from interact_core.consolidate.plan import SEQUENCES, STATE, Only, Plan, plan
from interact_core.consolidate.settle import META, read_meta_record
from interact_core.consolidate.work import look
from interact_core.errors import InputError
from interact_core.formats.atomic import write_bytes
from interact_core.jobs.context import JobContext, NullContext, SubContext
from interact_core.locks import FileLock

MANIFEST: Final = "manifest.json"
REPORT: Final = "report.json"
_PLANNING: Final = 0.05


def consolidate(
    config: Config, *, only: Only | None = None, jobs: int = 1, dry_run: bool = False, context: JobContext | None = None
) -> Report:
    """Make the dataset of a config. InputError where a source or the result's folder cannot be used at all; whatever is wrong
    with single recordings is in the report."""
    context, only = context or NullContext(), only or Only()
    if dry_run:
        found = plan(config, only, FileDigests(config.out / STATE / "digests.json"), context)
        outcomes = (*_failed_plan(found), *map(look, found.tasks))
        return Report(outcomes, True, found.warnings, found.dropped, _orphans(config, found))
    lock = _locked(config.out)
    try:
        return _run(config, only, jobs, context)
    finally:
        lock.release()


def _run(config: Config, only: Only, jobs: int, context: JobContext) -> Report:
    wait_for_others(config.out)
    _sweep(config.out)
    digests = FileDigests(config.out / STATE / "digests.json")
    found = plan(config, only, digests, SubContext(context, 0.0, _PLANNING, "looking"))
    digests.save()
    order = {task.title: number for number, task in enumerate(found.tasks)}
    done = list(run_tasks(found.tasks, jobs, SubContext(context, _PLANNING, 1.0)))
    outcomes = sorted(done, key=lambda outcome: order[outcome.recording])
    report = Report((*_failed_plan(found), *outcomes), False, found.warnings, found.dropped, _orphans(config, found))
    write_bytes(config.out / MANIFEST, _json(_manifest(config, found)))
    write_bytes(config.out / STATE / REPORT, _json({**report.record(), "tool": code_version(), "config": plain(config)}))
    return report


def _failed_plan(found: Plan) -> tuple[Outcome, ...]:
    return tuple(Outcome(failure.item, failures=(failure,)) for failure in found.failures)


def _locked(out: Path) -> FileLock:
    """One run at a time in a folder; the system gives the lock back however a run ends."""
    state = out / STATE
    try:
        state.mkdir(parents=True, exist_ok=True)
        lock = FileLock(state / "lock")
        taken = lock.acquire()
    except OSError as error:
        raise InputError(
            f"cannot be written ({error.strerror})", path=out, field="out", remedy="Choose another folder"
        ) from error
    if not taken:
        raise InputError("another run is at work here", path=out, field="out", remedy="Wait until it ends, or end it")
    return lock


def _sweep(out: Path) -> None:
    """What a killed run left beside the places it wrote to."""
    for pattern in (
        f"*/{SEQUENCES}/.*.tmp",
        f"*/{SEQUENCES}/.*.old",
        "*/objects/*/.*.part",
        "*/objects_bps/*/.*.part",
        ".*.part",
    ):
        for path in out.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _orphans(config: Config, found: Plan) -> tuple[str, ...]:
    """Clips of ours that no recording of the config makes. They stay: what is deleted is for people to say."""
    names = []
    for dataset in sorted({source.target for source in config.sources}):
        for folder in sorted((config.out / dataset / SEQUENCES).glob("[!.]*")):
            if (name := f"{dataset}/{folder.name}") not in found.names and read_meta_record(folder):
                names.append(name)
    return tuple(names)


def _manifest(config: Config, found: Plan) -> dict[str, Any]:
    """What the dataset holds, by what lies there: equal folders, equal manifests."""
    datasets: dict[str, list[Mapping[str, Any]]] = {}
    for name in sorted(found.names):
        dataset, _, clip = name.partition("/")
        folder = config.out / dataset / SEQUENCES / clip
        meta = read_meta_record(folder)
        if meta:
            datasets.setdefault(dataset, []).append({
                "clip": clip, "frames": meta["frames"], "objects": [entry["name"] for entry in meta["objects"]],
                "source": meta["source"],
                "source_clip": meta["source_clip"], "meta_sha256": sha256((folder / META).read_bytes()),
            })  # fmt: skip
    return {
        "format": "interact-studio/dataset", "format_version": 1, "fps": config.rate.fps, "up": "+Y", "units": "metres, radians",
        "clips": sum(map(len, datasets.values())), "frames": sum(int(c["frames"]) for clips in datasets.values() for c in clips),
        "datasets": datasets,
    }  # fmt: skip


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, indent=1, ensure_ascii=False).encode()
