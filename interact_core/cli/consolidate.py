"""`interact consolidate`: sources to one dataset, by a TOML file; run again, it goes on where it stopped."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interact_core.cli.common import JsonOption, emit, say

if TYPE_CHECKING:
    from interact_core.consolidate.outcome import Failure, Report

ConfigArgument = Annotated[Path, typer.Argument(help="TOML file; see docs/consolidation.md.", show_default=False)]
DryOption = Annotated[bool, typer.Option("--dry-run", help="Say what would be made and what is up to date; write nothing.")]
OnlyOption = Annotated[
    list[str] | None,
    typer.Option("--only", help="A stage's name, or a pattern of recordings or clips; may be given again.", show_default=False),
]
JobsOption = Annotated[int, typer.Option("--jobs", min=1, help="Worker processes.")]
_SHOWN = 20


def consolidate(
    config: ConfigArgument, dry_run: DryOption = False, only: OnlyOption = None, jobs: JobsOption = 1, json: JsonOption = False
) -> None:
    """Make a canonical dataset of raw or released ones. Exit code 2 when a recording or clip failed; the others are done."""
    from interact_core.cli.console import ConsoleContext
    from interact_core.cluster.kinds.consolidate import consolidate as run
    from interact_core.consolidate.config import read_config
    from interact_core.consolidate.plan import only_of
    from interact_core.consolidate.run import MANIFEST, look_over

    given = read_config(config)
    with ConsoleContext("consolidate") as context:
        narrowed = only_of(only or [], given)
        if dry_run:
            report = look_over(given, only=narrowed, context=context)
        else:
            report = run(given, only=narrowed, jobs=jobs, context=context)
    if json:
        emit({"schema": "interact/consolidate", "version": 1, "config": config, "out": given.out, **report.record()})
    else:
        _print(report)
        if not dry_run:
            typer.echo(f"{given.out / MANIFEST}")
    if report.failures:
        _table(report.failures)
    raise typer.Exit(2 if report.failures else 0)


def _print(report: "Report") -> None:
    from interact_core.consolidate.outcome import warning_lines

    told = report.record()
    verb = "would be made" if report.dry else "made"
    typer.echo(
        f"{told['recordings']} recordings, {told['clips']} clips: {told['clips_made']} {verb}, {told['clips_reused']} up to date"
    )
    typer.echo(f"  {'stage':<12} {verb:>13} {'up to date':>11} {'left out':>9}")
    for name, counts in told["stages"].items():
        typer.echo(f"  {name:<12} {counts['made']:>13} {counts['reused']:>11} {counts['left_out']:>9}")
    for why, count in sorted(_reasons(told["left_out"]).items()):
        typer.echo(f"  left out: {why}: {count}")
    for line in warning_lines(report.warnings):
        typer.echo(f"  warning: {line}")
    if told["dropped"]:
        typer.echo(f"  {told['dropped']} recordings are not in the annotation forms and were dropped")
    if told["orphans"]:
        typer.echo(f"  {len(told['orphans'])} clips lie there that no recording makes any more (first: {told['orphans'][0]})")


def _reasons(left_out: list[dict[str, str]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for entry in left_out:
        key = f"{entry['stage']}: {entry['reason']}"
        counts[key] = counts.get(key, 0) + 1
    return counts


def _table(failures: "tuple[Failure, ...]") -> None:
    say(f"{len(failures)} failed:")
    for failure in failures[:_SHOWN]:
        where = f"{failure.path} [{failure.field}]" if failure.field else failure.path
        say(f"  {failure.item}\n    {where}: {failure.problem}\n    {failure.remedy}".rstrip())
    if len(failures) > _SHOWN:
        say(f"  and {len(failures) - _SHOWN} more: see .consolidate/report.json, or --json")
