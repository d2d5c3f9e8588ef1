"""What a run says of itself while it goes: failures at once, everything as JSON lines for who asks."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from interact_core.cli.common import Batch, say


class Failures:
    """Notes items that failed among a batch's problems, and says so."""

    def __init__(self, batch: Batch) -> None:
        self._refs = {ref.id: ref for ref in batch.refs}
        self._batch = batch

    def __call__(self, line: Mapping[str, Any]) -> None:
        if line["event"] == "failed":
            self._batch.note(self._refs[line["item"]], line["message"])


def say_failures(line: Mapping[str, Any]) -> None:
    """For people: what went wrong, and what is tried again."""
    if line["event"] == "failed":
        say(f"{line['item']}: {line['message']}")
    elif line["event"] == "again":
        say(f"{line['item']}: tried again: {line['message']}")


def say_lines(line: Mapping[str, Any]) -> None:
    """For programs: the journal's lines on stderr as they are written."""
    print(json.dumps(line, ensure_ascii=False), file=sys.stderr, flush=True)
