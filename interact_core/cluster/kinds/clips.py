"""What kinds that go through clips share."""

from pathlib import Path

from interact_core.cluster.spec import Item, Options, clip_item
from interact_core.formats.listing import ClipRef
from interact_core.formats.registry import open_path

PLACES = ("device", "models")
"""Options that change where an item is computed, or with whose files, not what is asked."""


def clips_of(path: Path) -> tuple[ClipRef, ...]:
    """InputError where there is none."""
    return open_path(path).refs


def items_of(path: Path) -> tuple[Item, ...]:
    return tuple(clip_item(ref) for ref in clips_of(path))


def places(device: str, models_dir: Path | None) -> dict[str, str]:
    """Options by the names of PLACES."""
    return {"device": device, "models": "" if models_dir is None else str(models_dir.absolute())}


def models_of(options: Options) -> Path | None:
    return Path(options["models"]) if options["models"] else None
