"""`interact packet`: clips handed out to annotators as folders or zips, and taken back."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interact_core.cli.common import JsonOption, emit, say
from interact_core.errors import InputError, InteractError

if TYPE_CHECKING:
    from interact_core.project import Project
    from interact_core.project.packet_files import PacketInfo
    from interact_core.project.packets import PacketStatus
    from interact_core.project.submissions import CollectReport

app = typer.Typer(help="Hand clips out to annotators and take their work back.", no_args_is_help=True)

DataArgument = Annotated[Path, typer.Argument(help="The data set whose project it is.", show_default=False)]
PacketArgument = Annotated[Path, typer.Argument(help="A packet: folder or zip.", show_default=False)]
DataOption = Annotated[Path | None, typer.Option("--data", help="Where the clips are on this machine.", show_default=False)]


@contextlib.contextmanager
def open_project(path: Path, *, read_only: bool = False) -> Iterator["Project"]:
    """The project of a data set, closed again whatever happens. `read_only` works beside an open window."""
    from interact_core.project import Project, ProjectInUseError

    if not path.exists():
        raise InputError("does not exist", path=path, remedy="Check the path")
    try:
        project = Project.open(path)
    except ProjectInUseError:
        if not read_only:
            raise
        project = Project.open(path, read_only=True)
    try:
        yield project
    finally:
        project.close()


@app.command("make")
def make(
    path: DataArgument,
    out: Annotated[Path, typer.Option("--out", help="Folder for the packets.", show_default=False)],
    annotator: Annotated[list[str], typer.Option("--annotator", help="A name; give one per packet.", show_default=False)],
    overlap: Annotated[float, typer.Option("--overlap", help="Fraction of clips that two annotators get.")] = 0.0,
    by: Annotated[str, typer.Option("--by", help="Only the clips of this queue (see `interact queue`).")] = "",
    limit: Annotated[int, typer.Option("--limit", help="At most so many clips; 0 is all.", min=0)] = 0,
    seed: Annotated[int, typer.Option("--seed", help="Another number deals otherwise.")] = 0,
    instructions: Annotated[str, typer.Option("--instructions", help="What the annotators shall do.")] = "",
    zipped: Annotated[bool, typer.Option("--zip", help="Zip files instead of folders.")] = False,
    json: JsonOption = False,
) -> None:
    """Deal clips out to annotators, one packet each."""
    from interact_core.project.packets import make_packets

    with open_project(path) as project:
        clips = [row.id for row in project.library.search()] if not by else _due(project, by)
        clips = clips[:limit] if limit else clips
        made = make_packets(project, annotator, clips, out, overlap=overlap, seed=seed, instructions=instructions, zipped=zipped)
    if json:
        emit({"schema": "interact/packet-make", "version": 1, "path": path, "packets": [_info(one) for one in made]})
    else:
        for one in made:
            typer.echo(f"{one.annotator}: {len(one.clips)} clips in {one.path}")


@app.command("open-info")
def open_info(packet: PacketArgument, data: DataOption = None, json: JsonOption = False) -> None:
    """Say what a packet asks for, and where its clips are here. Exit code 2 when they are not."""
    from interact_core.project.packets import open_packet

    info, place = open_packet(packet, data)
    if json:
        emit({"schema": "interact/packet", "version": 1, **_info(info), "data": place})
    else:
        typer.echo(f"{info.name}: {len(info.clips)} clips in {place}")
        if info.instructions:
            typer.echo(info.instructions)


@app.command("return")
def give_back(
    packet: PacketArgument,
    out: Annotated[Path, typer.Argument(help="A new folder, or a name that ends in .zip.", show_default=False)],
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Write what was annotated of a packet as a packet to send back."""
    from interact_core.project.packets import open_packet, return_packet

    info, place = open_packet(packet, data)
    with open_project(place) as project:
        report = return_packet(project, info, out)
    if json:
        emit({"schema": "interact/packet-return", "version": 1, "path": report.path, "documents": report.documents,
              "untouched": list(report.untouched), "absent": list(report.absent)})  # fmt: skip
    else:
        typer.echo(f"{report.documents} of {len(info.clips)} clips in {report.path}; {len(report.untouched)} not begun")
    for clip in report.absent:
        say(f"{clip}: is not in {place}")
    raise typer.Exit(2 if report.absent else 0)


@app.command("collect")
def collect(
    path: DataArgument,
    packets: Annotated[list[Path], typer.Argument(help="Returned packets.", show_default=False)],
    take: Annotated[bool, typer.Option("--take", help="Take over clips that only one annotator has.")] = False,
    json: JsonOption = False,
) -> None:
    """Take returned packets in. Exit code 2 when something of them could not be used; the rest is."""
    from interact_core.project.submissions import collect_packet, take_single

    reports, problems, taken = [], [], 0
    with open_project(path) as project:
        for packet in packets:
            try:
                reports.append(collect_packet(project, packet))
                problems += [{"path": str(one.path), "message": str(one)} for one in reports[-1].problems]
            except InteractError as error:
                problems.append({"path": str(packet), "message": str(error)})
        if take:
            taken = len(take_single(project, dict.fromkeys(clip for report in reports for clip in report.packet.clips)))
    for problem in problems:
        say(problem["message"])
    if json:
        emit({"schema": "interact/packet-collect", "version": 1, "path": path, "packets": [_collected(one) for one in reports],
              "taken": taken, "problems": problems})  # fmt: skip
    else:
        for report in reports:
            typer.echo(f"{report.packet.name}: {len(report.clips)} clips new or changed, {report.unchanged} unchanged")
        if take:
            typer.echo(f"{taken} clips taken over")
    raise typer.Exit(2 if problems else 0)


@app.command("status")
def status(path: DataArgument, json: JsonOption = False) -> None:
    """List the packets of a project and how far each is."""
    from interact_core.project.packets import packet_status

    with open_project(path, read_only=True) as project:
        found = packet_status(project)
    if json:
        emit({"schema": "interact/packet-status", "version": 1, "path": path, "packets": [_status(one) for one in found]})
        return
    for one in found:
        states = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in one.states.items())
        typer.echo(f"{one.annotator} {one.id[:8]}: {one.clips} clips, {one.out} still out{', ' if states else ''}{states}")
    if not found:
        typer.echo("No packet was made yet.")


def _due(project: "Project", by: str) -> list[str]:
    from interact_core.project.queue import STRATEGIES, queue

    if by not in STRATEGIES:
        raise InputError(f"there is no queue '{by}'", field="--by", remedy=f"Choose one of {', '.join(STRATEGIES)}")
    return [item.clip_id for item in queue(project, by)]


def _info(info: "PacketInfo") -> dict[str, Any]:
    return {"id": info.id, "annotator": info.annotator, "path": info.path, "clips": list(info.clips), "created": info.created,
            "instructions": info.instructions, "returned": info.returned}  # fmt: skip


def _collected(report: "CollectReport") -> dict[str, Any]:
    return {"id": report.packet.id, "annotator": report.packet.annotator, "clips": list(report.clips),
            "unchanged": report.unchanged}  # fmt: skip


def _status(one: "PacketStatus") -> dict[str, Any]:
    return {"id": one.id, "annotator": one.annotator, "created": one.created, "place": one.place, "clips": one.clips,
            "out": one.out, "states": dict(one.states), "received": one.received}  # fmt: skip
