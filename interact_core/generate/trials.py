"""Generated candidates of a project, kept until somebody decides: `generated/<clip>/<request>/<index>/` in the project's folder.

A folder is written beside its place and renamed: it is there whole or not at all. The clip is the one that was open when they
were asked for: it gave what was known, or only the object and the person.
"""

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from interact_core.annotation import CaptionRecord
from interact_core.clip import Caption, Clip
from interact_core.errors import InputError
from interact_core.figures import figure_text
from interact_core.formats.atomic import new_folder, npz_bytes, write_bytes
from interact_core.formats.clip_store import clip_files, read_clip_files
from interact_core.generate.generate import Candidate
from interact_core.project import Manifest, Project, Version
from interact_core.project.children import add_child
from interact_core.project.versions import clip_folder

logger = logging.getLogger(__name__)
Decision = Literal["", "kept", "discarded"]
TRIAL: Final = "trial.json"
_VIEW: Final = "view.npz"
_VERSION: Final = 1
LIMITS: Final[dict[str, tuple[str, str, float]]] = {
    "deepest": ("deepest penetration", "m", 0.015), "stance": ("standing feet slide", "m/s", 0.14),
}  # fmt: skip
"""Figure to title, unit and the most that a good candidate may have: the floors of docs/generation.md."""
LEAST_CONTACT: Final = 0.02
"""Share of frames with a hand on the object, below which nothing interacts."""


@dataclass(frozen=True)
class GeneratedTrial:
    """One candidate as it lies in the project. `manifest` says how it was made, `figures` what is measured on it."""

    clip_id: str
    parent: str
    """The version of the clip that was taken as known, "" for the source."""
    manifest: Mapping[str, Any]
    figures: Mapping[str, float]
    frames: int
    fps: float
    start: float
    """Seconds of the clip at which its first frame lies."""
    made_at: float
    folder: Path
    decision: Decision = ""
    version: str = ""

    @property
    def index(self) -> int:
        return int(self.manifest["index"])

    @property
    def id(self) -> str:
        """Unique in the project."""
        return f"{self.folder.parent.parent.name}/{self.folder.parent.name}/{self.index}"

    @property
    def made(self) -> bool:
        """Whether there is a motion."""
        return (self.folder / "human.npz").is_file()

    @property
    def passed(self) -> bool:
        return not self.reasons

    @property
    def reasons(self) -> tuple[tuple[str, str], ...]:
        """Figure and sentence of everything that is beyond its limit."""
        found = [
            (name, f"{title} {figure_text(self.figures[name], unit)}, limit {figure_text(most, unit)}")
            for name, (title, unit, most) in LIMITS.items() if self.figures.get(name, 0.0) > most
        ]  # fmt: skip
        said = f"{self.manifest.get('text', '')} {self.manifest.get('action', '')}".casefold()
        if self.figures.get("contact", 1.0) < LEAST_CONTACT and "kick" not in said:
            found.append(("contact", "no hand touches the object"))
        return tuple(found)

    def read(self) -> Clip:
        """The motion. InputError where it is damaged."""
        return read_clip_files(self.folder)

    def arrays(self, *names: str) -> dict[str, NDArray[Any]] | None:
        """What `add` was given to look at it; None where it cannot be read."""
        try:
            with np.load(self.folder / _VIEW, allow_pickle=False) as found:
                return {name: found[name] for name in names or found.files}
        except (OSError, ValueError, KeyError):
            return None


@dataclass(frozen=True)
class Origin:
    """Where a request came from: clip, version of it, seconds at which it begins, when it was asked (seconds since 1970)."""

    clip_id: str
    parent: str
    start: float
    asked: float

    @property
    def key(self) -> str:
        """Folder of all candidates of one request."""
        return hashlib.sha256(f"{self.clip_id}{self.parent}{self.asked!r}".encode()).hexdigest()[:12]


