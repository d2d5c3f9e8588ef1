"""What a caller may insist on when reading a clip."""

from dataclasses import dataclass
from typing import Final

from interact_core.formats.datasets import HandMean


@dataclass(frozen=True)
class ReadOptions:
    """dataset: read as this dataset whatever the folder is called; hand_mean: overrule the table's convention."""

    dataset: str = ""
    hand_mean: HandMean | None = None


DEFAULT_OPTIONS: Final = ReadOptions()
