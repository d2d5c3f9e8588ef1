"""`interact inspect --report`: the records that a data set's report is made of."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from interact_core.cli.common import Request, say
from interact_core.cli.sides import Side, match, open_side
from interact_core.errors import InteractError
from interact_core.inspection.analyse import Analysis, analyse_clip
from interact_core.inspection.figures import figures_of

if TYPE_CHECKING:
    from interact_core.clip import Clip
    from interact_core.formats.registry import ClipRef
    from interact_core.jobs.context import JobContext
    from interact_core.report import ClipRecord

VERSIONS = "versions"


class ReportWork:
    """Collects a record of every clip, with its counterpart's figures where there is one; `write` makes the report."""

    def __init__(self, path: Path, against: str, asked: Request) -> None:
        self._path, self._against, self._asked = path, against, asked
        self._records: list[ClipRecord] = []
        self._others = self._counterparts() if against else {}

    def add(self, ref: "ClipRef", analysis: Analysis, context: "JobContext") -> None:
        """After a clip was measured. A counterpart that cannot be measured is a problem, not the end."""
        from interact_core.report import ClipRecord

        inspection, posed = analysis.inspection, analysis.posed
        assert inspection is not None
        after = None
        read = self._others.get(ref.id)
        if read is not None:
            try:
                after = analyse_clip(read(), self._asked.models_dir, self._asked.device, context).inspection
            except InteractError as error:
                self._asked.batch.problems.append({"clip": ref.id, "message": f"in {self._against}: {error}"})
                say(f"{ref.id}, in {self._against}: {error}")
        self._records.append(ClipRecord(
            ref.id, ref.dataset, tuple(o.name for o in posed.clip.objects), posed.num_frames, posed.clip.fps,
            inspection.severity, figures_of(inspection.summary), dict(Counter(a.kind for a in inspection.artifacts)),
            None if after is None else figures_of(after.summary), None if after is None else after.severity,
        ))  # fmt: skip

    def write(self, out: Path) -> None:
        """InputError where the folder cannot be written."""
        from interact_core.report import gather, write_report

        problems = self._asked.batch.problems
        report = gather(self._records, self._path.name or str(self._path), against=self._against, problems=problems)
        for file in write_report(report, out):
            typer.echo(str(file), err=True)

    def _counterparts(self) -> "dict[str, Callable[[], Clip]]":
        if self._against == VERSIONS:
            return self._versions()
        here = Side(str(self._path), {ref.id: _unread for ref in self._asked.batch.refs})
        there = open_side(self._against, self._asked.models_dir)
        return {a: there.clips[b] for a, b in match(here, there).pairs}

    def _versions(self) -> "dict[str, Callable[[], Clip]]":
        """The accepted version of each clip, else its newest that is not rejected. The project is only read."""
        from interact_core.project import Project
        from interact_core.project.versions import read_version_folder

        project = Project.open(self._path, read_only=True)
        try:
            versions = [v for v in project.versions.all() if v.state != "rejected" and not v.problem]
        finally:
            project.close()
        chosen = {v.clip_id: v for v in sorted(versions, key=lambda v: (v.state == "accepted", v.number))}
        return {clip_id: lambda path=v.path: read_version_folder(path) for clip_id, v in chosen.items()}  # type: ignore[misc]


def _unread() -> "Clip":
    raise AssertionError("only its id is asked for")
