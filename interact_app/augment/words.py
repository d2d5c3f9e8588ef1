"""What is said of a candidate, for people: scores with units, reasons in words."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from interact_core.figures import figure_text

if TYPE_CHECKING:
    from interact_core.augment.tally import Share
    from interact_core.augment.trials import Trial

_CRITERIA: Final[dict[str, tuple[str, str, bool]]] = {
    "penetration_max": ("deepest penetration", "m", True),
    "penetration_mean": ("mean penetration", "m", True),
    "penetration_frame": ("penetration per frame", "m", True),
    "contact_f1": ("same contact", "", False),
    "slip": ("holding hands slide", "m/s", True),
    "skate": ("standing feet slide", "m/s", True),
    "jerk": ("jerk", "m/s^3", True),
    "joints": ("fingers bent too far", "deg", True),
    "floor": ("below the floor", "m", True),
    "moved": ("moved", "m", False),
    "change": ("other motion", "m", False),
}
"""Title, unit, and whether more is worse."""
_SCORES: Final = (
    ("penetration_max", "deepest"),
    ("contact_f1", "contact"),
    ("change", "change"),
    ("slip", "slip"),
    ("skate", "feet"),
)
"""What every view says, as many as fit, the most important first."""
TITLES: Final[dict[str, str]] = {
    **{name: title for name, (title, _, _) in _CRITERIA.items()}, "applicable": "cannot be done with this clip",
    "near duplicate": "near duplicate of another",
}  # fmt: skip
MODES: Final[dict[str, str]] = {
    "offset": "moved", "yaw": "turned", "drift": "wandering", "scale": "other size", "limbs": "other build", "mirror": "mirrored",
    "warp": "other time", "side": "other side", "swap": "other object",
}  # fmt: skip


def scores(trial: "Trial") -> list[str]:
    """Such as "deepest 3.1 mm"."""
    found = trial.record["quality"]
    return [f"{word} {_value(name, float(found[name]))}" for name, word in _SCORES if found.get(name) is not None]


def reasons(trial: "Trial") -> list[str]:
    """Why it was turned down, the worst first: what is farthest beyond its limit."""
    told = sorted(trial.record["reasons"], key=_excess, reverse=True)
    found = [_reason(str(r["criterion"]), float(r["value"]), float(r["limit"]), str(r["text"])) for r in told]
    return found + [text for name, text in trial.reasons if name == "near duplicate"]


def details(trial: "Trial") -> Iterator[str]:
    """Everything, line by line, for a tooltip."""
    from interact_app.augment.live import describe

    yield describe(trial.draw)
    yield from (f"✕ {text}" for text in reasons(trial))
    found = trial.record["quality"]
    for name, (title, _, _) in _CRITERIA.items():
        if found.get(name) is not None:
            yield f"{title}: {_value(name, float(found[name]))}"
    yield from map(str, trial.record["notes"])


class AugmentTells:
    """For the contact sheet."""

    keys = "Arrows choose  ·  K keep  ·  X discard  ·  Enter beside the source  ·  Ctrl+Z undo  ·  Page Up/Down  ·  Esc back"
    short_keys = "K keep  ·  X discard  ·  Enter compare  ·  Esc back"
    reasons, scores, details = staticmethod(reasons), staticmethod(scores), staticmethod(details)

    def __init__(self, tr: Callable[[str], str]) -> None:
        self._tr = tr

    def label(self, trial: "Trial") -> str:
        return str(trial.index + 1)

    def subject(self, trial: "Trial") -> str:
        from interact_app.augment.live import describe

        return describe(trial.draw)

    def verdict(self, trial: "Trial") -> tuple[str, bool]:
        return (self._tr("✓ holds every limit"), True) if trial.passed else (self._tr("✕ turned down"), False)

    def empty(self, some: bool, running: bool) -> str:
        if some:
            return self._tr("No candidate is of this kind.\nShow all of them in the Augment panel.")
        if running:
            return self._tr("The first candidate is being made.\nIt appears here as soon as it is there.")
        return self._tr("No candidates yet.\nChoose what to vary in the Augment panel and make some.")


def share_text(share: "Share") -> str:
    """Such as "7 of 12, 58 %"."""
    return f"{share.passed} of {share.tried}, {100 * share.passed / max(share.tried, 1):.0f}\u2009%"


def _reason(criterion: str, value: float, limit: float, text: str) -> str:
    if criterion not in _CRITERIA:
        return text
    title, _, most = _CRITERIA[criterion]
    return f"{title} {_value(criterion, value)}, {'limit' if most else 'needs'} {_value(criterion, limit)}"


def _value(criterion: str, value: float) -> str:
    unit = _CRITERIA[criterion][1]
    return figure_text(value, unit) if unit else f"{value:.2f}"


def _excess(reason: dict[str, object]) -> float:
    value, limit = float(str(reason["value"])), float(str(reason["limit"]))
    most = _CRITERIA.get(str(reason["criterion"]), ("", "", False))[2]
    return value / max(limit, 1e-9) if most else limit / max(value, 1e-9)
