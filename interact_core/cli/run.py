"""`interact run`: one kind of work over a whole dataset, by workers of this machine or of a Ray cluster."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interact_core.cli.common import Device, DeviceOption, JsonOption, ModelsOption, emit, models_folder, resolve_device
from interact_core.cli.console import ConsoleContext
from interact_core.cli.options import SetOption
from interact_core.cli.run_watch import say_failures, say_lines
from interact_core.errors import InputError
from interact_core.figures import figure_text

if TYPE_CHECKING:
    from interact_core.cluster.executor import Executor
    from interact_core.cluster.run import Report
    from interact_core.jobs.context import JobContext

KindArgument = Annotated[
    str, typer.Argument(metavar="KIND", help="inspect, refine, augment, generate or consolidate.", show_default=False)
]
WhatArgument = Annotated[
    Path,
    typer.Argument(metavar="PATH", help="A dataset, a clip, sentences, or a TOML file to consolidate by.", show_default=False),
]
OutOption = Annotated[Path, typer.Option("--out", help="Folder for results and journal.", show_default=False)]
WorkersOption = Annotated[int, typer.Option("--workers", min=0, help="Items worked on at once; 0: as many as cores.")]
RayOption = Annotated[bool, typer.Option("--ray", help="Work on Ray: a cluster on this machine, or the one at --address.")]
AddressOption = Annotated[str, typer.Option("--address", help="A Ray cluster that is there: host:6379 or auto.")]
GpusOption = Annotated[float, typer.Option("--gpus-per-job", min=0.0, help="With --ray: GPUs of each worker; 0.5 shares one.")]
MemoryOption = Annotated[float, typer.Option("--memory", min=0.0, help="GB that a worker may take; 0: no cap.")]
RetriesOption = Annotated[int, typer.Option("--retries", min=0, help="How often an item is tried again after a bug or a death.")]
LinesOption = Annotated[bool, typer.Option("--lines", help="Progress as JSON lines on stderr instead of a bar.")]


def run(
    kind: KindArgument, path: WhatArgument, out: OutOption, workers: WorkersOption = 0, ray: RayOption = False,
    address: AddressOption = "", gpus: GpusOption = 0.0, memory: MemoryOption = 0.0, retries: RetriesOption = 2,
    changes: SetOption = None, device: DeviceOption = Device.AUTO, models: ModelsOption = None, lines: LinesOption = False,
    json: JsonOption = False,
) -> None:  # fmt: skip
    """One kind of work, clip by clip; stopped or killed, the same line goes on. Exit code 2 when an item failed."""
    from interact_core.cluster.kinds import plan_of
    from interact_core.cluster.run import run_plan

    if (address or gpus) and not ray:
        raise InputError("is about a Ray cluster", field="--address" if address else "--gpus-per-job", remedy="Add --ray")
    plan = plan_of(kind, path, out, changes or [], resolve_device(device), models_folder(models))
    with ConsoleContext(f"{kind} {path.name}") as console:
        context: JobContext = _Quiet() if lines else console
        slots = min(workers or os.cpu_count() or 1, max(len(plan.items), 1))
        executor = _executor(slots, ray, address, gpus, int(memory * 1e9), context)
        report = run_plan(plan, out, executor, retries=retries, context=context, watch=say_lines if lines else say_failures)
    if json:
        emit(document(kind, path, report))
    else:
        _print(report)
    raise typer.Exit(2 if report.failed else 0)


class _Quiet:
    """For who reads lines."""

    def progress(self, fraction: float, stage: str = "", metrics: Any = None) -> None:
        return None

    def checkpoint(self) -> None:
        return None


def _executor(slots: int, ray: bool, address: str, gpus: float, cap: int, context: "JobContext") -> "Executor":
    from interact_core.jobs.memory_cap import can_cap

    if cap and not can_cap():
        raise InputError("this system does not tell what a process holds", field="--memory", remedy="Leave it out")
    if ray:
        from interact_core.cluster.on_ray import RayWorkers

        return RayWorkers(slots, context, address=address, gpus=gpus, memory_cap=cap)
    from interact_core.cluster.local import LocalWorkers

    return LocalWorkers(slots, context, memory_cap=cap)


def document(kind: str, path: Path, report: "Report") -> dict[str, Any]:
    return {
        "schema": "interact/run", "version": 1, "kind": kind, "path": path, "run": report.folder, "items": report.total,
        "done": report.done, "before": report.before, "left_out": report.left_out, "warnings": report.warnings,
        "worker_seconds": report.seconds, "processor_seconds": report.processor, "peak_memory": report.peak,
        "problems": [{"item": name, "cause": f.cause, "message": f.message} for name, f in report.failed.items()],
    }  # fmt: skip


def _print(report: "Report") -> None:
    before = f", {report.before} done before" if report.before else ""
    typer.echo(f"{report.finished} of {report.total} finished{before}; {figure_text(report.processor, 's')} of processor time")
    for name, why in report.left_out.items():
        typer.echo(f"  left out: {name}: {why}")
    for line in report.warnings:
        typer.echo(f"  warning: {line}")
    for name, failure in report.failed.items():
        typer.echo(f"  failed: {name}: {failure.message}")
    typer.echo(f"  {report.folder}")
