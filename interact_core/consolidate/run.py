"""What a consolidation does once, before and after its recordings. Run again, it goes on where it stopped.

Nothing but finished folders counts: a clip folder is written beside and renamed, its meta.json says by which keys it was made,
and the plan compares keys. So what a killed run finished is not done again, whatever its journal says.
"""

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from interact_core.code_version import code_version
from interact_core.consolidate.config import Config, config_record
from interact_core.consolidate.keys import FileDigests, sha256
from interact_core.consolidate.marks import wait_for_others
from interact_core.consolidate.outcome import Outcome, Report
from interact_core.consolidate.plan import SEQUENCES, STATE, Only, Plan, plan
from interact_core.consolidate.settle import META, read_meta_record
from interact_core.consolidate.work import look
from interact_core.errors import InputError
from interact_core.formats.atomic import write_bytes
from interact_core.jobs.context import JobContext, NullContext

MANIFEST: Final = "manifest.json"
REPORT: Final = "report.json"
DIGESTS: Final = "digests.json"


def look_over(config: Config, *, only: Only | None = None, context: JobContext | None = None) -> Report:
    """What a run would make. Writes nothing."""
    found = plan(config, only or Only(), FileDigests(config.out / STATE / DIGESTS), context or NullContext())
    return _report(config, found, map(look, found.tasks), dry=True)


def found_in(config: Config, only: Only, context: JobContext) -> Plan:
    """What a run has to do; what was learned of the sources' files is kept. InputError where a source or the result's folder
    cannot be used at all."""
    digests = FileDigests(config.out / STATE / DIGESTS)
    found = plan(config, only, digests, context)
    try:
        digests.save()
    except OSError as error:
        raise InputError(
            f"cannot be written ({error.strerror})", path=config.out, field="out", remedy="Choose another folder"
        ) from error
    return found


def make_ready(out: Path) -> None:
    """Before the first recording: nobody else writes here, and nothing half written is left."""
    wait_for_others(out)
    _sweep(out)


def conclude(config: Config, found: Plan, outcomes: Iterable[Outcome]) -> Report:
    """After the last: the manifest and the report."""
    report = _report(config, found, outcomes)
    write_bytes(config.out / MANIFEST, _json(_manifest(config, found)))
    write_bytes(config.out / STATE / REPORT, _json({**report.record(), "tool": code_version(), "config": config_record(config)}))
    return report


def _report(config: Config, found: Plan, outcomes: Iterable[Outcome], dry: bool = False) -> Report:
    failed = (Outcome(failure.item, failures=(failure,)) for failure in found.failures)
    return Report((*failed, *outcomes), dry, found.warnings, found.dropped, _orphans(config, found))


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
