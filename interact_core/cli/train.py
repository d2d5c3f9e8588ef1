"""`interact train`: one generation model for all tasks, from a TOML file; run again, it goes on where it stopped."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interact_core.cli.common import JsonOption, emit, say

if TYPE_CHECKING:
    from interact_core.generate.training import LogLine

ConfigArgument = Annotated[
    Path, typer.Argument(help="TOML file: [model], [data], [recipe]; see docs/generation.md.", show_default=False)
]
OutOption = Annotated[Path, typer.Option("--out", help="Folder for checkpoints and log.", show_default=False)]
MinutesOption = Annotated[float | None, typer.Option("--minutes", min=0, help="Budget of time in place of the file's.")]
StepsOption = Annotated[int | None, typer.Option("--steps", min=0, help="Budget of steps in place of the file's.")]
OnlyOption = Annotated[
    str, typer.Option("--only", help="A net for one task alone, to compare with: generate, object_to_human, human_to_object, ...")
]
AfreshOption = Annotated[bool, typer.Option("--afresh", help="Start anew although the folder holds a run.")]


def train(
    config: ConfigArgument, out: OutOption, minutes: MinutesOption = None, steps: StepsOption = None,
    only: OnlyOption = "", afresh: AfreshOption = False, json: JsonOption = False,
) -> None:  # fmt: skip
    """Train; losses and the time that is left are shown as it goes and kept in log.jsonl. Ctrl+C saves first."""
    from dataclasses import replace

    from interact_core.generate.config import checked, read_config
    from interact_core.generate.training import LAST, MODEL
    from interact_core.generate.training import train as run

    given = read_config(config)
    recipe = given.recipe
    if steps is not None:
        recipe = replace(recipe, steps=steps, minutes=recipe.minutes if steps == 0 else 0.0)
    if minutes is not None:
        recipe = replace(recipe, minutes=minutes)
    if only:
        recipe = replace(recipe, only=only)
    given = checked(replace(given, recipe=recipe))
    if not afresh and (out / LAST).is_file():
        say(f"going on from {out / LAST}")
    with _Live() as live:
        trained = run(given, out, resume=not afresh, context=live.reading, on_log=live.show)
    if json:
        emit({"schema": "interact/train", "version": 1, "model": out / MODEL, "steps": trained.step, "losses": live.losses})
    else:
        typer.echo(f"{out / MODEL}: {trained.step} steps")


class _Live:
    """A bar with losses where a person watches, a line a minute where a log does."""

    def __init__(self) -> None:
        from interact_core.cli.console import ConsoleContext

        self._context = self.reading = ConsoleContext("train")
        self.losses: dict[str, float] = {}

    def __enter__(self) -> "_Live":
        self._context.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._context.__exit__(None, None, None)

    def show(self, line: "LogLine") -> None:
        if not self.losses:
            steps = line.step + line.remaining / max(line.pace, 1e-9)
            say(f"{line.pace:.2g} s a step: about {line.remaining / 60:.3g} min to go, {steps:.0f} steps in all")
        self.losses = line.losses
        terms = "  ".join(f"{name} {value:.3f}" for name, value in line.losses.items())
        left = f"{line.remaining / 60:.0f} min left"
        skipped = f", {line.skipped} batches skipped" if line.skipped else ""
        self._context.progress(line.fraction, f"step {line.step}, {left}{skipped}  {terms}")
