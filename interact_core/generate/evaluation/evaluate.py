"""All tasks of a model on a fixed set of clips, repeated with other seeds; what was measured once is not measured again.

OUT/parts holds one file per task and repeat, OUT/protocol.json what they were measured on: another model, data set or
setting does not go on in the same folder.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from interact_core.errors import InputError
from interact_core.formats.atomic import write_text
from interact_core.generate.checkpoint import Trained
from interact_core.generate.evaluation import scores
from interact_core.generate.evaluation.cases import Case, CaseSet
from interact_core.generate.evaluation.evaluator import Evaluator
from interact_core.generate.evaluation.quality import quality
from interact_core.generate.evaluation.record import REAL, RECORD, SCHEMA
from interact_core.generate.evaluation.sampled import ENDS, KNOWING, make, past_of, real
from interact_core.generate.evaluation.scores import Interval, Scores
from interact_core.generate.evaluation.tables import Table, csv_text, document, markdown
from interact_core.generate.evaluation.tracks import Track, frame_at
from interact_core.generate.guidance import Guidance
from interact_core.generate.modes import TASKS
from interact_core.generate.sampling import SampleOptions
from interact_core.jobs.context import JobContext, NullContext


@dataclass(frozen=True)
class EvaluateOptions:
    """`best_of` samples of a clip, of which the best counts (object_to_human, human_to_object); `inspected` clips of each task
    go through the inspection; `variants` samples of `sentences` prompts tell the variety. Without `guided` neither guidance
    nor finishing."""

    tasks: tuple[str, ...] = ("text", "action", *KNOWING)
    repeats: int = 3
    best_of: int = 1
    inspected: int = 4
    sentences: int = 16
    variants: int = 4
    steps: int = 20
    scale: float = 1.5
    seed: int = 0
    guided: bool = True

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.tasks) - set(TASKS)):
            raise InputError(f"there is no task {unknown[0]!r}", field="tasks", remedy=f"Choose of {', '.join(TASKS)}")
        for name in ("repeats", "best_of", "variants", "steps"):
            if getattr(self, name) < 1:
                raise InputError("is less than 1", field=name)


@dataclass(frozen=True)
class Subject:
    """What is measured: a model, the name of its row, and the digest of its file."""

    trained: Trained
    name: str
    digest: str


@dataclass(frozen=True)
class Outcome:
    tables: dict[str, Table]
    record: dict[str, Any]


def evaluate(
    subject: Subject, case_set: CaseSet, evaluator: Evaluator, options: EvaluateOptions, out: Path, cache: Path,
    context: JobContext | None = None,
) -> Outcome:  # fmt: skip
    """Measure what is missing and write OUT/evaluation.{md,csv,json}. Raises Cancelled; what is done stays done."""
    run = _Run(subject, case_set, evaluator, options, out, cache, context or NullContext())
    rows = run.rows()
    tables = {task: Table(task, found, run.protocol) for task, found in rows.items()}
    record = run.record(tables)
    write_text(out / "evaluation.md", "\n".join(markdown(table) for table in tables.values()))
    write_text(out / "evaluation.csv", _one_csv(tables))
    write_text(out / RECORD, json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False))
    return Outcome(tables, record)


def _one_csv(tables: Mapping[str, Table]) -> str:
    """All tasks in one file, the task in the first column."""
    lines = [f"{task},{line}" for task, table in tables.items() for line in csv_text(table).splitlines()[1:]]
    return "\n".join(["task,method,metric,mean,half_width_95,repeats", *lines]) + "\n"


class _Run:
    def __init__(
        self, subject: Subject, case_set: CaseSet, evaluator: Evaluator, options: EvaluateOptions, out: Path, cache: Path,
        context: JobContext,
    ) -> None:  # fmt: skip
        self.subject, self.set, self.evaluator, self.options = subject, case_set, evaluator, options
        self.out, self.cache, self.context = out, cache, context
        self._real: dict[int, Track] = {}
        self._rows_of_real: dict[int, Any] = {}
        self._done = 0
        self._settle()

    @property
    def identity(self) -> dict[str, Any]:
        """What figures depend on. `tasks` and `repeats` only say how many there are, so they may grow."""
        kept = {name: value for name, value in asdict(self.options).items() if name not in ("tasks", "repeats")}
        return {"model": self.subject.digest, "data": self.set.digest, "evaluator": self.evaluator_digest, "options": kept}

    @property
    def evaluator_digest(self) -> str:
        state = hashlib.sha256()
        for name, value in sorted(self.evaluator.state_dict().items()):
            state.update(name.encode() + value.cpu().numpy().tobytes())
        return state.hexdigest()[:16]

    @property
    def key(self) -> str:
        """Runs with the same key can be compared: same clips, evaluator and way of counting, whatever the model and sampler."""
        counted = {name: getattr(self.options, name) for name in ("best_of", "inspected", "sentences", "variants")}
        told = json.dumps([self.set.digest, self.evaluator_digest, counted], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    @property
    def protocol(self) -> str:
        o = self.options
        return (
            f"{len(self.set.cases)} clips of {self.set.name} ({self.set.digest}), evaluator {self.evaluator_digest}, "
            f"{o.repeats} repeats with other sampling seeds on the same clips, best of {o.best_of}, {o.steps} steps, "
            f"scale {o.scale:g}, {'with' if o.guided else 'without'} guidance and finishing; "
            f"inspected: {min(o.inspected, len(self.set.cases))} clips. "
            f"Prediction knows the first quarter, in-betweening {ENDS} frames at each end. {self.set.note}"
        ).strip()  # fmt: skip

    def _settle(self) -> None:
        path = self.out / "protocol.json"
        (self.out / "parts").mkdir(parents=True, exist_ok=True)
        if path.is_file():
            try:
                same = json.loads(path.read_text("utf-8")) == json.loads(json.dumps(self.identity))
            except ValueError as error:
                raise InputError(f"is not JSON: {error}", path=path, remedy="Evaluate into another folder") from error
            if not same:
                raise InputError(
                    "holds figures of another model, data set, evaluator or setting", path=path,
                    remedy="Evaluate into another folder",
                )  # fmt: skip
        else:
            write_text(path, json.dumps(self.identity, indent=1))

    def rows(self) -> dict[str, dict[str, dict[str, Interval]]]:
        o = self.options
        found: dict[str, dict[str, dict[str, Interval]]] = {}
        for task in o.tasks:
            if not self._cases(task):
                continue
            repeats = [self._part(task, k) for k in range(o.repeats)]
            methods = {m: {n: scores.interval([r[m][n] for r in repeats]) for n in repeats[0][m]} for m in repeats[0]}
            found[task] = {(self.subject.name if m == "model" else m): row for m, row in methods.items() if row}
        return found

    def _part(self, task: str, repeat: int) -> dict[str, dict[str, float]]:
        """One repeat of a task, method to figures: from its file, or measured and written."""
        self.context.checkpoint()
        path = self.out / "parts" / f"{task}_{repeat}.json"
        if not path.is_file():
            write_text(path, json.dumps(self._measure(task, repeat)))
        self._done += 1
        self.context.progress(self._done / (len(self.options.tasks) * self.options.repeats), f"{task} {repeat + 1}")
        try:
            return {m: {n: float(v) for n, v in row.items()} for m, row in json.loads(path.read_text("utf-8")).items()}
        except (ValueError, AttributeError, TypeError) as error:
            raise InputError(f"cannot be read: {error}", path=path, remedy="Delete it: it is measured again") from error

    def _cases(self, task: str) -> list[int]:
        """Text needs sentences, action a class that the model knows."""
        every = range(len(self.set.cases))
        if task == "text":
            return [k for k in every if self.set.cases[k].window.sentences]
        if task == "action":
            return [k for k in every if self.set.cases[k].window.action in self.subject.trained.actions]
        return list(every)

    def _measure(self, task: str, repeat: int) -> dict[str, Scores]:
        rows = self._cases(task)
        cases = [self.set.cases[k] for k in rows]
        true = self._true(rows)
        several = self.options.best_of if task in ("object_to_human", "human_to_object") else 1
        made = make(self.subject.trained, cases, task, self._options(repeat), several, self.context)
        figures = {name: float(np.mean(values)) for name, values in made.figures.items()}
        ours: Scores
        truth: Scores
        rng = np.random.default_rng(repeat)
        if task in KNOWING:
            ours, truth = _against_truth(task, made.tracks, true, cases, self.subject.trained.fps), {}
            if task == "object_to_human":
                truth = {"foot_sliding": float(np.mean([float(scores.motions.foot_sliding(t.markers)) for t in true]))}
        else:
            ours, truth = self._meaning(task, rows, [t[0] for t in made.tracks], rng, repeat)
        return {
            REAL: {**truth, **self._inspected_real(rows)},
            "model": {**ours, **figures, **self._quality([t[0] for t in made.tracks[: self.options.inspected]])},
        }  # fmt: skip

    def _meaning(
        self, task: str, rows: list[int], made: list[Track], rng: np.random.Generator, repeat: int
    ) -> tuple[Scores, Scores]:
        """Figures in the evaluator's space; of the real clips as well."""
        text = None
        if task == "text":
            text = self.evaluator.embed_text([self.set.cases[k].window.sentences[0] for k in rows])
        true = self._embedded(rows)
        repeats = self._variety(task, rows, repeat)
        ours = scores.generation(text, self.evaluator.embed([t.features for t in made]), true, rng, repeats)
        return ours, scores.generation(text, true, None, rng)

    def _variety(self, task: str, rows: list[int], repeat: int) -> Any:
        o = self.options
        some = [self.set.cases[k] for k in rows[: o.sentences]]
        if not some or o.variants < 2:
            return None
        made = make(self.subject.trained, some, task, self._options(repeat + 500), o.variants, self.context)
        flat = self.evaluator.embed([track.features for tracks in made.tracks for track in tracks])
        return flat.reshape(len(some), o.variants, -1)

    def _options(self, repeat: int) -> SampleOptions:
        o = self.options
        guidance = Guidance() if o.guided else None
        return SampleOptions(o.steps, o.scale, o.seed + 100_003 * repeat, guidance, o.guided)

    def _true(self, rows: Sequence[int]) -> list[Track]:
        lacking = [k for k in rows if k not in self._real]
        for k, track in zip(lacking, real(self.subject.trained, [self.set.cases[k] for k in lacking]), strict=True):
            self._real[k] = track
        return [self._real[k] for k in rows]

    def _embedded(self, rows: Sequence[int]) -> Any:
        lacking = [k for k in rows if k not in self._rows_of_real]
        if lacking:
            found = self.evaluator.embed([track.features for track in self._true(lacking)])
            self._rows_of_real |= dict(zip(lacking, found, strict=True))
        return np.stack([self._rows_of_real[k] for k in rows])

    def _inspected_real(self, rows: list[int]) -> Scores:
        """Once for all tasks and repeats that begin with the same clips."""
        some = rows[: self.options.inspected]
        path = self.out / "parts" / f"real_{'_'.join(map(str, some))}.json"
        if not path.is_file():
            write_text(path, json.dumps(self._quality(self._true(some))))
        return {n: float(v) for n, v in json.loads(path.read_text("utf-8")).items()}

    def _quality(self, tracks: Sequence[Track]) -> dict[str, float]:
        """Means of the inspection; none where nothing is to be inspected."""
        rows: list[Scores] = []
        for track in tracks:
            self.context.checkpoint()
            rows.append(quality(track.clip, self.cache))
        return {name: float(np.mean([row[name] for row in rows])) for name in (rows[0] if rows else {})}

    def record(self, tables: Mapping[str, Table]) -> dict[str, Any]:
        return {
            "schema": SCHEMA, "version": 1, "name": self.subject.name, "step": self.subject.trained.step, **self.identity,
            "data_name": self.set.name, "clips": len(self.set.cases), "key": self.key, "protocol": self.protocol,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "tasks": {task: document(table) for task, table in tables.items()},
        }  # fmt: skip


def _against_truth(task: str, made: list[list[Track]], true: list[Track], cases: list[Case], fps: float) -> Scores:
    if task == "object_to_human":
        return scores.object_to_human([[t.body for t in several] for several in made], [t.body for t in true])
    if task == "human_to_object":
        return scores.human_to_object([[t.thing for t in several] for several in made], [t.thing for t in true])
    frames = [case.window.motion.num_frames for case in cases]
    rows = []
    for several, truth, count in zip(made, true, frames, strict=True):
        known, last = (frame_at(past_of(count), fps), 0) if task == "predict" else (frame_at(ENDS, fps), frame_at(ENDS, fps))
        rows.append(scores.prediction([several[0].thing], [truth.thing], known, last))
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
