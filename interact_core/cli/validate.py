"""`interact validate`: what is wrong with files, before anybody trusts them."""

from collections import Counter

import typer

from interact_core.cli.common import JsonOption, PathArgument, emit


def validate(path: PathArgument, json: JsonOption = False) -> None:
    """Check keys, widths, frame counts, numbers, rotations, texts and meshes. Exit code 2 when an error was found."""
    from interact_core.formats.validate import validate_path

    report = validate_path(path)
    findings = [
        {"code": f.code, "severity": f.severity, "path": f.path, "field": f.field, "message": f.message, "remedy": f.remedy}
        for f in report.findings
    ]
    counts = Counter(f.severity for f in report.findings)
    if json:
        emit({"schema": "interact/validate", "version": 1, "path": path, "counts": dict(counts), "findings": findings})
    else:
        for f in findings:
            where = f"{f['path']}" + (f" [{f['field']}]" if f["field"] else "")
            typer.echo(f"{f['severity']:<8} {f['code']}: {where}: {f['message']} {f['remedy']}".rstrip())
        summary = ", ".join(f"{n} {severity}" for severity, n in sorted(counts.items())) or "no finding"
        typer.echo(f"{path}: {summary}")
    raise typer.Exit(2 if counts["error"] else 0)
