"""Sources made into one canonical dataset, a recording an item: PATH is the TOML file of docs/consolidation.md.

What is up to date is told by content, not by results: a result whose clips are not what the config and the sources say now is
taken away before the run begins, and a recording whose clips are there without a result costs a worker one look.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from interact_core.cluster.executor import Executor, InTurn
from interact_core.cluster.folder import finished, result_path
from interact_core.cluster.local import LocalWorkers
from interact_core.cluster.run import Report as RunReport
from interact_core.cluster.run import run_plan
from interact_core.cluster.spec import Item, Plan, Result, Spec
from interact_core.consolidate.config import Config, config_record, read_config
from interact_core.consolidate.marks import marked
from interact_core.consolidate.outcome import Failure, Outcome, Report, warning_lines
from interact_core.consolidate.plan import STATE, Only, Task
from interact_core.consolidate.plan import Plan as Found
from interact_core.consolidate.records import config_of, task_of, task_record
from interact_core.consolidate.run import conclude, found_in, make_ready
from interact_core.consolidate.work import look, settled, work
from interact_core.errors import InputError
from interact_core.formats.atomic import write_text
from interact_core.jobs.context import JobContext, NullContext, SubContext
from interact_core.named_values import parsed_changes

_OUTCOMES: Final = "outcomes"
"""What became of each recording in this run, failures with file and field: for the report."""
_PLANNING: Final = 0.05


def plan(path: Path, out: Path, changes: list[str], device: str, models_dir: Path | None) -> Plan:
    """No options: the config says everything, models included. `out` stands in place of the config's."""
    parsed_changes(changes, {}, "docs/consolidation.md")
    config = config_of(config_record(replace(read_config(path), out=out.expanduser().absolute())))
    return Consolidation(config, Only(), NullContext()).plan(str(path))


def run(spec: Spec, context: JobContext) -> Result:
    config = _config(json.dumps(spec.options["config"]))
    if "failure" in spec.item.given:
        raise _error((Failure(**spec.item.given["failure"]),))
    with marked(config.out):
        outcome = work(task_of(spec.item.given, config), _Quiet(context))
        write_text(_outcome_path(config, spec.item.id), json.dumps(asdict(outcome), ensure_ascii=False))
    if outcome.failures:
        raise _error(outcome.failures)
    return {"clips": [{"clip": f"{clip.dataset}/{clip.name}", "frames": clip.frames} for clip in outcome.clips]}


def consolidate(config: Config, *, only: Only | None = None, jobs: int = 1, context: JobContext | None = None) -> Report:
    """Make the dataset of a config on this machine. InputError where a source or the result's folder cannot be used at all;
    whatever is wrong with single recordings is in the report."""
    context = context or NullContext()
    whole = Consolidation(config, only or Only(), SubContext(context, 0.0, _PLANNING, "looking"))
    asked, going = whole.plan(), SubContext(context, _PLANNING, 1.0)
    slots = min(jobs, len(asked.items))
    executor: Executor = LocalWorkers(slots, going) if slots > 1 else InTurn(going)
    run_plan(asked, config.out, executor, retries=1, context=going)
    assert whole.report is not None
    return whole.report


class Consolidation:
    """One run's tasks, and what is done once for all of them."""

    def __init__(self, config: Config, only: Only, context: JobContext) -> None:
        self.config = config
        self.report: Report | None = None
        """When it has ended."""
        self._found: Found = found_in(config, only, context)
        self._tasks: dict[str, Task] = _named(self._found.tasks)
        self._before: set[str] = set()

    def plan(self, source: str = "") -> Plan:
        """Every config has the same run folder in a result, so that two cannot be at work there."""
        items = [Item(name, task_record(task)) for name, task in self._tasks.items()]
        for number, failure in enumerate(self._found.failures):
            items.append(Item(f"{failure.item} (found {number})", {"failure": asdict(failure)}))
        options = {"config": config_record(self.config)}
        return Plan("consolidate", run, tuple(items), options, source, ("config",), state=STATE, begin=self._begin, end=self._end)

    def _begin(self, folder: Path) -> None:
        make_ready(self.config.out)
        shutil.rmtree(self.config.out / STATE / _OUTCOMES, ignore_errors=True)
        for name, task in self._tasks.items():
            if not finished(folder, name):
                continue
            if settled(task):
                self._before.add(name)
            else:
                result_path(folder, name).unlink()

    def _end(self, run_report: RunReport) -> None:
        self.report = conclude(self.config, self._found, self._outcomes(run_report))
        run_report.warnings += warning_lines(self.report.warnings)

    def _outcomes(self, run_report: RunReport) -> Iterator[Outcome]:
        for name, task in self._tasks.items():
            path = _outcome_path(self.config, name)
            if name in self._before:
                yield look(task)
            elif path.is_file():
                yield Outcome.of(json.loads(path.read_text("utf-8")))
            else:  # nothing but its worker's death is known of it
                text = run_report.failed[name].message
                yield Outcome(task.title, failures=(Failure(task.title, "", "", text, "Run again", expected=False),))


def _named(tasks: Iterable[Task]) -> dict[str, Task]:
    """By title; those that share one also by their place in the config."""
    tasks = tuple(tasks)
    titles = Counter(task.title for task in tasks)
    places = {id(task): f" ({task.source}.{task.number} {task.recording})" for task in tasks if titles[task.title] > 1}
    return {task.title + places.get(id(task), ""): task for task in tasks}


def _outcome_path(config: Config, item: str) -> Path:
    return result_path(config.out / STATE / _OUTCOMES, item)


def _error(failures: tuple[Failure, ...]) -> Exception:
    """The first stands for all; a bug is one also for who drives the run."""
    first, more = failures[0], f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
    if not all(failure.expected for failure in failures):
        return RuntimeError(f"{first.item}: {first.problem}{more}")
    return InputError(
        f"{first.item}: {first.problem}{more}", path=first.path or None, field=first.field or None, remedy=first.remedy
    )


@lru_cache(maxsize=2)
def _config(text: str) -> Config:
    """Read once a worker."""
    return config_of(json.loads(text))


class _Quiet(NullContext):
    """What one recording of many tells of itself: nothing; but it stops with the rest."""

    def __init__(self, context: JobContext) -> None:
        self._context = context

    def checkpoint(self) -> None:
        self._context.checkpoint()
