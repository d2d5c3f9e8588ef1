"""A packet on disk: a folder or zip with `packet.json` and `annotations/<clip>.json`, handed to an annotator and back.

Who else has the same clips is not in it. The schema is in docs/teams.md.
"""

import dataclasses
import io
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from interact_core.annotation.json_files import Fields, json_bytes, parse_fields, read_fields
from interact_core.annotation.vocabulary import Vocabulary, vocabulary_from_dict, vocabulary_to_dict
from interact_core.errors import InputError
from interact_core.formats.atomic import new_folder, write_bytes
from interact_core.formats.zip_members import ZipMembers
from interact_core.project.document_folders import PACKET_FILE

SCHEMA: Final = "interact/packet"
VERSION: Final = 1
MAX_CLIPS: Final = 1_000_000
_LIMIT: Final = 64 << 20


@dataclass(frozen=True)
class PacketInfo:
    """`data_absolute` and `data_relative` (to the folder that holds the packet) are where the clips lay when it was made."""

    id: str
    annotator: str
    clips: tuple[str, ...]
    created: str
    data_absolute: str
    data_relative: str = ""
    instructions: str = ""
    vocabulary: Vocabulary | None = None
    returned: str = ""
    """When the annotator handed it back, UTC; "" before."""
    path: Path = Path()

    @property
    def name(self) -> str:
        return f"{self.annotator} {self.id[:8]}"


def read_packet(path: Path) -> PacketInfo:
    """InputError, naming file and field, for what is no packet. The data is not looked for: see `find_data`."""
    file = path / PACKET_FILE
    if path.suffix.lower() == ".zip" and path.is_file():
        members = ZipMembers(path)
        if PACKET_FILE not in members.names:
            raise InputError(f"holds no {PACKET_FILE}", path=path, remedy="Give a packet that `interact packet make` made")
        fields = parse_fields(members.read(PACKET_FILE, _LIMIT), file)
    elif path.is_dir() and not file.exists():
        raise InputError(f"holds no {PACKET_FILE}", path=path, remedy="Give a packet that `interact packet make` made")
    else:
        fields = read_fields(file if path.is_dir() else path, _LIMIT)
    return dataclasses.replace(_parse(fields), path=path)


def find_data(info: PacketInfo, data: Path | None = None) -> Path:
    """Where the clips are here: as said, else beside the packet as when it was made, else at the same place."""
    if data is not None:
        if not data.exists():
            raise InputError("does not exist", path=data, field="--data", remedy="Give the folder that holds the clips")
        return data
    beside = info.path.absolute().parent / info.data_relative
    for place in (beside if info.data_relative else None, Path(info.data_absolute)):
        if place is not None and place.exists():
            return place.resolve()
    raise InputError(
        f"the clips of this packet are not here (they were in {info.data_absolute})", path=info.path, field="data",
        remedy="Copy the data set to this machine and say where it is: --data FOLDER",
    )  # fmt: skip


def write_packet(target: Path, info: PacketInfo, documents: Mapping[str, bytes]) -> PacketInfo:
    """A new folder, or a zip where the name ends so, whole or not at all. An older packet of the same id is replaced.

    `documents`: file names to contents.
    """
    files = {PACKET_FILE: json_bytes(_content(info)), **{f"annotations/{name}": data for name, data in documents.items()}}
    known = target.exists() and read_packet(target).id == info.id
    if target.exists() and not known:
        raise InputError("exists and is another packet", path=target, remedy="Choose a new name")
    if target.suffix.lower() == ".zip":
        write_bytes(target, _zipped(files))
    else:
        with new_folder(target, overwrite=known) as folder:
            (folder / "annotations").mkdir()
            for name, data in files.items():
                (folder / name).write_bytes(data)
    return dataclasses.replace(info, path=target)


def relative_place(data: Path, packet: Path) -> str:
    """The way from the folder that holds the packet to the data, with "/"; "" where there is none (another drive)."""
    try:
        return Path(os.path.relpath(data, packet.absolute().parent)).as_posix()
    except ValueError:
        return ""


def _zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))  # equal packets are equal files
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, data)
    return buffer.getvalue()


def _content(info: PacketInfo) -> dict[str, Any]:
    content: dict[str, Any] = {
        "schema": SCHEMA, "version": VERSION, "id": info.id, "annotator": info.annotator, "created": info.created,
        "clips": list(info.clips), "data": {"absolute": info.data_absolute, "relative": info.data_relative},
    }  # fmt: skip
    if info.vocabulary is not None:
        content["vocabulary"] = vocabulary_to_dict(info.vocabulary)
    content.update({name: value for name in ("instructions", "returned") if (value := getattr(info, name))})
    return content


def _parse(fields: Fields) -> PacketInfo:
    if fields.text("schema") != SCHEMA:
        fields.fail("schema", "is not that of a packet", f"Give a {PACKET_FILE} whose schema is '{SCHEMA}'")
    version = fields.frame("version")
    if version != VERSION:
        fields.fail("version", f"is {version}, this program reads {VERSION}", "Update InterAct Studio")
    place = Fields(fields.plain("data") or {}, fields.path, "data")
    words = fields.plain("vocabulary")
    info = PacketInfo(
        fields.text("id"), fields.text("annotator"), fields.texts("clips"), fields.text("created"),
        place.text("absolute"), place.text("relative", ""), fields.text("instructions", ""),
        None if words is None else _vocabulary(words, fields), fields.text("returned", ""),
    )  # fmt: skip
    place.finish()
    fields.finish()
    for name, value in (("id", info.id), ("annotator", info.annotator)):
        if not value.strip() or len(value) > 200:
            fields.fail(name, "is empty or longer than 200 characters")
    if len(set(info.clips)) < len(info.clips) or len(info.clips) > MAX_CLIPS:
        fields.fail("clips", "names a clip twice, or too many")
    return info


def _vocabulary(content: dict[str, Any], fields: Fields) -> Vocabulary:
    try:
        return vocabulary_from_dict(content)
    except InputError as error:
        fields.fail(f"vocabulary.{error.field}" if error.field else "vocabulary", error.problem, error.remedy)
