"""`interact splits`: who is test data and who is training data, and what leaks between them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from interact_core.cli.common import JsonOption, PathArgument, emit, open_batch
from interact_core.errors import InputError

if TYPE_CHECKING:
    from interact_core.formats.splits import SplitReport


def splits(path: PathArgument, json: JsonOption = False) -> None:
    """Read test_seq.txt and test.txt as loaders do, and as they were meant. Exit code 2 when a child left its parent's side."""
    from interact_core.formats.splits import SEQUENCES, split_report, split_roots

    refs = open_batch(path, "").listing.refs
    roots = split_roots(refs)
    if not roots:
        raise InputError(
            f"has no {SEQUENCES} and no test.txt", path=path, remedy="They lie beside the datasets, in the data root"
        )
    reports = [split_report(root, refs) for root in roots]
    if json:
        emit({"schema": "interact/splits", "version": 1, "path": path, "roots": [_document(r) for r in reports]})
    else:
        for report in reports:
            _print(report)
    raise typer.Exit(2 if any(report.leaks for report in reports) else 0)


def _document(report: "SplitReport") -> dict[str, Any]:
    found = report.resolution
    return {
        "root": report.root, "listed": len(report.listed), "test": list(report.test), "train": list(report.train),
        "exact": len(found.exact), "spelling": dict(found.spelling), "suffix": {k: list(v) for k, v in found.suffix.items()},
        "missing": list(found.missing), "duplicates": list(report.duplicates),
        "children": dict(report.children),
        "leaks": [{"child": k.child, "parent": k.parent, "child_is_test": k.child_is_test} for k in report.leaks],
        "held_out": [
            {"name": h.name, "datasets": list(h.datasets), "clips": len(h.clips), "in_training": list(h.in_training)}
            for h in report.held_out
        ],
    }  # fmt: skip


def _print(report: "SplitReport") -> None:
    found = report.resolution
    root: Path = report.root
    typer.echo(f"{root}: {len(report.test)} test clips, {len(report.train)} training clips, {len(report.listed)} names listed")
    typer.echo(f"  names: {len(found.exact)} exact, {len(found.spelling)} in another spelling, {len(found.suffix)} without the "
               f"clips' start numbers, {len(found.missing)} of no clip here, {len(report.duplicates)} twice")  # fmt: skip
    for name, clip in list(found.spelling.items())[:20]:
        typer.echo(f"  spelled  {name} is {clip}")
    for held in report.held_out:
        shown = f"{len(held.clips)} clips, {len(held.in_training)} of them in training" if held.clips else "no clip"
        typer.echo(f"  held out {held.name}: {shown} ({', '.join(held.datasets) or 'no data set'})")
    typer.echo(f"  children: {len(report.children)}, on another side than their parent: {len(report.leaks)}")
    for leak in report.leaks[:20]:
        side, other = ("test", "training") if leak.child_is_test else ("training", "test")
        typer.echo(f"  leak     {leak.child} is {side} data, its parent {leak.parent} {other} data")
