"""Captions out of a project: JSON Lines, a table, or InterAct's text.txt per clip. A target is written whole or not at all."""

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from interact_core.annotation import CaptionRecord
from interact_core.clip import Caption
from interact_core.errors import InputError
from interact_core.paths import write_atomic
from interact_core.project.database import storage_error
from interact_core.project.library import ClipRow
from interact_core.project.project import Project

ExportFormat = Literal["jsonl", "csv", "interact"]
_FIELDS: Final = ("clip", "dataset", "variant", "text", "start_frame", "end_frame", "fps", "author", "modified", "origin")


@dataclass(frozen=True)
class ExportReport:
    """`changed`: clips whose text had to lose characters that the format cannot hold."""

    path: Path
    clips: int
    captions: int
    changed: tuple[str, ...] = ()


def export_captions(project: Project, target: Path, form: ExportFormat) -> ExportReport:
    """Write the captions of all clips that have some. `target`: a file for jsonl and csv, a new or empty folder for interact.

    InputError if the target lies inside the data (which is never written), exists as something else, or cannot be written.
    """
    target = target.expanduser().absolute()
    if target.resolve().is_relative_to(project.data):
        raise InputError("lies inside the data, which is never written", path=target, remedy="Choose another folder")
    found = [(row, records) for row in project.library.search() if (records := _written(project, row.id))]
    count = sum(len(records) for _, records in found)
    try:
        if form == "interact":
            return ExportReport(target, len(found), count, _write_interact(target, found))
        if target.is_dir():
            raise InputError("is a folder", path=target, remedy="Give the name of a file")
        write_atomic(target, (_jsonl(found) if form == "jsonl" else _csv(found)).encode())
    except OSError as error:
        raise storage_error(error, target) from error
    return ExportReport(target, len(found), count)


_Found = list[tuple[ClipRow, tuple[CaptionRecord, ...]]]


def _written(project: Project, clip_id: str) -> tuple[CaptionRecord, ...]:
    return tuple(record for record in project.captions(clip_id) if record.caption.text.strip())


def _entries(found: _Found) -> Iterator[dict[str, object]]:
    for row, records in found:
        for record in records:
            caption = record.caption
            yield {
                "clip": row.id, "dataset": row.dataset, "variant": caption.variant, "text": caption.text,
                "start_frame": caption.start_frame, "end_frame": caption.end_frame, "fps": row.fps,
                "author": caption.author, "modified": record.modified, "origin": record.origin,
            }  # fmt: skip


def _jsonl(found: _Found) -> str:
    return "".join(json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n" for entry in _entries(found))


def _csv(found: _Found) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, _FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_entries(found))
    return "\ufeff" + out.getvalue()  # spreadsheets take a file for UTF-8 only with a mark


def _write_interact(target: Path, found: _Found) -> tuple[str, ...]:
    """`<dataset>/<clip>/text.txt`, made beside the target and moved there when complete."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError("exists and is not an empty folder", path=target, remedy="Choose a new folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    changed = []
    try:
        for row, records in found:
            folder = made / row.dataset / PurePosixPath(row.id).name
            if folder.exists():  # two folders of one data set hold clips of one name
                folder = made.joinpath(row.dataset, *PurePosixPath(row.id).parts)
            folder.mkdir(parents=True)
            lines = [_record(record.caption, row.fps or 30.0) for record in records]
            (folder / "text.txt").write_bytes("\n".join(lines).encode())
            if any(_one_line(record.caption.text) != record.caption.text for record in records):
                changed.append(row.id)
        made.chmod(0o755)
        if target.exists():
            target.rmdir()
        made.replace(target)
    except BaseException:  # an interrupt too leaves no half-written folder; it goes on its way
        shutil.rmtree(made, ignore_errors=True)
        raise
    return tuple(changed)


def _record(caption: Caption, fps: float) -> str:
    """`caption#tokens#start#end`, times in seconds, 0.0 to 0.0 for the whole clip (data format note, section 5.1)."""
    start, end = (0.0, 0.0) if caption.end_frame is None else (caption.start_frame / fps, caption.end_frame / fps)
    return f"{_one_line(caption.text)}#{' '.join(caption.tokens)}#{start!r}#{end!r}"


def _one_line(text: str) -> str:
    """`#` and line ends are the format's own marks."""
    return " ".join(text.replace("#", " ").split())
