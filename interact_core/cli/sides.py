"""Two things to compare: clips, folders of clips matched by id, or versions of a project by their id or folder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from interact_core.cli.common import say
from interact_core.errors import InputError

if TYPE_CHECKING:
    from interact_core.clip import Clip


@dataclass(frozen=True)
class Side:
    """One of the two: how to read each of its clips, by id."""

    name: str
    clips: dict[str, Callable[[], "Clip"]]


@dataclass(frozen=True)
class Pairs:
    """Ids of the first and the second side that belong together, and those that stand alone."""

    pairs: tuple[tuple[str, str], ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]


def open_side(text: str, models_dir: Path | None) -> Side:
    """A path, else a version's id. InputError where it is neither."""
    from interact_core.formats.registry import open_path, read_clip
    from interact_core.paths import app_paths
    from interact_core.project.versions import find_version, is_version_folder

    path = Path(text).expanduser()
    if not path.exists():
        found = find_version(text, app_paths().projects)
        if found is None:
            raise InputError("is neither a path nor the id of a version", path=text, remedy="Give a clip, a folder or a version")
        path = found
    if is_version_folder(path):
        return _version(text, path)
    listing = open_path(path)
    for notice in listing.problems:
        say(notice.message)
    return Side(text, {ref.id: lambda ref=ref: read_clip(ref, models_dir=models_dir) for ref in listing.refs})  # type: ignore[misc]


def _version(text: str, folder: Path) -> Side:
    from interact_core.project.versions import read_manifest, read_version_folder

    return Side(text, {str(read_manifest(folder)["clip_id"]): lambda: read_version_folder(folder)})


def match(a: Side, b: Side) -> Pairs:
    """By id; what is left by the last part of the id, where that is unique; a single clip on both sides in any case."""
    if len(a.clips) == len(b.clips) == 1:
        return Pairs(((next(iter(a.clips)), next(iter(b.clips))),), (), ())
    pairs = {name: name for name in a.clips if name in b.clips}
    left_a, left_b = _by_tail(a, set(pairs)), _by_tail(b, set(pairs.values()))
    for tail, names in left_a.items():
        if len(names) == 1 and len(left_b.get(tail, ())) == 1:
            pairs[names[0]] = left_b[tail][0]
    taken = set(pairs.values())
    return Pairs(
        tuple((name, pairs[name]) for name in a.clips if name in pairs),
        tuple(name for name in a.clips if name not in pairs), tuple(name for name in b.clips if name not in taken),
    )  # fmt: skip


def _by_tail(side: Side, without: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in side.clips:
        if name not in without:
            found.setdefault(name.rsplit("/", 1)[-1], []).append(name)
    return found
