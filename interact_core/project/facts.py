"""What the library shows of a clip, read without its motion: texts, labels, number of frames."""

import contextlib
import json
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from interact_core.clip import Caption, Clip
from interact_core.errors import InputError
from interact_core.formats.companions import find_sentences
from interact_core.formats.intermimic import FPS
from interact_core.formats.registry import INTERACT, INTERMIMIC, ClipRef, read_clip
from interact_core.formats.text_files import read_text
from interact_core.formats.torch_zip import read_tensor_shape
from interact_core.formats.words.action_txt import parse_action
from interact_core.formats.words.text_txt import parse_captions


@dataclass(frozen=True)
class ClipFacts:
    """fps in frames per second; object_names () means: as the listing says."""

    frames: int
    fps: float
    captions: tuple[Caption, ...] = ()
    actions: tuple[str, ...] = ()
    object_names: tuple[str, ...] = ()
    title: str = ""
    parent: str = ""
    corruption: str = ""

    @classmethod
    def of(cls, clip: Clip) -> "ClipFacts":
        told = clip.metadata
        return cls(
            clip.num_frames, clip.fps, clip.captions, clip.actions, tuple(o.name for o in clip.objects),
            told.get("title", ""), told.get("parent", ""), told.get("corruption", ""),
        )  # fmt: skip


def glance(ref: ClipRef) -> ClipFacts:
    """A few kilobytes instead of the clip. InputError, naming the file, when even those cannot be read."""
    if ref.format == INTERMIMIC:
        captions, _ = find_sentences(ref.path.parent, ref.path.stem)
        return ClipFacts(read_tensor_shape(ref.path)[0], FPS, captions)
    if ref.format == INTERACT:
        return _glance_interact(ref.path)
    return ClipFacts.of(read_clip(ref))


def signature(path: Path) -> str:
    """Changes whenever a file of the clip does: sizes and times, nothing is opened. "" when the clip is gone."""
    try:
        if not path.is_dir():
            stat = path.stat()
            return f"{stat.st_mtime_ns}:{stat.st_size}"
        with os.scandir(path) as entries:
            stats = sorted((entry.name, entry.stat()) for entry in entries if entry.is_file())
        return "|".join(f"{name}:{stat.st_mtime_ns}:{stat.st_size}" for name, stat in stats)
    except OSError:
        return ""


def _glance_interact(folder: Path) -> ClipFacts:
    told = _metadata(folder / "meta.json")
    fps = 30.0
    with contextlib.suppress(ValueError):
        fps = float(told.get("fps", fps))
    frames = _frames(folder / "human.npz")
    captions = parse_captions(read_text(folder / "text.txt"), fps, frames) if (folder / "text.txt").is_file() else ()
    actions = parse_action(read_text(folder / "action.txt")) if (folder / "action.txt").is_file() else ()
    return ClipFacts(
        frames, fps, captions, actions, (), told.get("title", ""), told.get("parent", ""), told.get("corruption", "")
    )


def _frames(path: Path) -> int:
    """Rows of `poses` by the header of that member: neither the array nor anything pickled is read."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("poses.npy") as member:
            version = np.lib.format.read_magic(member)
            read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            shape = read(member)[0]
        return int(shape[0])
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror or error})", path=path, remedy="Check that it is there") from error
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, EOFError, NotImplementedError, RuntimeError) as error:
        raise InputError(f"is damaged ({error})", path=path, field="poses", remedy="Copy the file again") from error


def _metadata(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        content = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON ({error})", path=path, remedy="Mend or remove it") from error
    return {str(key): str(value) for key, value in content.items()} if isinstance(content, dict) else {}
