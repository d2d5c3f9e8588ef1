"""Digests: of files, remembered by size and time; of folders; of stages, see :mod:`interact_core.consolidate.graph`."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from interact_core.consolidate.config import Config, SourceConfig
from interact_core.consolidate.take import Words
from interact_core.errors import InputError
from interact_core.formats.atomic import write_bytes

if TYPE_CHECKING:
    from interact_core.consolidate.graph import Stage

_BLOCK: Final = 1 << 20
_FOLDERS: Final = frozenset({"body.models", "objects.sample_ids"})
"""Options that name folders count by their content."""


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def digest_of(facts: object) -> str:
    """Of plain values."""
    return sha256(json.dumps(facts, sort_keys=True).encode())[:32]


class FileDigests:
    """sha256 of files; one of the same size and time of change as before is not read again."""

    def __init__(self, memory: Path | None = None) -> None:
        self._memory = memory
        self._known: dict[str, Any] = {}
        if memory is not None and memory.is_file():
            try:
                self._known = json.loads(memory.read_text("utf-8"))
            except ValueError:  # torn by a power cut: everything is read again
                self._known = {}

    def of(self, path: Path) -> str:
        try:
            stat = path.stat()
            mark = [stat.st_size, stat.st_mtime_ns]
            found = self._known.get(str(path))
            if found is None or found[:2] != mark:
                found = self._known[str(path)] = [*mark, _read(path)]
        except OSError as error:
            raise InputError(
                f"cannot be read ({error.strerror})", path=path, remedy="Check that it is there and readable"
            ) from error
        return str(found[2])

    def remembered(self, key: str, find: Callable[[], int]) -> int:
        """A number that takes a while to find, by a key that says all that it depends on."""
        if key not in self._known:
            self._known[key] = find()
        return int(self._known[key])

    def save(self) -> None:
        if self._memory is not None:
            write_bytes(self._memory, json.dumps(self._known).encode())


def _read(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


@lru_cache(maxsize=16)
def folder_digest(folder: Path) -> str:
    """Of names, sizes and times of what lies in a folder: models are 100 MB each and do not change in a run."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return digest_of([[str(p.relative_to(folder)), p.stat().st_size, p.stat().st_mtime_ns] for p in found])


def option_values(names: Iterable[str], config: Config, source: SourceConfig) -> dict[str, Any]:
    """Options as plain values; `source.key` is the source's own."""
    values: dict[str, Any] = {}
    for name in names:
        table, _, key = name.partition(".")
        value = getattr(source, key) if table == "source" else config.option(name)
        values[name] = folder_digest(value) if name in _FOLDERS and isinstance(value, Path) else value
    return values


def stage_keys(
    graph: Sequence["Stage"], config: Config, source: SourceConfig, files: Mapping[str, str], words: Words
) -> dict[str, str]:
    """Key of every stage for one recording, whose input files are given by name and digest."""
    keys: dict[str, str] = {}
    for stage in graph:
        facts: list[Any] = [stage.name, stage.version, option_values(stage.options, config, source)]
        facts.append([keys[need] for need in stage.needs])
        if stage.name == "read":
            facts += [source.kind, dict(files)]
        if stage.name == "segment":
            facts.append([asdict(segment) for segment in words])
        keys[stage.name] = digest_of(facts)
    return keys
