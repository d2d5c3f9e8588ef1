"""What became of recordings and clips, as plain values that any worker can send back."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from interact_core.errors import InputError

_NAMED: Final = 5
"""Clips named behind a warning; the report names all."""


@dataclass(frozen=True)
class Failure:
    """One recording or clip that could not be made: which file and field, and what to do. `expected` is False for a bug."""

    item: str
    path: str
    field: str
    problem: str
    remedy: str
    expected: bool = True


@dataclass(frozen=True)
class Warned:
    """What was found wrong without anything being lost for it, by the annotation forms or by the source's reader."""

    code: str
    item: str
    path: str
    field: str
    problem: str
    remedy: str = ""


@dataclass(frozen=True)
class ClipOutcome:
    """A clip that is there now: the stages that were made and those that were up to date, and what was left out and why."""

    dataset: str
    name: str
    frames: int
    made: tuple[str, ...]
    reused: tuple[str, ...]
    left_out: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Warned, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """Of one recording."""

    recording: str
    clips: tuple[ClipOutcome, ...] = ()
    failures: tuple[Failure, ...] = ()

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Outcome":
        """Of what `asdict` made and JSON carried."""
        clips = (
            ClipOutcome(**{
                **clip, "made": tuple(clip["made"]), "reused": tuple(clip["reused"]),
                "warnings": tuple(Warned(**one) for one in clip["warnings"]),
            }) for clip in record["clips"]
        )  # fmt: skip
        return cls(record["recording"], tuple(clips), tuple(Failure(**one) for one in record["failures"]))


@dataclass(frozen=True)
class Report:
    """Of a run. Dry: what it would have made."""

    outcomes: tuple[Outcome, ...]
    dry: bool = False
    form_warnings: tuple[Warned, ...] = ()
    """Of the annotation forms; a clip has its own."""
    dropped: int = 0
    """Recordings that the annotation forms do not name, where the config leaves such out."""
    orphans: tuple[str, ...] = ()
    """Clip folders in the result that no recording makes any more."""

    @property
    def clips(self) -> tuple[ClipOutcome, ...]:
        return tuple(clip for outcome in self.outcomes for clip in outcome.clips)

    @property
    def failures(self) -> tuple[Failure, ...]:
        return tuple(failure for outcome in self.outcomes for failure in outcome.failures)

    @property
    def warnings(self) -> tuple[Warned, ...]:
        return (*self.form_warnings, *(warned for clip in self.clips for warned in clip.warnings))

    def record(self) -> dict[str, Any]:
        """Plain values for JSON, counts by stage first."""
        made = Counter(stage for clip in self.clips for stage in clip.made)
        reused = Counter(stage for clip in self.clips for stage in clip.reused)
        left = Counter(stage for clip in self.clips for stage in clip.left_out)
        names = list(dict.fromkeys([*reused, *made]))
        return {
            "dry": self.dry, "recordings": len(self.outcomes), "clips": len(self.clips),
            "clips_made": sum(bool(clip.made) for clip in self.clips), "clips_reused": sum(not clip.made for clip in self.clips),
            "stages": {name: {"made": made[name], "reused": reused[name], "left_out": left[name]} for name in names},
            "dropped": self.dropped, "orphans": list(self.orphans), "failures": [asdict(f) for f in self.failures],
            "warnings": [asdict(w) for w in self.warnings],
            "left_out": [
                {"clip": f"{clip.dataset}/{clip.name}", "stage": stage, "reason": why}
                for clip in self.clips for stage, why in clip.left_out.items()
            ],
        }  # fmt: skip


def warning_lines(warnings: tuple[Warned, ...]) -> list[str]:
    """By code: how often, and of which clips."""
    items: dict[str, list[str]] = {}
    for one in warnings:
        items.setdefault(one.code, []).append(one.item)
    lines = []
    for code, found in sorted(items.items()):
        names = list(dict.fromkeys(found))
        rest = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        lines.append(f"{code}: {len(found)}: {', '.join(names[:_NAMED])}{rest}")
    return lines


def failure_of(item: str, error: Exception) -> Failure:
    """What to tell of an error; one that nobody foresaw is told as what it is."""
    if isinstance(error, InputError):
        return Failure(item, str(error.path or ""), error.field or "", error.problem, error.remedy)
    return Failure(
        item, "", "", f"{type(error).__name__}: {error}", "This is a bug: please report it with the log", expected=False
    )
