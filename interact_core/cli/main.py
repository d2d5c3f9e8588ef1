"""`interact`: one entry point, one file per subcommand. Nothing heavy is imported before a subcommand runs."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from interact_core import __version__
from interact_core.cli import (
    agree,
    augment,
    compare,
    consolidate,
    convert,
    evaluate,
    export,
    fit,
    generate,
    import_,
    info,
    inspect,
    lint,
    packet,
    queue,
    refine,
    render,
    run,
    splits,
    stats,
    train,
    validate,
)  # fmt: skip
from interact_core.errors import InteractError

app = typer.Typer(
    name="interact",
    help="InterAct Studio: 3D human-object interaction, opened, inspected and captioned. Without a command it opens the app.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"InterAct Studio {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True)] = False,
) -> None:
    if context.invoked_subcommand is None:
        _launch(None)


@app.command("open")
def open_app(
    path: Annotated[Path | None, typer.Argument(help="A clip, a dataset or a file; the demo project without one.")] = None,
) -> None:
    """Open the app."""
    _launch(path)


def _launch(path: Path | None) -> None:
    from interact_app.__main__ import main as app_main

    raise typer.Exit(app_main([str(path)] if path is not None else []))


app.command("agree")(agree.agree)
app.command("compare")(compare.compare)
app.command("consolidate")(consolidate.consolidate)
app.command("evaluate")(evaluate.evaluate)
app.command("convert")(convert.convert)
app.command("export")(export.export)
app.command("fit")(fit.fit)
app.command("import")(import_.import_files)
app.command("info")(info.info)
app.command("inspect")(inspect.inspect)
app.command("leaderboard")(evaluate.leaderboard)
app.command("lint")(lint.lint)
app.add_typer(packet.app, name="packet")
app.command("queue")(queue.queue)
app.command("refine")(refine.refine)
app.command("augment")(augment.augment)
app.command("generate")(generate.generate)
app.command("render")(render.render)
app.command("run")(run.run)
app.command("splits")(splits.splits)
app.command("stats")(stats.stats)
app.command("train")(train.train)
app.command("validate")(validate.validate)


def main() -> None:
    """Console entry: user errors become one line on stderr and exit code 2."""
    try:
        app()
    except InteractError as error:
        typer.echo(f"interact: {error}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("interact: stopped.", err=True)
        sys.exit(130)
