"""`interact augment`: new clips out of old ones, written as a data set of their own, with what was turned down and why."""

from collections import Counter
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
from interact_core.cli.written import Documents, documents_of
from interact_core.errors import InputError

if TYPE_CHECKING:
    from interact_core.augment.dataset import Ledger
    from interact_core.augment.options import AugmentOptions
    from interact_core.cli.common import Request
    from interact_core.formats.registry import ClipRef

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
    asked = request(path, clip, device, models)
    options = _options(preset, {"count": count, "keep": keep, "seed": seed, "method": method}, changes or [], asked.device)
    meshes = _meshes(swap or [])
    ledgers: dict[Path, Ledger] = {}
    with documents_of(path) as (documents, origin):
        results = asked.batch.run(lambda ref: _one(ref, asked, options, out, meshes, ledgers, documents))
    if json:
        emit({"schema": "interact/augment", "version": 1, "path": path, "out": out, "preset": preset, "device": asked.device,
              "words": origin, "clips": results, "yield": _yield(results), "problems": asked.batch.problems})  # fmt: skip
    else:
        for result in results:
            _print(result)
        told = _yield(results)
        typer.echo(
            f"{told['kept']} of {told['tried']} candidates kept" + "".join(f"; {n} {why}" for why, n in told["why"].items())
        )
    raise typer.Exit(asked.batch.exit_code)


def _options(preset: str, given: dict[str, object], changes: list[str], device: str) -> "AugmentOptions":
    from interact_core.augment.options import PRESETS, fields_of, with_values

    if preset not in PRESETS:
        raise InputError(f"there is no preset {preset!r}", field="--preset", remedy=f"Choose one of {', '.join(PRESETS)}")
    known = {item.name: item.type for item in fields_of(PRESETS[preset])}
    values = {**given, **parsed_changes(changes, known, "docs/augmentation.md"), "device": device}
    return with_values(PRESETS[preset], values)


def _meshes(paths: list[Path]) -> tuple[tuple[str, Any], ...]:
    from interact_core.formats.meshes import read_mesh

    return tuple((path.stem, read_mesh(path)) for path in paths)


def _one(
    ref: "ClipRef", asked: "Request", options: "AugmentOptions", out: Path, meshes: tuple[tuple[str, Any], ...],
    ledgers: "dict[Path, Ledger]", documents: Documents,
) -> dict[str, Any]:  # fmt: skip
    from interact_core.augment.augment import augment_clip
    from interact_core.augment.dataset import Ledger, dataset_name, in_test, options_key, write_children
    from interact_core.cli.console import ConsoleContext
    from interact_core.formats.corrected import check_not_source
    from interact_core.formats.registry import read_clip
    from interact_core.paths import cache_dir

    folder = out / dataset_name(ref.dataset)
    check_not_source(ref.path, folder)  # before minutes of work
    if in_test(ref):
        say(f"{ref.id}: left out, it is test data, and so would its children be")
        return {"id": ref.id, "skipped": "test data", "candidates": []}
    if folder not in ledgers:
        ledgers[folder] = Ledger(folder)
    ledger, key = ledgers[folder], options_key(options)
    done = ledger.find(ref.id, key)
    if done is not None:
        return {"id": ref.id, "skipped": "done before", **done}
    source = read_clip(ref, models_dir=asked.models_dir)
    with ConsoleContext(ref.id) as context:
        result = augment_clip(
            source, options, cache_dir=cache_dir(), models_dir=asked.models_dir, context=context, meshes=meshes
        )  # fmt: skip
    record = write_children(result, ref, source, options, out, documents(source).records)
    ledger.add(ref.id, key, record)
    return {"id": ref.id, "skipped": None, **record}


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
