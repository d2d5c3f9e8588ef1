"""The versions of a project's clips: written whole or not at all, listed with what they cost, taken back out of the trash.

`versions/<clip>/<id>/` holds the clip (formats.clip_store) and manifest.json with the digest of every file. The data
itself is the root of every lineage and is not stored. Every method may be called from any thread.
"""

import hashlib
import json
import logging
import re
import secrets
import shutil
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from interact_core.clip import Caption, Clip
from interact_core.errors import InputError
from interact_core.formats.atomic import new_folder, write_bytes
from interact_core.formats.registry import STORED
from interact_core.project.database import Database
from interact_core.project.version_records import COLUMNS, SOURCE, STATES, DiskUse, Figures, Manifest, State, Version, version_of

logger = logging.getLogger(__name__)

MANIFEST: Final = "manifest.json"
_FORM: Final = "interact/version"
_VERSION: Final = 1
_DAMAGED: Final = "Delete it, or bring its folder back from a backup; the other versions are not touched by it"


class VersionStore:
    """Of one project. `words(clip_id)` gives the captions, which belong to the clip and not to a version of it."""

    def __init__(self, database: Database, root: Path, words: Callable[[str], tuple[Caption, ...]]) -> None:
        self.root: Final = root
        self._database, self._words = database, words
        self._settling = threading.Lock()
        self._settled = False

    def add(self, clip_id: str, clip: Clip, manifest: Manifest) -> Version:
        """Store a clip as a new version. InputError on a full disk, a parent that is not there or values that are no numbers;
        then nothing is left of it."""
        from interact_core.formats.clip_store import clip_files

        self._settle()
        if manifest.parent != SOURCE and self.get(manifest.parent).clip_id != clip_id:
            raise InputError("the parent is a version of another clip", field="parent", remedy="Choose one of the same clip")
        name = f"{datetime.now(UTC):%Y%m%d%H%M%S}-{secrets.token_hex(4)}"
        folder = f"{clip_folder(clip_id)}/{name}"
        files = clip_files(clip)
        size = self._write(self.root / folder, name, clip_id, manifest, files)
        try:
            number = self._insert(name, clip_id, manifest, folder, size)
        except BaseException:  # whatever it was goes on; a folder that no row knows would come back as a version
            shutil.rmtree(self.root / folder, ignore_errors=True)
            raise
        return Version(name, clip_id, number, "candidate", manifest, self.root / folder, size)

    def of(self, clip_id: str, *, deleted: bool = False) -> tuple[Version, ...]:
        """The versions of a clip, the oldest first; with `deleted`, those in the trash too. A damaged one says its `problem`."""
        self._settle()
        return self._versions(f"clip_id = ? AND NOT purged{'' if deleted else ' AND deleted IS NULL'}", (clip_id,))

    def all(self, *, deleted: bool = False) -> tuple[Version, ...]:
        """Of every clip."""
        self._settle()
        return self._versions(f"NOT purged{'' if deleted else ' AND deleted IS NULL'}", ())

    def get(self, version_id: str) -> Version:
        """InputError where there is none of that id."""
        self._settle()
        found = self._versions("id = ? AND NOT purged", (version_id,))
        if not found:
            raise InputError(f"there is no version '{version_id}'", path=self.root, remedy="It may have been deleted for good")
        return found[0]

    def read(self, version_id: str) -> Clip:
        """The clip as it was stored, with the captions it has now. InputError names what is damaged."""
        version = self.get(version_id)
        clip = read_version_folder(version.path)
        return replace(clip, id=version.clip_id, captions=self._words(version.clip_id))

    def note_figures(self, version_id: str, after: Figures) -> None:
        """What it was measured to be, where that took longer than storing it. InputError where it cannot be written."""
        version = self.get(version_id)
        record = replace(version.manifest, after=after).as_json()
        facts = {**read_manifest(version.path), "manifest": record}
        about = json.dumps(facts, indent=1, ensure_ascii=False, default=str).encode("utf-8")
        size = version.bytes - (version.path / MANIFEST).stat().st_size + len(about)
        write_bytes(version.path / MANIFEST, about)
        with self._database.writing() as connection:
            values = (json.dumps(record, default=str), size, version_id)
            connection.execute("UPDATE versions SET manifest = ?, bytes = ? WHERE id = ?", values)

    def decide(self, version_id: str, state: State) -> None:
        """Accept or reject it, or make it a candidate again. A clip has at most one accepted version: the last one."""
        if state not in STATES:
            raise ValueError(state)
        version = self.get(version_id)
        with self._database.writing() as connection:
            if state == "accepted":
                sql = "UPDATE versions SET state = 'candidate' WHERE clip_id = ? AND state = 'accepted'"
                connection.execute(sql, (version.clip_id,))
            connection.execute("UPDATE versions SET state = ? WHERE id = ?", (state, version_id))

    def delete(self, version_id: str) -> None:
        """Into the trash; `undelete` brings it back."""
        self._mark(self.get(version_id), datetime.now(UTC).isoformat(timespec="seconds"))

    def undelete(self, version_id: str) -> None:
        self._mark(self.get(version_id), None)

    def purge(self, clip_id: str | None = None) -> int:
        """Empty the trash, of one clip or of all; returns the bytes that are free now."""
        gone = [v for v in (self.all(deleted=True) if clip_id is None else self.of(clip_id, deleted=True)) if v.deleted]
        for version in gone:
            with self._database.writing() as connection:
                connection.execute("UPDATE versions SET purged = 1, bytes = 0 WHERE id = ?", (version.id,))
            shutil.rmtree(version.path, ignore_errors=True)
        return sum(version.bytes for version in gone)

    def disk_use(self, clip_id: str | None = None) -> DiskUse:
        self._settle()
        where, values = ("", ()) if clip_id is None else (" WHERE clip_id = ?", (clip_id,))
        sums = "coalesce(sum(bytes * (deleted IS NULL)), 0), coalesce(sum(bytes * (deleted IS NOT NULL)), 0)"
        kept, trash = self._database.query(f"SELECT {sums} FROM versions{where}", values)[0]
        return DiskUse(int(str(kept)), int(str(trash)))

    # Inside

    def _versions(self, where: str, values: tuple[object, ...]) -> tuple[Version, ...]:
        rows = self._database.query(f"SELECT {COLUMNS} FROM versions WHERE {where} ORDER BY clip_id, number", values)
        found = []
        for row in rows:
            try:
                version = version_of(row, self.root)
            except (ValueError, KeyError, TypeError) as error:
                logger.warning("Version %s is left out, its manifest is damaged: %s", row[0], error)
                continue
            found.append(replace(version, problem=problem_of(version.path)))
        return tuple(found)

    def _write(self, target: Path, name: str, clip_id: str, manifest: Manifest, files: Mapping[str, bytes]) -> int:
        facts = {
            "form": _FORM, "version": _VERSION, "id": name, "clip_id": clip_id, "manifest": manifest.as_json(),
            "files": {file: {"bytes": len(data), "sha256": _digest(data)} for file, data in files.items()},
        }  # fmt: skip
        about = json.dumps(facts, indent=1, ensure_ascii=False, default=str).encode("utf-8")
        with new_folder(target) as folder:
            for file, data in {**files, MANIFEST: about}.items():
                (folder / file).write_bytes(data)
        return sum(map(len, files.values())) + len(about)

    def _insert(self, name: str, clip_id: str, manifest: Manifest, folder: str, size: int) -> int:
        with self._database.writing() as connection:
            return _insert_row(connection, name, clip_id, json.dumps(manifest.as_json(), default=str), folder, size)

    def _mark(self, version: Version, deleted: str | None) -> None:
        with self._database.writing() as connection:
            connection.execute("UPDATE versions SET deleted = ? WHERE id = ?", (deleted, version.id))
            # A clip that the version stands for in the library comes and goes with it.
            status = "ready" if deleted is None else "missing"
            sql = "UPDATE clips SET status = ? WHERE path = ? AND format = ?"
            connection.execute(sql, (status, str(version.path), STORED))

    def _settle(self) -> None:
        """Once, before anything is written: half-written folders of a run that was killed go, whole ones that the database
        does not know (it was lost, or the power failed between the two) come back."""
        with self._settling:
            if self._settled or self._database.read_only or not self.root.is_dir():
                self._settled = self._settled or not self._database.read_only
                return
            self._settled = True
            purged = self._database.query("SELECT folder FROM versions WHERE purged")
            for litter in (*self.root.glob("*/.*.tmp"), *(self.root / str(folder) for (folder,) in purged)):
                shutil.rmtree(litter, ignore_errors=True)
            known = {str(name) for (name,) in self._database.query("SELECT id FROM versions")}
            found = [path.parent for path in self.root.glob(f"*/*/{MANIFEST}") if path.parent.name not in known]
            for folder in sorted(found, key=lambda f: f.name):
                self._adopt(folder)

    def _adopt(self, folder: Path) -> None:
        try:
            facts = read_manifest(folder)
            record = Manifest.from_json(facts["manifest"]).as_json()
            size = sum(int(entry["bytes"]) for entry in facts["files"].values())
            place = folder.relative_to(self.root).as_posix()
            with self._database.writing() as connection:
                _insert_row(connection, folder.name, str(facts["clip_id"]), json.dumps(record, default=str), place, size)
        except (InputError, ValueError, KeyError, TypeError) as error:
            logger.warning("The folder %s is no version that can be used: %s", folder, error)
        else:
            logger.info("The version in %s was not listed and is again", folder)


