"""Every clip measured: what `interact inspect --json` says of it, in its result."""

from pathlib import Path
from typing import Final

from interact_core.cluster.kinds.clips import PLACES, items_of, models_of, places
from interact_core.cluster.spec import Plan, Result, Spec, clip_ref
from interact_core.jobs.context import JobContext
from interact_core.named_values import parsed_changes

_TYPES: Final[dict[str, object]] = {"tracks": bool, "fields": bool}


def plan(path: Path, out: Path, changes: list[str], device: str, models_dir: Path | None) -> Plan:
    """tracks: keep every frame's numbers in the result; fields: write vertices and distances to OUT/fields."""
    asked = {"tracks": False, "fields": False, **parsed_changes(changes, _TYPES, "docs/scale.md")}
    return Plan("inspect", run, items_of(path), {**asked, **places(device, models_dir)}, str(path), PLACES)


def run(spec: Spec, context: JobContext) -> Result:
    from interact_core.formats.atomic import write_npz
    from interact_core.inspection.analyse import analyse

    options, ref = spec.options, clip_ref(spec.item)
    analysis = analyse(ref, models_of(options), options["device"], context)
    if options["fields"]:
        write_npz(Path(spec.out) / "fields" / f"{ref.id}.npz", analysis.arrays())
    record = analysis.record()
    return record if options["tracks"] else record | {"tracks": {}}
