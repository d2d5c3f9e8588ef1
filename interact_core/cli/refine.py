"""`interact refine`: repair clips; the result is a version in the project over PATH, or a corrected data set of its own."""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
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
    emit,
    request,
    say,
)
from interact_core.cli.console import ConsoleContext
from interact_core.cli.options import SetOption
from interact_core.errors import InputError, InteractError
from interact_core.figures import figure_text
from interact_core.named_values import parsed_changes

if TYPE_CHECKING:
    from interact_core.cli.common import Request
    from interact_core.clip import Clip
    from interact_core.formats.registry import ClipRef
    from interact_core.project import Project
    from interact_core.refine.batch import Task
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
PathsArgument = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Clips, datasets or files.", show_default=False)]
JobsOption = Annotated[
    int, typer.Option("--jobs", min=0, help="Clips worked on at once; 0: as many as processor and memory allow.")
]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace clips that lie in --out already.")]


def refine(
    paths: PathsArgument, out: OutOption = None, preset: PresetOption = "default", frames: RangeOption = "",
    seed: SeedOption = 0, backend: BackendOption = Backend.OURS, changes: SetOption = None, clip: ClipOption = "",
    overwrite: OverwriteOption = False, jobs: JobsOption = 0, device: DeviceOption = Device.AUTO, models: ModelsOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    """Repair penetration, gaps, hands, wrists, feet and jitter. Exit code 2 when a clip was left out; the others are done."""
    given = {**_range(frames), "seed": seed, **parsed_changes(changes or [], _types(), "docs/refinement.md")}
    _options("", preset, given)  # a wrong option is said before the first clip is worked on
    asked = [request(path, clip, device, models) for path in paths]
    results = [
        record
        for path, each in zip(paths, asked, strict=True)
        for record in _Work(path, each, preset, {**given, "device": each.device}, out, overwrite).run(backend, jobs)
    ]
    problems = [problem for each in asked for problem in each.batch.problems]
    if json:
        emit({"schema": "interact/refine", "version": 2, "paths": paths, "out": out, "backend": backend.value, "preset": preset,
              "device": asked[0].device, "clips": results, "problems": problems})  # fmt: skip
    else:
        for result in results:
            _print(result)
    raise typer.Exit(2 if problems else 0)


@dataclass
class _Work:
    """The clips under one path: read, refined, stored."""

    path: Path
    asked: "Request"
    preset: str
    given: dict[str, object]
    out: Path | None
    overwrite: bool
    project: "Project | None" = None

    def run(self, backend: Backend, jobs: int) -> list[dict[str, Any]]:
        if self.out is None:
            from interact_core.project import Project

            self.project = Project.open(self.path)
        try:
            return self._published() if backend is Backend.PUBLISHED else self._ours(jobs)
        finally:
            if self.project is not None:
                self.project.close()

    def _published(self) -> list[dict[str, Any]]:
        """One after the other: it is a baseline."""

        def one(ref: "ClipRef") -> dict[str, Any]:
            from interact_core.paths import cache_dir
            from interact_core.refine.published import PublishedOptions, refine_published

            task = self._task(ref)
            chosen = PublishedOptions(device=task.options.device, seed=task.options.seed)
            with ConsoleContext(ref.id) as context:
                result = refine_published(
                    task.clip, chosen, cache_dir=cache_dir(), models_dir=self.asked.models_dir, context=context
                )  # fmt: skip
            return self._stored(ref, task, result, Backend.PUBLISHED)

        return self.asked.batch.run(one)

    def _ours(self, jobs: int) -> list[dict[str, Any]]:
        """Several at once; what goes wrong with one clip ends none of the others."""
        from interact_core.paths import cache_dir
        from interact_core.refine.batch import Failed, refine_stream

        batch = self.asked.batch
        read: dict[int, tuple[ClipRef, Task]] = {}
        records: dict[int, dict[str, Any]] = {}
        title = batch.refs[0].id if len(batch.refs) == 1 else f"{len(batch.refs)} clips"
        with ConsoleContext(title) as context:
            stream = refine_stream(
                self._tasks(read), len(batch.refs), cache_dir=cache_dir(), models_dir=self.asked.models_dir, context=context,
                jobs=jobs,
            )  # fmt: skip
            for number, outcome in stream:
                ref, task = read.pop(number)  # of a large batch, only what is worked on stays in memory
                if isinstance(outcome, Failed):
                    batch.note(ref, outcome.message)
                    continue
                try:
                    records[number] = self._stored(ref, task, outcome, Backend.OURS)
                except InteractError as error:
                    batch.note(ref, str(error))
        return [records[number] for number in sorted(records)]

    def _tasks(self, read: dict[int, tuple["ClipRef", "Task"]]) -> Iterator["Task"]:
        """As they are asked for; `read` gets them by their number."""
        number = 0
        for ref in self.asked.batch.refs:
            try:
                task = self._task(ref)
            except InteractError as error:
                self.asked.batch.note(ref, str(error))
                continue
            read[number] = ref, task
            number += 1
            yield task

    def _task(self, ref: "ClipRef") -> "Task":
        from interact_core.formats.corrected import check_not_source, corrected_name
        from interact_core.formats.registry import read_clip
        from interact_core.refine.batch import Task

        if self.out is not None:
            check_not_source(ref.path, self.out / corrected_name(ref.dataset))  # before minutes of work
        return Task(read_clip(ref, models_dir=self.asked.models_dir), _options(ref.dataset, self.preset, self.given))

    def _stored(self, ref: "ClipRef", task: "Task", result: "RefineResult", backend: Backend) -> dict[str, Any]:
        from interact_core.formats.corrected import write_corrected
        from interact_core.inspection.motion_files import motion_arrays
        from interact_core.project import refined_manifest

        report = result.report.record()
        if not report["before"]:  # the published objective measures nothing itself
            report |= _measured(task.clip, result.clip, self.asked)
        record: dict[str, Any] = {"id": ref.id, "frames": task.clip.num_frames, **report}
        if self.out is not None:
            arrays = motion_arrays(result.clip, self.asked.models_dir)
            written = write_corrected(result.clip, ref, self.out, arrays, overwrite=self.overwrite)
            record |= {"folder": written.folder, "carried": list(written.carried), "left_out": list(written.left_out)}
        elif self.project is not None and result.report.skipped is None:
            manifest = refined_manifest(report, asdict(task.options), backend=backend.value)
            record["version"] = self.project.versions.add(ref.id, result.clip, manifest).id
        return record


def _measured(before: "Clip", after: "Clip", asked: "Request") -> dict[str, Any]:
    from interact_core.inspection.analyse import analyse_clip
    from interact_core.jobs.context import NullContext

    found: dict[str, Any] = {}
    for name, clip in (("before", before), ("after", after)):
        inspection = analyse_clip(clip, asked.models_dir, asked.device, NullContext()).inspection
        assert inspection is not None
        found[name] = {key: value.value for key, value in inspection.summary.items() if math.isfinite(value.value)}
    return found


def _options(dataset: str, preset: str, given: dict[str, object]) -> "RefineOptions":
    from interact_core.refine.options import options_for

    return options_for(dataset, preset).with_values(given)


def _types() -> dict[str, object]:
    from interact_core.refine.options import RefineOptions

    return {item.name: item.type for item in fields(RefineOptions)}


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
