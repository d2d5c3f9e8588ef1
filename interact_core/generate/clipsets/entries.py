"""The clips of a data set that can be learnt from, by name, and which of them are test data.

Test clips are those of the split file (and everything made from them); a share of the rest can be held out by the hash of
the parent's name, so that a child is always where its parent is and adding clips moves nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from interact_core.augment.dataset import in_test
from interact_core.clip import Clip
from interact_core.errors import InputError
from interact_core.formats.listing import ClipRef
from interact_core.formats.registry import open_path, read_clip
from interact_core.generate.clipsets.marker_folders import MARKERS, marker_refs, read_marker_clip
from interact_core.paths import cache_dir


@dataclass(frozen=True)
class Entry:
    """One clip that has not been read yet."""

    id: str
    test: bool
    read: Callable[[], Clip]


def entries_of(path: Path, held_out: float = 0.0, models_dir: Path | None = None) -> tuple[Entry, ...]:
    """Every clip below a path, with a body or with markers alone. InputError where there is none."""
    marked = {ref.path: ref for ref in (marker_refs(path.absolute()) if path.is_dir() else ())}
    # A sequences folder lists all its folders as clips, those without a body too.
    refs = [marked.pop(ref.path, ref) for ref in _listed(path, bool(marked))] + list(marked.values())
    return tuple(Entry(ref.id, in_test(ref) or is_held_out(ref.path.stem, held_out), _reader(ref, models_dir)) for ref in refs)


def _listed(path: Path, others: bool) -> tuple[ClipRef, ...]:
    """What can be opened as it is; with `others` there may be nothing of that kind."""
    try:
        return open_path(path).refs
    except InputError:
        if not others:
            raise
        return ()


def _reader(ref: ClipRef, models_dir: Path | None) -> Callable[[], Clip]:
    if ref.format == MARKERS:
        return lambda: read_marker_clip(ref, cache_dir())
    return lambda: read_clip(ref, models_dir)


def is_held_out(name: str, share: float) -> bool:
    """The same answer for a clip and its children, whatever else is in the data set."""
    parent = name.rpartition("_aug_")[0] or name
    drawn = int.from_bytes(blake2b(parent.encode(), digest_size=4).digest(), "big") / 2**32
    return drawn < share


def chosen(entries: tuple[Entry, ...], test: bool, path: Path) -> tuple[Entry, ...]:
    """Those of one side of the split. InputError where that side is empty."""
    found = tuple(entry for entry in entries if entry.test == test)
    if not found:
        side = "test" if test else "training"
        raise InputError(
            f"has {len(entries)} clips and none of them is {side} data", path=path,
            remedy="Check test_seq.txt beside the data set, or held_out",
        )  # fmt: skip
    return found
