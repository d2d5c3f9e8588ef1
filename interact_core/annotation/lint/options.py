"""What a team may set about lint."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class LintOptions:
    """`objects` and `num_frames` are used where there is no evidence; those of the evidence come first.

    `simple_present` asks for the house style "A person lifts": progressive and imperative sentences are then found too.
    `require_variants` asks for all of natural, change and shorten. `knows` is the dictionary (`Spelling.knows`); without one
    nothing is said about the spelling of vocabulary words. `off` holds the ids of rules that are not wanted.
    """

    objects: tuple[str, ...] = ()
    num_frames: int | None = None
    simple_present: bool = False
    require_variants: bool = False
    shortest_words: int = 3
    longest_words: int = 40
    knows: Callable[[str], bool] | None = None
    off: frozenset[str] = frozenset()
