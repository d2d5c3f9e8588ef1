"""What can be done to a whole dataset: one file a kind, with `plan` (what is to be done, looked at before the first item) and
`run` (one item, on whichever machine)."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

from interact_core.cluster.spec import Plan
from interact_core.errors import InputError

KINDS: Final[Mapping[str, str]] = {
    "inspect": "interact_core.cluster.kinds.inspect",
    "refine": "interact_core.cluster.kinds.refine",
    "augment": "interact_core.cluster.kinds.augment",
    "generate": "interact_core.cluster.kinds.generate",
    "consolidate": "interact_core.cluster.kinds.consolidate",
}
"""Name to module; a module is imported when its kind is asked for."""


def plan_of(kind: str, path: Path, out: Path, changes: list[str], device: str, models_dir: Path | None) -> Plan:
    """The plan of a kind. `changes`: options as `name=value`. InputError for whatever can be seen to be wrong beforehand."""
    if kind not in KINDS:
        raise InputError(f"there is no kind '{kind}'", field="KIND", remedy=f"Choose one of {', '.join(KINDS)}")
    plan: Callable[[Path, Path, list[str], str, Path | None], Plan] = import_module(KINDS[kind]).plan
    return plan(path, out, changes, device, models_dir)
