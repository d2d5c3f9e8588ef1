"""What is to be done, as plain values: sent to another process or machine, written into a file, compared."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from interact_core.errors import InputError
from interact_core.formats.listing import ClipRef
from interact_core.jobs.context import JobContext

if TYPE_CHECKING:
    from interact_core.cluster.run import Report

Options = Mapping[str, Any]
Result = dict[str, Any]


@dataclass(frozen=True)
class Item:
    """One piece of a run: `id` names it and its result, `given` says what it is, in values that JSON has."""

    id: str
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Spec:
    """One item to be done in one way. `out` is the folder that results go under, the same on every machine."""

    kind: str
    item: Item
    options: Options
    out: str

    def record(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Spec":
        """The other way round."""
        return cls(record["kind"], Item(**record["item"]), record["options"], record["out"])


Run = Callable[[Spec, JobContext], Result]
"""Does one item and returns what is to be kept of it, as values that JSON has. Whatever files it writes are whole or not
there, and writing them again changes nothing: an item whose result was not yet stored is done again."""


@dataclass(frozen=True)
class Plan:
    """A whole run. `run` is a function of a module: it is named to the workers, not sent.

    `neutral` are the names of options that change where or how results are computed, not what they are.
    """

    kind: str
    run: Run
    items: tuple[Item, ...]
    options: Options
    source: str = ""
    neutral: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Items that are not to be done, and why."""
    state: str = ""
    """Folder below the results' for the run's own folder."""
    begin: Callable[[Path], None] | None = None
    """Once before the first item, with the run's folder, while nobody else works on it."""
    end: Callable[["Report"], None] | None = None
    """Once when every item was tried."""

    def __post_init__(self) -> None:
        ids = [item.id for item in self.items]
        if len(set(ids)) < len(ids):
            twice = next(one for one in ids if ids.count(one) > 1)
            raise InputError(f"'{twice}' names two items", path=self.source or None)

    @property
    def key(self) -> str:
        """Equal kind and options, equal key: what else is asked of the same items is another run."""
        told = {name: value for name, value in self.options.items() if name not in self.neutral}
        return hashlib.sha256(json.dumps([self.kind, told], sort_keys=True).encode()).hexdigest()[:12]

    def folder(self, out: Path) -> Path:
        """Where the run keeps its results and its journal."""
        return out.expanduser().absolute() / self.state / f"{self.kind}-{self.key}"

    def spec(self, item: Item, out: Path) -> Spec:
        return Spec(self.kind, item, self.options, str(out.expanduser().absolute()))


def clip_item(ref: ClipRef) -> Item:
    """A clip where it lies."""
    given = {"dataset": ref.dataset, "path": str(ref.path), "format": ref.format, "objects": list(ref.object_names)}
    return Item(ref.id, given)


def clip_ref(item: Item) -> ClipRef:
    """The other way round."""
    given = item.given
    return ClipRef(item.id, given["dataset"], Path(given["path"]), given["format"], tuple(given["objects"]))
