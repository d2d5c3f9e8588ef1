"""`interact queue`: which clips to annotate or review next, and why."""

from pathlib import Path
from typing import Annotated

import typer

from interact_core.cli.common import JsonOption, emit
from interact_core.cli.packet import DataArgument, open_project
from interact_core.errors import InputError


def queue(
    path: DataArgument,
    by: Annotated[
        str, typer.Option("--by", help="unannotated, artifacts, coverage, disagreement, review or rejected.")
    ] = "unannotated",
    packet: Annotated[Path | None, typer.Option("--packet", help="Only the clips of this packet.", show_default=False)] = None,
    limit: Annotated[int, typer.Option("--limit", help="At most so many; 0 is all.", min=0)] = 0,
    json: JsonOption = False,
) -> None:
    """List what to do next, the most urgent first."""
    from interact_core.project.packet_files import read_packet
    from interact_core.project.queue import STRATEGIES
    from interact_core.project.queue import queue as due

    if by not in STRATEGIES:
        raise InputError(f"there is no queue '{by}'", field="--by", remedy=f"Choose one of {', '.join(STRATEGIES)}")
    clips = read_packet(packet).clips if packet is not None else None
    with open_project(path, read_only=True) as project:
        items = due(project, by, clips)
    shown = items[:limit] if limit else items
    if json:
        emit({"schema": "interact/queue", "version": 1, "path": path, "by": by, "count": len(items),
              "clips": [{"id": item.clip_id, "why": item.why} for item in shown]})  # fmt: skip
        return
    typer.echo(f"{STRATEGIES[by]}: {len(items)} clips")
    for item in shown:
        typer.echo(f"  {item.clip_id:<44} {item.why}")
