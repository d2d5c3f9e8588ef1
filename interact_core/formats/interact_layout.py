"""The InterAct layout: one folder per clip with human.npz, object*.npz, texts and labels."""

from pathlib import Path
from typing import Final

from interact_core.clip import Clip
from interact_core.errors import InputError
from interact_core.formats.options import DEFAULT_OPTIONS, ReadOptions

SEQUENCE_FOLDERS: Final = ("sequences_canonical", "sequences_seg", "sequences")
"""In the order we prefer them; a root is opened at the first that holds clips."""
CLIP_FILES: Final = frozenset({"human.npz", "object.npz", "text.txt", "action.txt", "action.npy", "contact.npz"})


def dataset_of_folder(folder: Path) -> str:
    """`<dataset>/sequences_canonical/<clip>` -> `<dataset>`; the parent's name where there is no sequences folder."""
    parent = folder.parent
    return parent.parent.name if parent.name in SEQUENCE_FOLDERS else parent.name


def read_interact(
    folder: Path, clip_id: str, dataset: str = "", models_dir: Path | None = None, options: ReadOptions = DEFAULT_OPTIONS
) -> Clip:
    """One clip folder; InputError names the file and field that cannot be used."""
    raise InputError("recognised, not readable yet: the InterAct layout", path=folder)
