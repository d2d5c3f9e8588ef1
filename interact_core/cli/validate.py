"""`interact validate`: what is wrong with files, before anybody trusts them."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interact_core.cli.common import JsonOption, ModelsOption, PathArgument, emit, models_folder

if TYPE_CHECKING:
    from interact_core.formats.repair import Repaired

FixOption = Annotated[
    Path | None,
    typer.Option("--fix", help="Write a copy of the data here, repaired where that is safe; the data stay.", show_default=False),
]


def validate(path: PathArgument, fix: FixOption = None, models: ModelsOption = None, json: JsonOption = False) -> None:
    """Check keys, widths, frame counts, numbers, rotations, texts, meshes and splits. Exit code 2 when an error was found."""
    from interact_core.cli.console import ConsoleContext
    from interact_core.formats.repair import is_fixable, write_repaired
    from interact_core.formats.validate import validate_path

    repaired: tuple[Repaired, ...] = ()
    with ConsoleContext("Validate") as context:
        report = validate_path(path, models_folder(models), context)
        if fix is not None:
            repaired = write_repaired(path, fix, report.findings, context)
    findings = [
        {"code": f.code, "severity": f.severity, "path": f.path, "field": f.field, "message": f.message, "remedy": f.remedy,
         "fixable": is_fixable(f.code)} for f in report.findings
    ]  # fmt: skip
    counts = Counter(f.severity for f in report.findings)
    fixes = [{"code": r.finding.code, "path": r.finding.path, "field": r.finding.field, "done": r.done} for r in repaired]
    if json:
        emit({"schema": "interact/validate", "version": 1, "path": path, "counts": dict(counts), "findings": findings,
              "fixed": fix, "fixes": fixes})  # fmt: skip
    else:
        _print(path, findings, counts)
        for r in fixes:
            typer.echo(f"fixed    {r['code']}: {r['path']}: {r['done']}")
        if fix is not None:
            typer.echo(f"{fix}: {len(fixes)} of {len(findings)} findings repaired; validate it to see what is left")
    raise typer.Exit(2 if counts["error"] else 0)


def _print(path: Path, findings: list[dict[str, Any]], counts: Counter[str]) -> None:
    for f in findings:
        where = f"{f['path']}" + (f" [{f['field']}]" if f["field"] else "")
        hint = " (--fix can repair it)" if f["fixable"] else ""
        typer.echo(f"{f['severity']:<8} {f['code']}: {where}: {f['message']} {f['remedy']}".rstrip() + hint)
    summary = ", ".join(f"{n} {severity}" for severity, n in sorted(counts.items())) or "no finding"
    typer.echo(f"{path}: {summary}")
