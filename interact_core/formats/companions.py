"""Files that lie near a clip rather than in it: object meshes and sentences in sibling folders."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from interact_core.clip import Caption, Notice
from interact_core.errors import InputError
from interact_core.formats.listing import is_folder
from interact_core.formats.meshes import MESH_SUFFIXES
from interact_core.formats.text_files import read_text
from interact_core.formats.words.omomo_json import parse_sentences
from interact_core.formats.words.text_txt import parse_captions

_LEVELS: Final = 4
"""How far up we look: <root>/<release>/<clip> puts `objects` two levels up, a sibling root's three."""
_MAX_SIBLINGS: Final = 200


def find_mesh(folder: Path, name: str, *, siblings: bool) -> Path | None:
    """`objects/<name>/<name>.*` beside or above `folder`; None if nowhere.

    siblings also looks into folders beside the ancestors: only where names are the same objects everywhere (OMOMO's
    releases), because different datasets call different things "chair".
    """
    for ancestor in _ancestors(folder):
        for base in (ancestor / "objects", ancestor / "objects" / "objects"):
            if found := mesh_in(base / name, name):
                return found
    for ancestor in _ancestors(folder) if siblings else ():
        for sibling in _subfolders(ancestor):
            if found := mesh_in(sibling / "objects" / name, name):
                return found
    return None


def mesh_in(folder: Path, stem: str) -> Path | None:
    """The mesh `<folder>/<stem>.<suffix>` in the first format that exists."""
    return next((p for s in MESH_SUFFIXES if (p := folder / f"{stem}{s}").is_file()), None)


def find_sentences(folder: Path, clip: str) -> tuple[tuple[Caption, ...], tuple[Notice, ...]]:
    """Sentences for a clip from a `text` folder beside or above it (OMOMO's JSON, HOI-Diff's lines); never required."""
    for ancestor in _ancestors(folder):
        text = ancestor / "text"
        if not text.is_dir():
            continue
        try:
            for pattern, reader in _SENTENCE_FILES:
                for path in (text / pattern.format(clip=clip), *sorted(text.glob(f"*/{pattern.format(clip=clip)}"))):
                    if path.is_file():
                        return reader(path, clip), ()
        except (InputError, OSError) as error:
            return (), (Notice("text-unreadable", f"Sentences were left out: {error}", "text"),)
    return (), ()


def _from_json(path: Path, clip: str) -> tuple[Caption, ...]:
    sentence = parse_sentences(read_text(path), path).get(clip)
    if sentence is None:
        raise InputError("has no sentence for the clip", path=path, field=clip, remedy="Expected { clip: sentence }")
    return (Caption(sentence.strip()),)


def _from_lines(path: Path, clip: str) -> tuple[Caption, ...]:
    return parse_captions(read_text(path))


_SENTENCE_FILES: Final = (("{clip}.json", _from_json), ("{clip}.txt", _from_lines))


def _ancestors(folder: Path) -> tuple[Path, ...]:
    absolute = folder.absolute()
    return (absolute, *absolute.parents)[:_LEVELS]


def _subfolders(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            for count, entry in enumerate(entries):
                if count >= _MAX_SIBLINGS:
                    return
                if is_folder(entry) and not entry.name.startswith("."):
                    yield Path(entry.path)
    except OSError:
        return