def clip_folder(clip_id: str) -> str:
    """Readable, and different for different ids on every file system."""
    slug = re.sub(r"[^a-z0-9]+", "-", clip_id.lower()).strip("-")[-48:].strip("-") or "clip"
    return f"{slug}-{hashlib.sha256(clip_id.encode('utf-8', 'replace')).hexdigest()[:10]}"


def is_version_folder(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def read_manifest(folder: Path) -> dict[str, Any]:
    """manifest.json as it is. InputError where it cannot be used."""
    path = folder / MANIFEST
    try:
        facts = json.loads(path.read_text("utf-8"))
        if facts["form"] != _FORM or facts["version"] > _VERSION or not isinstance(facts["files"], dict):
            raise ValueError("not the manifest of a version, or of a newer program")
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"cannot be used ({error})", path=path, remedy=_DAMAGED) from error
    return dict(facts)


def problem_of(folder: Path) -> str:
    """What is wrong with a version's folder, by names and sizes alone; "" when nothing is."""
    try:
        files = read_manifest(folder)["files"]
        for name, entry in files.items():
            size = (folder / name).stat().st_size
            if size != entry["bytes"]:
                return f"{name} has {size} bytes instead of {entry['bytes']}"
    except InputError as error:
        return error.problem if folder.is_dir() else "its folder is gone"
    except FileNotFoundError as error:
        return f"{Path(error.filename).name} is missing"
    except (OSError, KeyError, TypeError) as error:
        return str(error)
    return ""


