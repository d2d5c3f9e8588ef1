"""The candidates of a project, kept until somebody decides: `augmented/<clip>/<options>/<index>/` in the project's folder.

Each folder is written beside its place and renamed, so a run that was killed goes on with the indices that are missing. The
kept ones are versions of the project; what is here says what was tried, why it failed and what people thought of it.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from interact_core.augment.augment import Candidate
from interact_core.augment.dataset import candidate_record, options_key
from interact_core.augment.options import AugmentOptions
from interact_core.augment.sampling import Draw
from interact_core.clip import Clip
from interact_core.errors import InputError
from interact_core.formats.atomic import new_folder, npz_bytes, write_bytes
from interact_core.formats.clip_store import clip_files, read_clip_files
from interact_core.inspection.figures import Figures
from interact_core.project.versions import clip_folder

logger = logging.getLogger(__name__)
Decision = Literal["", "kept", "discarded"]
TRIAL: Final = "trial.json"
_VIEW: Final = "view.npz"
_VERSION: Final = 1


@dataclass(frozen=True)
class Trial:
    """One candidate as it lies in the project. `record` is `candidate_record`; `version` the version that was made of it."""

    clip_id: str
    parent: str
    """The version of the clip that it was made from, "" for the source."""
    key: str
    options: Mapping[str, Any]
    record: Mapping[str, Any]
    folder: Path
    decision: Decision = ""
    version: str = ""
    before: Figures | None = None
    after: Figures | None = None
    frames: int = 0

    @property
    def index(self) -> int:
        return int(self.record["index"])

    @property
    def id(self) -> str:
        """Unique in the project, and the same in every run."""
        return f"{self.folder.parent.parent.name}/{self.key}/{self.index}"

    @property
    def passed(self) -> bool:
        """Whether every limit holds and it is no near duplicate; what people think of it is the decision."""
        return not self.record["reasons"] and self.record["twin"] is None

    @property
    def made(self) -> bool:
        """Whether there is a motion at all: some draws cannot be applied to some clips."""
        return (self.folder / "human.npz").is_file()

    @property
    def draw(self) -> Draw:
        values = {k: _tuples(v) for k, v in self.record["draw"].items()}
        return Draw(**values)

    @property
    def reasons(self) -> tuple[tuple[str, str], ...]:
        """Criterion and sentence of everything that speaks against it."""
        found = [(str(r["criterion"]), str(r["text"])) for r in self.record["reasons"]]
        if self.record["twin"] is not None:
            found.append(("near duplicate", f"nearly the same as candidate {int(self.record['twin']) + 1}"))
        return tuple(found)

    def read(self) -> Clip:
        """The motion. InputError where it is damaged or never was."""
        return read_clip_files(self.folder)

    def mark(self) -> NDArray[np.float64] | None:
        """What tells it from others; None where it has no motion."""
        found = self.arrays("mark")
        return None if found is None else np.asarray(found["mark"], np.float64)

    def arrays(self, *names: str) -> dict[str, NDArray[Any]] | None:
        """What `add` was given to look at it; None where it cannot be read."""
        try:
            with np.load(self.folder / _VIEW, allow_pickle=False) as found:
                return {name: found[name] for name in names or found.files}
        except (OSError, ValueError, KeyError):
            return None


class TrialStore:
    """Of one project's folder. Every method may be called from any thread; one writer a candidate."""

    def __init__(self, project_folder: Path) -> None:
        self.root: Final = project_folder / "augmented"

    def place(self, clip_id: str, key: str, index: int) -> Path:
        return self.root / clip_folder(clip_id) / key / f"{index:05d}"

    def add(
        self, clip_id: str, parent: str, options: AugmentOptions, candidate: Candidate, view: Mapping[str, NDArray[Any]],
        before: Figures, after: Figures,
    ) -> Trial:  # fmt: skip
        """Keep a candidate. `view` is whatever its picture is made of, with its "mark"; empty where there is no motion."""
        key = trial_key(options, parent)
        target = self.place(clip_id, key, candidate.index)
        trial = Trial(
            clip_id, parent, key, asdict(options), candidate_record(candidate), target, "", "", before, after,
            candidate.clip.num_frames,
        )  # fmt: skip
        files = clip_files(candidate.clip) | {_VIEW: npz_bytes(view)} if view else {}
        with new_folder(target, overwrite=True) as folder:
            for name, data in files.items():
                (folder / name).write_bytes(data)
            (folder / TRIAL).write_bytes(_as_bytes(trial))
        return trial

    def of(self, clip_id: str) -> tuple[Trial, ...]:
        """By the order in which their options were first used, then by index."""
        return tuple(self._below(self.root / clip_folder(clip_id)))

    def all(self) -> tuple[Trial, ...]:
        return tuple(trial for folder in _folders(self.root) for trial in self._below(folder))

    def decide(self, trial: Trial, decision: Decision, version: str = "") -> Trial:
        """InputError where the disk refuses."""
        decided = replace(trial, decision=decision, version=version)
        write_bytes(trial.folder / TRIAL, _as_bytes(decided))
        return decided

    def _below(self, folder: Path) -> Iterator[Trial]:
        for group in sorted(_folders(folder), key=lambda one: (_born(one), one.name)):
            for place in _folders(group):
                trial = None if place.name.startswith(".") else read_trial(place)  # half written, by a run that was killed
                if trial is not None:
                    yield trial


def trial_key(options: AugmentOptions, parent: str) -> str:
    """Equal draws, equal key: how many are made of them does not matter, so that more can be added later."""
    return options_key(replace(options, count=1, keep=0)) + (f"-{parent[-8:]}" if parent else "")


def read_trial(folder: Path) -> Trial | None:
    """None where the folder holds none that can be used; the log says why."""
    try:
        facts = json.loads((folder / TRIAL).read_text("utf-8"))
        if facts.pop("form_version") > _VERSION:
            raise ValueError("made by a newer program")
        return Trial(**facts, folder=folder)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        logger.warning("The candidate in %s is left out: %s", folder, error)
        return None


def options_of(trial: Trial) -> AugmentOptions:
    """The options it was made with. InputError where this program does not know them."""
    from interact_core.augment.options import Following, Limits, Variations

    told = dict(trial.options)
    try:
        groups = {"variations": Variations, "following": Following, "limits": Limits}
        return AugmentOptions(**{**told, **{name: kind(**told[name]) for name, kind in groups.items()}})
    except (TypeError, KeyError) as error:
        raise InputError(f"was made with options that are not known ({error})", path=trial.folder / TRIAL) from error


def _as_bytes(trial: Trial) -> bytes:
    facts = {name: value for name, value in vars(trial).items() if name != "folder"}
    return json.dumps({"form_version": _VERSION, **facts}, indent=1, default=str).encode()


def _folders(folder: Path) -> list[Path]:
    """Those in it, by name; none where it is not there (any more)."""
    try:
        return sorted(one for one in folder.iterdir() if one.is_dir())
    except OSError:
        return []


def _born(folder: Path) -> float:
    try:
        return min((place / TRIAL).stat().st_ctime for place in folder.iterdir() if (place / TRIAL).is_file())
    except (OSError, ValueError):
        return 0.0


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