def add_trial(project: Path, origin: Origin, candidate: Candidate, view: Mapping[str, NDArray[Any]]) -> GeneratedTrial:
    """Keep a candidate in the project's folder. `view` is what its small picture is made of. InputError on a full disk."""
    index = int(candidate.manifest["index"])
    target = project / "generated" / clip_folder(origin.clip_id) / origin.key / f"{index:05d}"
    clip = candidate.clip
    trial = GeneratedTrial(
        origin.clip_id, origin.parent, candidate.manifest, candidate.figures, clip.num_frames, clip.fps, origin.start,
        origin.asked, target,
    )  # fmt: skip
    with new_folder(target, overwrite=True) as folder:
        for name, data in (clip_files(clip) | {_VIEW: npz_bytes(view), TRIAL: _as_bytes(trial)}).items():
            (folder / name).write_bytes(data)
    return trial


def trials_of(project: Path, clip_id: str) -> tuple[GeneratedTrial, ...]:
    """The newest request first, each by index: what was just asked for is on the sheet's first page."""
    found = [read_trial(path.parent) for path in (project / "generated" / clip_folder(clip_id)).glob(f"*/*/{TRIAL}")]
    good = [trial for trial in found if trial is not None]
    return tuple(sorted(good, key=lambda t: (-t.made_at, t.index)))


def read_trial(folder: Path) -> GeneratedTrial | None:
    """None where the folder holds none that can be used; the log says why."""
    try:
        facts = json.loads((folder / TRIAL).read_text("utf-8"))
        if folder.name.startswith(".") or facts.pop("form_version") > _VERSION:
            raise ValueError("half written, or made by a newer program")
        return GeneratedTrial(**facts, folder=folder)
    except (OSError, ValueError, TypeError, KeyError) as error:
        logger.warning("The candidate in %s is left out: %s", folder, error)
        return None


def keep_trial(project: Project, trial: GeneratedTrial, author: str = "") -> GeneratedTrial:
    """A version of kind "generated", listed as a clip with its sentence. InputError where it cannot be stored."""
    known = _version_of(project, trial)
    if known is not None:
        project.versions.undelete(known.id)
        return _decide(trial, "kept", known.id)
    clip = trial.read()
    version = project.versions.add(trial.clip_id, clip, manifest_of(trial))
    try:
        text = str(trial.manifest.get("text", "")).strip()
        words = (CaptionRecord.new(Caption(text, author=author)),) if text else ()
        add_child(project, version, clip, words, "needs_review" if words else "todo", author)
    except BaseException:  # whatever it was goes on; a version without its clip in the library would be lost to everybody
        project.versions.delete(version.id)
        raise
    return _decide(trial, "kept", version.id)


def drop_trial(project: Project, trial: GeneratedTrial, *, discarded: bool = True) -> GeneratedTrial:
    """Discarded, or undecided again. The version that it had goes into the trash, its clip off the library."""
    known = _version_of(project, trial)
    if known is not None and not known.deleted:
        project.versions.delete(known.id)
    return _decide(trial, "discarded" if discarded else "", trial.version)


def manifest_of(trial: GeneratedTrial) -> Manifest:
    """Everything that is needed to make it again, and what was measured."""
    told = dict(trial.manifest)
    notes = tuple(f"Kept although {text}" for _, text in trial.reasons)
    return Manifest(
        "generated", trial.parent, backend="masked diffusion", parameters={**told, "figures": dict(trial.figures)},
        seed=int(told["seed"]), device=str(told.get("device", "")), seconds=round(float(told.get("seconds", 0.0)), 3),
        notes=notes,
    )  # fmt: skip


def _decide(trial: GeneratedTrial, decision: Decision, version: str) -> GeneratedTrial:
    decided = replace(trial, decision=decision, version=version)
    write_bytes(trial.folder / TRIAL, _as_bytes(decided))
    return decided


def _version_of(project: Project, trial: GeneratedTrial) -> Version | None:
    if not trial.version:
        return None
    try:
        return project.versions.get(trial.version)
    except InputError:
        return None


def _as_bytes(trial: GeneratedTrial) -> bytes:
    facts = {name: value for name, value in vars(trial).items() if name != "folder"}
    return json.dumps({"form_version": _VERSION, **facts}, indent=1, default=str, ensure_ascii=False).encode()