def read_version_folder(folder: Path) -> Clip:
    """The clip in a version's folder, every file checked against its digest; without captions."""
    from interact_core.formats.clip_store import read_clip_files

    for name, entry in read_manifest(folder)["files"].items():
        path = folder / name
        try:
            intact = _digest(path.read_bytes()) == entry["sha256"]
        except (OSError, KeyError, TypeError) as error:
            raise InputError(f"cannot be read ({error})", path=path, remedy=_DAMAGED) from error
        if not intact:
            raise InputError("is not what was stored", path=path, remedy=_DAMAGED)
    return read_clip_files(folder)


def find_version(version_id: str, projects: Path) -> Path | None:
    """The folder of a version by its id alone, in any project; ids are unique."""
    if not re.fullmatch(r"\d{14}-[0-9a-f]{8}", version_id):
        return None
    return next(iter(sorted(projects.glob(f"*/versions/*/{version_id}"))), None)


def _insert_row(connection: sqlite3.Connection, name: str, clip_id: str, manifest: str, folder: str, size: int) -> int:
    """The row and its number within the clip."""
    sql = "SELECT coalesce(max(number), 0) + 1 FROM versions WHERE clip_id = ?"
    number = int(connection.execute(sql, (clip_id,)).fetchone()[0])
    values: Sequence[object] = (name, clip_id, number, manifest, folder, size)
    connection.execute("INSERT INTO versions(id, clip_id, number, manifest, folder, bytes) VALUES (?, ?, ?, ?, ?, ?)", values)
    return number


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
