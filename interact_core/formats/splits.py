"""What a data root's split files say about its clips: who is in test, who in training, and what leaks between them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from interact_core.errors import InputError
from interact_core.formats.interact_layout import dataset_root_of
from interact_core.formats.listing import ClipRef
from interact_core.formats.npz_files import NpzFile
from interact_core.formats.split_names import CHILD, Resolution, resolve
from interact_core.formats.text_files import read_text

SEQUENCES: Final = "test_seq.txt"
OBJECTS: Final = "test.txt"


@dataclass(frozen=True)
class HeldOut:
    """An object of test.txt: data sets that have one of this name, clips with it, and those of them that are training data."""

    name: str
    datasets: tuple[str, ...]
    clips: tuple[str, ...]
    in_training: tuple[str, ...]


@dataclass(frozen=True)
class Leak:
    """A child on another side than its parent."""

    child: str
    parent: str
    child_is_test: bool


@dataclass(frozen=True)
class SplitReport:
    """The splits of one root. `duplicates`: names that stand in the list more than once."""

    root: Path
    listed: tuple[str, ...]
    resolution: Resolution
    duplicates: tuple[str, ...]
    test: tuple[str, ...]
    train: tuple[str, ...]
    children: Mapping[str, str]
    leaks: tuple[Leak, ...]
    held_out: tuple[HeldOut, ...]


def split_roots(refs: Iterable[ClipRef]) -> tuple[Path, ...]:
    """Data roots of InterAct clips that have a split file."""
    roots = {dataset_root_of(ref.path).parent for ref in refs if ref.format == "interact"}
    return tuple(sorted(root for root in roots if (root / SEQUENCES).is_file() or (root / OBJECTS).is_file()))


def split_report(root: Path, refs: Iterable[ClipRef]) -> SplitReport:
    """InputError where a split file cannot be read."""
    mine = [ref for ref in refs if ref.format == "interact" and dataset_root_of(ref.path).parent == root]
    names = {ref.path.name for ref in mine}
    base = {ref.path.name for ref in mine if "_aug" not in ref.dataset and "_aug" not in dataset_root_of(ref.path).name}
    children = {n: m[1] for n in sorted(names - base) if (m := CHILD.fullmatch(n)) and m[1] in base}
    listed = _lines(root / SEQUENCES)
    # A child that is not listed itself is no other spelling of its parent.
    found = resolve(listed, base | (set(listed) & names))
    test = found.clips & names
    # As loaders see it: who is not listed by its very name is training data.
    leaks = tuple(
        Leak(child, parent, child in found.exact) for child, parent in children.items()
        if (child in found.exact) != (parent in test)
    )  # fmt: skip
    held = tuple(_held_out(name, mine, test) for name in dict.fromkeys(_lines(root / OBJECTS)))
    twice = tuple(sorted({name for name in listed if listed.count(name) > 1}))
    return SplitReport(root, listed, found, twice, tuple(sorted(test)), tuple(sorted(names - test)), children, leaks, held)


def _held_out(name: str, refs: list[ClipRef], test: frozenset[str]) -> HeldOut:
    mine = [ref for ref in refs if name in _objects_of(ref)]
    clips = tuple(ref.path.name for ref in mine)
    return HeldOut(
        name, tuple(sorted({ref.dataset for ref in mine})), clips, tuple(clip for clip in clips if clip not in test)
    )  # fmt: skip


def _objects_of(ref: ClipRef) -> tuple[str, ...]:
    """By the clip's name; where that has none, as object.npz says."""
    path = ref.path / "object.npz"
    if ref.object_names or not path.is_file():
        return ref.object_names
    try:
        return (NpzFile(path).string("name"),)
    except InputError:
        return ()  # whoever reads the clip is told


def _lines(path: Path) -> tuple[str, ...]:
    if not path.is_file():
        return ()
    return tuple(line.strip() for line in read_text(path).splitlines() if line.strip())
