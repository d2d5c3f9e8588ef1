"""`interact refine`: repair clips; the result is a version in the project over PATH, or a corrected data set of its own."""

import dataclasses
import math
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interact_core.cli.common import (
    ClipOption,
    Device,
    DeviceOption,
    JsonOption,
    ModelsOption,
    PathArgument,
    emit,
    request,
    say,
)
from interact_core.cli.options import SetOption, parsed_changes
from interact_core.errors import InputError
from interact_core.figures import figure_text

if TYPE_CHECKING:
    from interact_core.cli.common import Request
    from interact_core.clip import Clip
    from interact_core.formats.registry import ClipRef
    from interact_core.jobs.context import JobContext
    from interact_core.project import Project
    from interact_core.refine.options import RefineOptions
    from interact_core.refine.report import RefineResult


class Backend(StrEnum):
    """Whose energy: ours, or the published objective to compare with."""

    OURS = "ours"
    PUBLISHED = "published"


OutOption = Annotated[
    Path | None,
    typer.Option("--out", help="Write a corrected data set here; without it, versions in the project.", show_default=False),
]
PresetOption = Annotated[str, typer.Option("--preset", help="default, fast, object only, hands only or smooth only.")]
RangeOption = Annotated[str, typer.Option("--range", help="Frames to refine, a:b; either may be left out.", metavar="A:B")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Start of the random numbers.")]
BackendOption = Annotated[Backend, typer.Option("--backend", help="ours, or the published objective as a baseline.")]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace clips that lie in --out already.")]


def refine(
    path: PathArgument, out: OutOption = None, preset: PresetOption = "default", frames: RangeOption = "", seed: SeedOption = 0,
    backend: BackendOption = Backend.OURS, changes: SetOption = None, clip: ClipOption = "", overwrite: OverwriteOption = False,
    device: DeviceOption = Device.AUTO, models: ModelsOption = None, json: JsonOption = False,
) -> None:  # fmt: skip
    """Repair penetration, gaps, hands, wrists, feet and jitter. Exit code 2 when a clip was left out; the others are done."""
    asked = request(path, clip, device, models)
    given = {
        **_range(frames),
        "seed": seed,
        "device": asked.device,
        **parsed_changes(changes or [], _types(), "docs/refinement.md"),
    }
    _options("", preset, given)  # a wrong option is said before the first clip is worked on
    project = None if out is not None else _open_project(path)
    try:
        results = asked.batch.run(lambda ref: _one(ref, asked, preset, given, backend, out, project, overwrite))
    finally:
        if project is not None:
            project.close()
    if json:
        emit({"schema": "interact/refine", "version": 1, "path": path, "out": out, "backend": backend.value, "preset": preset,
              "device": asked.device, "clips": results, "problems": asked.batch.problems})  # fmt: skip
    else:
        for result in results:
            _print(result)
    raise typer.Exit(asked.batch.exit_code)


def _one(
    ref: "ClipRef", asked: "Request", preset: str, given: dict[str, object], backend: Backend, out: Path | None,
    project: "Project | None", overwrite: bool,
) -> dict[str, Any]:  # fmt: skip
    from interact_core.cli.console import ConsoleContext
    from interact_core.formats.corrected import check_not_source, corrected_name, write_corrected
    from interact_core.formats.registry import read_clip
    from interact_core.project import refined_manifest

    if out is not None:
        check_not_source(ref.path, out / corrected_name(ref.dataset))  # before minutes of work
    options = _options(ref.dataset, preset, given)
    source = read_clip(ref, models_dir=asked.models_dir)
    with ConsoleContext(ref.id) as context:
        result = run_backend(backend, source, options, asked.models_dir, context)
    report = result.report.record()
    if not report["before"]:  # the published objective measures nothing itself
        report |= _measured(source, result.clip, asked)
    record: dict[str, Any] = {"id": ref.id, "frames": source.num_frames, **report}
    if out is not None:
        from interact_core.inspection.motion_files import motion_arrays

        written = write_corrected(result.clip, ref, out, motion_arrays(result.clip, asked.models_dir), overwrite=overwrite)
        record |= {"folder": written.folder, "carried": list(written.carried), "left_out": list(written.left_out)}
    elif project is not None and result.report.skipped is None:
        manifest = refined_manifest(report, dataclasses.asdict(options), backend=backend.value)
        record["version"] = project.versions.add(ref.id, result.clip, manifest).id
    return record


def _measured(before: "Clip", after: "Clip", asked: "Request") -> dict[str, Any]:
    from interact_core.cli.analyse import analyse_clip
    from interact_core.jobs.context import NullContext

    found: dict[str, Any] = {}
    for name, clip in (("before", before), ("after", after)):
        inspection = analyse_clip(clip, asked.models_dir, asked.device, NullContext()).inspection
        assert inspection is not None
        found[name] = {key: value.value for key, value in inspection.summary.items() if math.isfinite(value.value)}
    return found


def run_backend(
    backend: Backend, clip: "Clip", options: "RefineOptions", models_dir: Path | None, context: "JobContext"
) -> "RefineResult":  # fmt: skip
    """One clip through the energy that was asked for."""
    from interact_core.paths import cache_dir

    if backend is Backend.PUBLISHED:
        from interact_core.refine.published import PublishedOptions, refine_published

        chosen = PublishedOptions(device=options.device, seed=options.seed)
        return refine_published(clip, chosen, cache_dir=cache_dir(), models_dir=models_dir, context=context)
    from interact_core.refine.refine import refine_clip

    return refine_clip(clip, options, cache_dir=cache_dir(), models_dir=models_dir, context=context)


def _open_project(path: Path) -> "Project":
    from interact_core.project import Project

    return Project.open(path)


def _options(dataset: str, preset: str, given: dict[str, object]) -> "RefineOptions":
    from interact_core.refine.options import options_for

    return options_for(dataset, preset).with_values(given)


def _types() -> dict[str, object]:
    from interact_core.refine.options import RefineOptions

    return {item.name: item.type for item in dataclasses.fields(RefineOptions)}


def _range(text: str) -> dict[str, object]:
    """ "10:200" -> first_frame 10, last_frame 200; half-open, as ranges are everywhere here."""
    if not text:
        return {}
    start, colon, stop = text.partition(":")
    if not colon or not (start or "0").isdigit() or (stop and not stop.isdigit()) or (stop and int(start or 0) >= int(stop)):
        raise InputError(f"'{text}' is no range of frames", field="--range", remedy="Write for instance 30:120, 30: or :120")
    return {"first_frame": int(start or 0), "last_frame": int(stop) if stop else -1}


def _print(record: dict[str, Any]) -> None:
    from interact_core.compare import compare_figures
    from interact_core.inspection.figures import named_figures

    typer.echo(f"{record['id']}  ({record['frames']} frames, {record['seconds']:.1f} s)")
    if record["skipped"]:
        typer.echo(f"  left as it was: {record['skipped']}")
    for row in compare_figures(named_figures(record["before"]), named_figures(record["after"])).rows:
        if row.verdict in ("worse", "better") and row.before is not None and row.after is not None:
            change = f"{figure_text(row.before, row.unit):>12} -> {figure_text(row.after, row.unit):<12}"
            typer.echo(f"  {row.title:<52} {change} {row.verdict}")
    for note in record["notes"]:
        typer.echo(f"  note: {note}")
    place = record.get("folder") or record.get("version")
    if place:
        typer.echo(f"  {place}")
        if record.get("left_out"):
            say(f"{record['id']}: left out, computed from the old motion: {', '.join(record['left_out'])}")
