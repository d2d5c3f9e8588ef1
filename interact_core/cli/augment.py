"""`interact augment`: new clips out of old ones, written as a data set of their own, with what was turned down and why."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

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
from interact_core.cli.console import ConsoleContext
from interact_core.cli.options import SetOption
from interact_core.cli.run_watch import Failures

OutOption = Annotated[Path, typer.Option("--out", help="Folder for the new data set, outside the old one.", show_default=False)]
CountOption = Annotated[int, typer.Option("--count", min=1, help="Candidates to try for each clip.")]
KeepOption = Annotated[int, typer.Option("--keep", min=0, help="Keep only the so many that differ most; 0: all that pass.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Start of the random numbers.")]
PresetOption = Annotated[
    str, typer.Option("--preset", help="default, paper, everything, mirror only, sizes, timing or approach.")
]
MethodOption = Annotated[str, typer.Option("--method", help="anchors, or published: the paper's alignment as a baseline.")]
SwapOption = Annotated[
    list[Path] | None, typer.Option("--swap", help="A mesh that may take the object's place; may be given again.")
]


def augment(
    path: PathArgument, out: OutOption, count: CountOption = 4, keep: KeepOption = 0, seed: SeedOption = 0,
    preset: PresetOption = "default", method: MethodOption = "anchors", changes: SetOption = None, swap: SwapOption = None,
    clip: ClipOption = "", device: DeviceOption = Device.AUTO, models: ModelsOption = None, json: JsonOption = False,
) -> None:  # fmt: skip
    """Make varied new clips; run again, it goes on where it stopped. Exit code 2 when a clip failed; the others are done."""
    from interact_core.cluster.executor import InTurn
    from interact_core.cluster.folder import finished, read_result
    from interact_core.cluster.kinds.augment import chosen_options, plan_with
    from interact_core.cluster.run import run_plan

    asked = request(path, clip, device, models)
    options = chosen_options(changes or [], {"preset": preset, "count": count, "keep": keep, "seed": seed, "method": method})
    plan = plan_with(path, out, options, asked.device, asked.models_dir, asked.batch.refs, tuple(swap or ()))
    folder = plan.folder(out)
    before = {item.id for item in plan.items if finished(folder, item.id)}
    for left in plan.left_out:
        say(f"{left}: left out, it is test data, and so would its children be")
    with ConsoleContext(path.name) as context:
        report = run_plan(plan, out, InTurn(context), retries=0, context=context, watch=Failures(asked.batch))
    records = {name: read_result(folder, name) for name in (item.id for item in plan.items) if name not in report.failed}
    results = [
        {"id": ref.id, "skipped": plan.left_out.get(ref.id, "done before" if ref.id in before else None), "candidates": []}
        | records.get(ref.id, {})
        for ref in asked.batch.refs if ref.id in records or ref.id in plan.left_out
    ]  # fmt: skip
    origin = "project" if any("words" in item.given for item in plan.items) else "data"
    if json:
        emit({"schema": "interact/augment", "version": 1, "path": path, "out": out, "preset": preset, "device": asked.device,
              "words": origin, "run": folder, "clips": results, "yield": _yield(results),
              "problems": asked.batch.problems})  # fmt: skip
    else:
        for result in results:
            _print(result)
        told = _yield(results)
        typer.echo(
            f"{told['kept']} of {told['tried']} candidates kept" + "".join(f"; {n} {why}" for why, n in told["why"].items())
        )
    raise typer.Exit(asked.batch.exit_code)


def _yield(results: list[dict[str, Any]]) -> dict[str, Any]:
    """How many were tried and kept, and how often each reason spoke against one."""
    tried = [c for result in results for c in result["candidates"]]
    why = Counter(reason["criterion"] for c in tried for reason in c["reasons"])
    why.update("near duplicates" for c in tried if c["twin"] is not None)
    why.update("not among the most different" for c in tried if not c["chosen"])
    return {"tried": len(tried), "kept": sum(c["kept"] for c in tried), "why": dict(why.most_common())}


def _print(record: dict[str, Any]) -> None:
    kept = sum(c["kept"] for c in record["candidates"])
    note = f" ({record['skipped']})" if record["skipped"] else ""
    typer.echo(f"{record['id']}  {kept} of {len(record['candidates'])} kept{note}")
    for candidate in record["candidates"]:
        if candidate["child"]:
            typer.echo(f"  {candidate['child']}")
        for reason in candidate["reasons"]:
            typer.echo(f"  candidate {candidate['index']} turned down: {reason['text']}")
        if candidate["twin"] is not None:
            typer.echo(f"  candidate {candidate['index']} turned down: too near to candidate {candidate['twin']}")
