"""Every clip repaired: OUT/<dataset>_correct/..., as `interact refine --out` writes it, with its report in the result."""

from dataclasses import fields
from pathlib import Path

from interact_core.cluster.kinds.clips import PLACES, clips_of, models_of, places
from interact_core.cluster.spec import Plan, Result, Spec, clip_item, clip_ref
from interact_core.jobs.context import JobContext
from interact_core.named_values import parsed_changes


def plan(path: Path, out: Path, changes: list[str], device: str, models_dir: Path | None) -> Plan:
    """preset, and any option of docs/refinement.md; a data set's own defaults where nothing else is asked."""
    from interact_core.formats.corrected import check_not_source, corrected_name
    from interact_core.refine.options import RefineOptions, options_for

    types: dict[str, object] = {"preset": str, **{one.name: one.type for one in fields(RefineOptions)}}
    asked = {"preset": "default", **parsed_changes(changes, types, "docs/refinement.md")}
    options_for("", str(asked["preset"])).with_values({k: v for k, v in asked.items() if k != "preset"})  # said before any work
    refs = clips_of(path)
    for ref in refs:
        check_not_source(ref.path, out / corrected_name(ref.dataset))
    return Plan(
        "refine", run, tuple(map(clip_item, refs)), {**asked, **places(device, models_dir)}, str(path), PLACES
    )  # fmt: skip


def run(spec: Spec, context: JobContext) -> Result:
    from interact_core.formats.corrected import write_corrected
    from interact_core.formats.registry import read_clip
    from interact_core.inspection.motion_files import motion_arrays
    from interact_core.paths import cache_dir
    from interact_core.refine.options import options_for
    from interact_core.refine.refine import refine_clip

    options, ref, models = spec.options, clip_ref(spec.item), models_of(spec.options)
    given = {name: value for name, value in options.items() if name not in ("preset", "models")}
    chosen = options_for(ref.dataset, options["preset"]).with_values(given)
    clip = read_clip(ref, models_dir=models)
    result = refine_clip(clip, chosen, cache_dir=cache_dir(), models_dir=models, context=context)
    written = write_corrected(result.clip, ref, Path(spec.out), motion_arrays(result.clip, models), overwrite=True)
    record = {"id": ref.id, "frames": clip.num_frames, **result.report.record()}
    folder = str(written.folder.relative_to(spec.out))
    return record | {"folder": folder, "carried": list(written.carried), "left_out": list(written.left_out)}
