"""Forms of other programs that a clip folder may also hold: config `exports = [...]`. A form is a line in this table."""

from collections.abc import Callable, Mapping
from typing import Final

from interact_core.consolidate.take import Settled

Exporter = Callable[[Settled], Mapping[str, bytes]]
EXPORTERS: Final[dict[str, tuple[int, str, Exporter]]] = {}
"""Name to (version of its rules, one line about it, what makes its files)."""
