"""What is known of a version: where it came from, how it was made, what it is worth."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, get_args

from interact_core.code_version import code_version
from interact_core.inspection.figures import Figures, named_figures

Kind = Literal["source", "refined", "augmented", "generated", "mixed"]
State = Literal["candidate", "accepted", "rejected"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
STATES: Final[tuple[State, ...]] = get_args(State)
SOURCE: Final = ""
"""The parent of what was made from the data itself."""


@dataclass(frozen=True)
class Manifest:
    """How a version was made. Everything needed to make it again, and what it was measured to be before and after."""

    kind: Kind
    parent: str = SOURCE
    title: str = ""
    backend: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    device: str = ""
    frames: tuple[int, int] | None = None
    """The half-open range that was worked on; None is the whole clip."""
    seconds: float = 0.0
    """How long it took."""
    before: Figures = field(default_factory=dict)
    after: Figures = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    code: str = field(default_factory=code_version)
    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Manifest":
        """ValueError or KeyError where it is none; what a later program added is left out."""
        if record["kind"] not in KINDS:
            raise ValueError(f"a version of kind '{record['kind']}'")
        known = {name: record[name] for name in cls.__dataclass_fields__ if name in record}
        if known.get("frames") is not None:
            start, stop = known["frames"]
            known["frames"] = (int(start), int(stop))
        known["notes"] = tuple(map(str, known.get("notes", ())))
        return cls(**known)


@dataclass(frozen=True)
class Version:
    """One version as the list shows it. `problem` says in words why it cannot be read; the others are not touched by it."""

    id: str
    clip_id: str
    number: int
    """Counts up within the clip and is never used again: what people call it."""
    state: State
    manifest: Manifest
    path: Path
    bytes: int
    deleted: str = ""
    """When it was put into the trash, "" while it is not there."""
    problem: str = ""

    @property
    def parent(self) -> str:
        return self.manifest.parent

    @property
    def kind(self) -> Kind:
        return self.manifest.kind

    @property
    def created(self) -> str:
        return self.manifest.created

    @property
    def name(self) -> str:
        """ "v3 refined", or the title that somebody gave."""
        return f"v{self.number} {self.manifest.title or self.kind}"


COLUMNS: Final = "id, clip_id, number, state, manifest, folder, bytes, deleted"


def version_of(row: Sequence[object], root: Path) -> Version:
    """From a row of COLUMNS. ValueError or KeyError where its manifest is damaged."""
    name, clip_id, number, state, manifest, folder, size, deleted = row
    return Version(
        str(name), str(clip_id), int(str(number)), str(state),  # type: ignore[arg-type]  # written from STATES only
        Manifest.from_json(json.loads(str(manifest))), root / str(folder), int(str(size)), str(deleted or ""),
    )  # fmt: skip


@dataclass(frozen=True)
class DiskUse:
    """Bytes of the versions of a project or a clip, and of those that wait in the trash."""

    kept: int
    trash: int

    @property
    def total(self) -> int:
        return self.kept + self.trash


@dataclass(frozen=True)
class LineageNode:
    """A version and what was made from it; `version` None is the source itself."""

    version: Version | None
    children: tuple["LineageNode", ...] = ()


def lineage(versions: Sequence[Version]) -> LineageNode:
    """The tree of those that are not deleted, given all of a clip. What was made from a deleted one hangs from the nearest
    ancestor that is still there: deleting a version hides nothing that was made from it."""
    known = {version.id: version for version in versions}
    children: dict[str, list[Version]] = {}
    for version in sorted(versions, key=lambda v: v.number):
        if not version.deleted:
            children.setdefault(_living(version.parent, known), []).append(version)

    def node(version: Version) -> LineageNode:
        return LineageNode(version, tuple(node(child) for child in children.get(version.id, ())))

    return LineageNode(None, tuple(node(child) for child in children.get(SOURCE, ())))


def _living(parent: str, known: Mapping[str, Version]) -> str:
    while parent in known and known[parent].deleted:
        parent = known[parent].parent
    return parent if parent in known else SOURCE


def refined_manifest(
    report: Mapping[str, Any], parameters: Mapping[str, Any], *, parent: str = SOURCE, backend: str = "ours", title: str = ""
) -> Manifest:
    """Of a refinement's report as plain records (`RefineReport.record()`) and the options it was run with."""
    start, stop = int(parameters.get("first_frame", 0)), int(parameters.get("last_frame", -1))
    skipped = report.get("skipped")
    return Manifest(
        "refined", parent, title, backend, {**parameters}, parameters.get("seed"), str(report.get("device", "")),
        None if (start, stop) == (0, -1) else (start, stop), float(report.get("seconds", 0.0)),
        named_figures(report.get("before", {})), named_figures(report.get("after", {})),
        (*((f"Left as it was: {skipped}",) if skipped else ()), *map(str, report.get("notes", ()))),
    )  # fmt: skip
