"""`interact compare`: two clips, folders or versions in figures: what got better, what got worse, the worst first."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interact_core.cli.common import Device, DeviceOption, JsonOption, ModelsOption, emit, models_folder, resolve_device, say
from interact_core.errors import InputError, InteractError
from interact_core.figures import figure_text

if TYPE_CHECKING:
    from interact_core.cli.sides import Side
    from interact_core.compare import Comparison, DifferenceFields

AArgument = Annotated[str, typer.Argument(help="Before: a clip, a folder, or a version's id.", metavar="A", show_default=False)]
BArgument = Annotated[str, typer.Argument(help="After: likewise.", metavar="B", show_default=False)]


def compare(
    a: AArgument, b: BArgument, device: DeviceOption = Device.AUTO, models: ModelsOption = None, json: JsonOption = False
) -> None:  # fmt: skip
    """Compare B with A, measure by measure. Exit code 2 when a pair could not be compared; the others are."""
    from interact_core.cli.sides import match, open_side

    models_dir, chosen = models_folder(models), resolve_device(device)
    one, two = open_side(a, models_dir), open_side(b, models_dir)
    pairs = match(one, two)
    if not pairs.pairs:
        raise InputError("have no clip in common", path=f"{a} and {b}", remedy="Clips are matched by id, or by its last part")
    results: list[dict[str, Any]] = []
    problems: list[dict[str, str]] = []
    for first, second in pairs.pairs:
        try:
            results.append(_pair(one, two, first, second, models_dir, chosen))
        except InteractError as error:
            problems.append({"clip": first, "message": str(error)})
            say(f"{first}: {error}")
    if json:
        emit({"schema": "interact/compare", "version": 1, "a": a, "b": b, "device": chosen, "clips": results,
              "only_a": pairs.only_a, "only_b": pairs.only_b, "problems": problems})  # fmt: skip
    else:
        for result in results:
            _print(result)
        for name, ids in ((a, pairs.only_a), (b, pairs.only_b)):
            if ids:
                say(f"only in {name}: {', '.join(ids[:5])}{' ...' if len(ids) > 5 else ''}")
    raise typer.Exit(2 if problems else 0)


def _pair(one: "Side", two: "Side", first: str, second: str, models_dir: Path | None, device: str) -> dict[str, Any]:
    from interact_core.cli.console import ConsoleContext
    from interact_core.compare import compare_inspections, difference
    from interact_core.inspection.analyse import analyse_clip
    from interact_core.jobs.context import SubContext

    with ConsoleContext(first) as context:
        before = analyse_clip(one.clips[first](), models_dir, device, SubContext(context, 0.0, 0.5))
        after = analyse_clip(two.clips[second](), models_dir, device, SubContext(context, 0.5, 1.0))
    assert before.inspection is not None and after.inspection is not None
    try:
        moved = _moved(difference(before.posed, after.posed))
    except InputError as error:  # other lengths or bodies: the figures can be compared all the same
        moved = {"note": error.problem}
    return {"id": first, "other": second, **_record(compare_inspections(before.inspection, after.inspection)), "moved": moved,
            "severity": [before.inspection.severity, after.inspection.severity]}  # fmt: skip


def _record(comparison: "Comparison") -> dict[str, Any]:
    rows = [asdict(row) | {"change": row.change} for row in comparison.rows]
    return {"worse": len(comparison.worse), "better": len(comparison.better), "rows": rows}


def _moved(fields: "DifferenceFields") -> dict[str, Any]:
    import numpy as np

    return {
        name.removeprefix("difference_"): {"mean": float(np.nanmean(track.values)), "max": float(np.nanmax(track.values))}
        for name, track in fields.tracks.items() if np.isfinite(track.values).any()
    }  # fmt: skip


def _print(record: dict[str, Any]) -> None:
    other = "" if record["other"] == record["id"] else f" against {record['other']}"
    typer.echo(f"{record['id']}{other}: {record['worse']} worse, {record['better']} better")
    for name, way in record["moved"].items():
        if name == "note":
            typer.echo(f"  note: {way}")
        else:
            means = f"mean {figure_text(way['mean'], 'm')}, at most {figure_text(way['max'], 'm')}"
            typer.echo(f"  moved, {name.replace('_', ' ')}: {means}")
    for row in record["rows"]:
        if row["verdict"] == "same":
            continue
        before, after = (figure_text(float("nan") if v is None else v, row["unit"]) for v in (row["before"], row["after"]))
        typer.echo(f"  {row['title']:<52} {before:>12} -> {after:<12} {row['verdict']}")
