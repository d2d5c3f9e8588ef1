"""What is said of generated candidates, for people."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from interact_app.generate.bench import Unfinished
from interact_app.generate.wish import TITLES
from interact_core.figures import figure_text

if TYPE_CHECKING:
    from interact_core.generate.trials import GeneratedTrial

_SCORES: Final = (
    ("deepest", "deepest", "m"), ("contact", "contact", "share"), ("stance", "feet", "m/s"), ("depth", "mean depth", "m"),
    ("acceleration", "jitter", "m/s^2"),
)  # fmt: skip
"""Figure, word and unit, the most important first; a view says as many as fit."""

_FIRST_WORDS: Final = 6
_SHORT: Final = {"text": "Text"}
"""Where the words that follow say the rest."""


class GenerateTells:
    """For the contact sheet."""

    keys = "Arrows choose  ·  K keep  ·  X discard  ·  Enter beside the open clip  ·  Ctrl+Z undo  ·  Page Up/Down  ·  Esc back"
    short_keys = "K keep  ·  X discard  ·  Enter compare  ·  Esc back"

    def __init__(self, tr: Callable[[str], str]) -> None:
        self._tr = tr

    def label(self, trial: "GeneratedTrial | Unfinished") -> str:
        """Numbers begin anew with every request: the task and its first words tell which one it is of."""
        told = trial.manifest
        title = TITLES.get(told["task"], told["task"])
        said = str(told.get("text") or told.get("action") or "").split()
        words = " ".join(said[:_FIRST_WORDS]) + ("…" if len(said) > _FIRST_WORDS else "")
        return f"{trial.index + 1} · {_SHORT.get(told['task'], title)}{': ' if words else ''}{words}"

    def subject(self, trial: "GeneratedTrial") -> str:
        return subject(trial.manifest)

    def verdict(self, trial: "GeneratedTrial | Unfinished") -> tuple[str, bool]:
        if isinstance(trial, Unfinished):
            return self._tr("step {0} of {1}").format(trial.step, trial.manifest["steps"]), True
        return (self._tr("✓ holds every limit"), True) if trial.passed else (self._tr("✕ beyond a limit"), False)

    def reasons(self, trial: "GeneratedTrial") -> list[str]:
        return [text for _, text in trial.reasons]

    def scores(self, trial: "GeneratedTrial | Unfinished") -> list[str]:
        if isinstance(trial, Unfinished):
            return [self._tr("not finished")]
        return [f"{word} {_value(trial.figures[name], unit)}" for name, word, unit in _SCORES if name in trial.figures]

    def details(self, trial: "GeneratedTrial") -> Iterator[str]:
        told = trial.manifest
        yield subject(told)
        if isinstance(trial, Unfinished):
            return
        yield from (f"✕ {text}" for text in self.reasons(trial))
        yield from self.scores(trial)
        raw = [f"{word} {_value(trial.figures[f'raw_{n}'], unit)}" for n, word, unit in _SCORES if f"raw_{n}" in trial.figures]
        if raw:
            yield self._tr("Before hands and feet were finished: {0}").format(", ".join(raw))
        yield self._tr("Seed {0}, {1} steps, {2}").format(told["seed"], told["steps"], told.get("checkpoint", ""))
        if (told.get("text") or told.get("action")) and "scale" in told:
            yield self._tr("Words count {0:g} times").format(told["scale"])
        strange = [word for word, known in dict(told.get("words") or {}).items() if not known]
        if strange:
            yield self._tr("Words that the model has never seen: {0}").format(", ".join(strange))

    def empty(self, some: bool, running: bool) -> str:
        if some:
            return self._tr("No candidate is of this kind.\nShow all of them in the Generate panel.")
        if running:
            return self._tr("The candidates are being made.\nThey appear here as soon as something can be seen.")
        return self._tr("No candidates yet.\nSay in the Generate panel what should happen, and press Generate.")


def subject(manifest: Any) -> str:
    """Such as "“a person lifts the box”, seed 3"."""
    said = manifest.get("text") or manifest.get("action") or TITLES.get(manifest["task"], manifest["task"])
    parts = [f"“{said}”" if manifest.get("text") else str(said), manifest.get("object", ""), f"seed {manifest['seed']}"]
    return " · ".join(filter(None, parts))


def _value(value: float, unit: str) -> str:
    return f"{100 * value:.0f}\u2009%" if unit == "share" else figure_text(value, unit)
