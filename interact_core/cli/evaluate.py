"""`interact evaluate` and `interact leaderboard`: every task of a model in figures, and runs side by side."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interact_core.cli.common import Device, DeviceOption, JsonOption, emit, resolve_device, say
from interact_core.errors import InputError

if TYPE_CHECKING:
    from interact_core.generate.evaluation.cases import CaseSet, Lengths
    from interact_core.generate.evaluation.evaluate import Subject
    from interact_core.jobs.context import JobContext

ModelArgument = Annotated[Path, typer.Argument(help="A checkpoint of `interact train`.", show_default=False)]
OutOption = Annotated[
    Path, typer.Option("--out", help="Folder for figures; run again, it goes on where it stopped.", show_default=False)
]
DataOption = Annotated[str, typer.Option("--data", help='"world", or a data set: its test clips.')]
TasksOption = Annotated[str, typer.Option("--tasks", help="Separated by commas; all of them without it.")]
RepeatsOption = Annotated[int, typer.Option("--repeats", min=1, max=100, help="Sampling seeds, for the intervals.")]
ClipsOption = Annotated[int, typer.Option("--clips", min=2, max=100_000, help="Test clips at most.")]
BestOption = Annotated[int, typer.Option("--best-of", min=1, max=32, help="Samples of a clip of which the best counts.")]
InspectedOption = Annotated[int, typer.Option("--inspected", min=0, help="Clips of each task that are inspected; slow.")]
StepsOption = Annotated[int, typer.Option("--steps", min=1, max=1000, help="Steps from noise to motion.")]
ScaleOption = Annotated[float, typer.Option("--scale", min=0, max=20, help="How strongly words and action count.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0)]
PlainOption = Annotated[bool, typer.Option("--plain", help="No guidance and no finishing: what the net says.")]
NameOption = Annotated[str, typer.Option("--name", help="Of the row; that of the model's folder without it.")]
EvaluatorOption = Annotated[
    Path | None, typer.Option("--evaluator", help="One that is there; else one is trained into OUT.", show_default=False)
]
JudgeStepsOption = Annotated[int, typer.Option("--evaluator-steps", min=1, help="Training of the evaluator.")]
JudgeClipsOption = Annotated[int, typer.Option("--evaluator-clips", min=2, help="Clips it is trained on, test clips left out.")]
HeldOutOption = Annotated[
    float | None, typer.Option("--held-out", min=0, max=1, help="Share of test clips where the data set names none; the model's.")
]


def evaluate(
    model: ModelArgument, out: OutOption, data: DataOption = "world", tasks: TasksOption = "", repeats: RepeatsOption = 3,
    clips: ClipsOption = 64, best_of: BestOption = 1, inspected: InspectedOption = 4, steps: StepsOption = 20,
    scale: ScaleOption = 1.5, seed: SeedOption = 0, plain: PlainOption = False, name: NameOption = "",
    evaluator: EvaluatorOption = None, evaluator_steps: JudgeStepsOption = 500, evaluator_clips: JudgeClipsOption = 1024,
    held_out: HeldOutOption = None, device: DeviceOption = Device.AUTO, json: JsonOption = False,
) -> None:  # fmt: skip
    """Measure a model on all tasks; tables in Markdown, CSV and JSON."""
    from interact_core.cli.console import ConsoleContext
    from interact_core.generate.evaluation.cases import Lengths
    from interact_core.generate.evaluation.evaluate import EvaluateOptions
    from interact_core.generate.evaluation.evaluate import evaluate as run
    from interact_core.generate.evaluation.evaluator_training import EvaluatorTraining
    from interact_core.generate.evaluation.judge import JudgeOptions, evaluator_for
    from interact_core.generate.evaluation.tables import markdown
    from interact_core.paths import cache_dir

    listed = tuple(task.strip() for task in tasks.split(",") if task.strip()) or EvaluateOptions().tasks
    options = EvaluateOptions(
        listed, repeats, best_of, inspected, steps=steps, scale=scale, seed=seed, guided=not plain
    )  # fmt: skip
    subject = _subject(model, name, resolve_device(device))
    config = subject.trained.config.data
    lengths = Lengths(subject.trained.fps, config.shortest, config.longest)
    share = config.held_out if held_out is None else held_out
    judge = JudgeOptions(data, lengths, share, evaluator_clips, EvaluatorTraining(steps=evaluator_steps))
    with ConsoleContext("evaluate") as context:
        case_set = _cases(data, clips, lengths, share, context)
        outcome = run(subject, case_set, evaluator_for(out, evaluator, judge, context), options, out, cache_dir(), context)
    if case_set.note:
        say(case_set.note)
    for task in set(listed) - set(outcome.tables):
        say(f"{task}: no test clip has what it needs")
    if json:
        emit({**outcome.record, "out": out})
    else:
        typer.echo("\n".join(markdown(table) for table in outcome.tables.values()))


def leaderboard(
    folder: Annotated[Path, typer.Argument(help="A folder with runs of `interact evaluate`.", show_default=False)],
    json: JsonOption = False,
) -> None:
    """Runs side by side, where they were measured on the same clips in the same way."""
    from interact_core.generate.evaluation.leaderboard import leaderboard as read
    from interact_core.generate.evaluation.leaderboard import tables_of
    from interact_core.generate.evaluation.tables import document, markdown

    board = read(folder)
    for problem in board.problems:
        say(problem)
    tables = tables_of(board.rows)
    if json:
        emit({"schema": "interact/leaderboard", "version": 1, "folder": folder, "tables": [document(t) for t in tables],
              "problems": list(board.problems)})  # fmt: skip
    else:
        typer.echo("\n".join(markdown(table) for table in tables) or "no runs")


def _subject(model: Path, name: str, device: str) -> "Subject":
    import hashlib

    from interact_core.generate.checkpoint import load
    from interact_core.generate.evaluation.evaluate import Subject
    from interact_core.generate.evaluation.record import REAL

    trained = load(model, device)
    chosen = name or model.absolute().parent.name
    if chosen == REAL:
        raise InputError('"real" is the name of the test clips\' own row', field="--name", remedy="Choose another name")
    return Subject(trained, chosen, hashlib.sha256(model.read_bytes()).hexdigest()[:16])


def _cases(data: str, clips: int, lengths: "Lengths", held_out: float, context: "JobContext") -> "CaseSet":
    from interact_core.generate.evaluation.cases import WORLD, data_cases, world_cases
    from interact_core.paths import cache_dir

    if data == WORLD:
        return world_cases(clips, lengths)
    return data_cases(Path(data), clips, lengths, held_out, cache_dir(), context)
