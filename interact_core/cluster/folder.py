"""A run's own folder: what it was asked (`run.json`), what happened (`journal.jsonl`), a result for every finished item.

OUT/<kind>-<key>/, so that runs with other options lie beside it. A result is written beside and renamed: an item is finished
exactly when its file is there, whoever was killed before or after.
"""

import json
from pathlib import Path
from typing import Any, Final

from interact_core.cluster.journal import NAME, Journal
from interact_core.cluster.spec import Plan, Result, Spec
from interact_core.code_version import code_version
from interact_core.errors import InputError
from interact_core.formats.atomic import write_text
from interact_core.locks import FileLock
from interact_core.plain import plain

RESULTS: Final = "results"
ASKED: Final = "run.json"
LOCK: Final = "lock"


class RunFolder:
    """Opened by the one who drives the run; a context manager. InputError while somebody else does."""

    def __init__(self, out: Path, plan: Plan) -> None:
        self.path = plan.folder(out)
        self._lock = FileLock(self.path / LOCK)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            free = self._lock.acquire()
        except OSError as error:
            raise InputError(
                f"cannot be written to ({error.strerror})", path=out, field="--out", remedy="Choose a folder you may write to"
            ) from error
        if not free:
            raise InputError("another process is working on this run", path=self.path, remedy="Wait for it, or stop it first")
        asked = {"schema": "interact/run-folder", "version": 1, "kind": plan.kind, "source": plan.source,
                 "items": len(plan.items), "options": plan.options, "code": code_version()}  # fmt: skip
        for half in (self.path / RESULTS).rglob(".*.part"):  # of a worker that was killed; nobody else is at work here
            half.unlink(missing_ok=True)
        write_text(self.path / ASKED, json.dumps(asked, indent=1, ensure_ascii=False) + "\n")
        self.journal = Journal(self.path / NAME)

    def __enter__(self) -> "RunFolder":
        return self

    def __exit__(self, *_: object) -> None:
        self.journal.close()
        self._lock.release()


def result_path(folder: Path, item_id: str) -> Path:
    """Where the result of an item is. An id's slashes are folders; nothing leads out of the run's folder."""
    parts = [part if part.strip(".") else "_" for part in item_id.split("/")]
    return folder.joinpath(RESULTS, *parts[:-1], f"{parts[-1]}.json")


def finished(folder: Path, item_id: str) -> bool:
    return result_path(folder, item_id).is_file()


def store_result(folder: Path, spec: Spec, result: Result) -> None:
    """On disk, and the item finished, when this returns."""
    whole = {"schema": "interact/run-item", "version": 1, "kind": spec.kind, "item": spec.item.id, "result": plain(result)}
    write_text(result_path(folder, spec.item.id), json.dumps(whole, allow_nan=False, ensure_ascii=False, sort_keys=True) + "\n")


def read_result(folder: Path, item_id: str) -> dict[str, Any]:
    """What was stored. InputError where it is not there or no result."""
    path = result_path(folder, item_id)
    try:
        result = json.loads(path.read_text("utf-8"))["result"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError("is no result of an item", path=path, remedy="Remove it; the item is done again") from error
    found: dict[str, Any] = result
    return found
