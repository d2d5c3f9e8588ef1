"""A task as values that JSON has, and back: how it is written down and gets to other machines."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from interact_core.clip import Caption, Segment
from interact_core.consolidate.config import Config, config_from
from interact_core.consolidate.plan import Task
from interact_core.consolidate.sources.words import SourceSegment
from interact_core.plain import plain


def task_record(task: Task) -> dict[str, Any]:
    """Without the config, which all tasks of a run share."""
    made: dict[str, Any] = plain({
        "source": task.source, "recording": task.recording, "number": task.number, "keys": task.keys, "files": task.files,
        "words": [asdict(segment) for segment in task.words], "clips": task.clips, "wanted": sorted(task.wanted),
    })  # fmt: skip
    return made


def task_of(record: Mapping[str, Any], config: Config) -> Task:
    """The other way round."""
    return Task(
        config, record["source"], record["recording"], record["number"], dict(record["keys"]), dict(record["files"]),
        tuple(_segment(segment) for segment in record["words"]), tuple(record["clips"]), frozenset(record["wanted"]),
    )  # fmt: skip


def config_of(record: Mapping[str, Any]) -> Config:
    """InputError where a source cannot be seen from this machine."""
    return config_from(dict(record), Path.cwd() / "the run's config")


def _segment(record: Mapping[str, Any]) -> SourceSegment:
    captions = (Caption(**{**caption, "tokens": tuple(caption["tokens"])}) for caption in record["captions"])
    marks = (Segment(**mark) for mark in record["marks"])
    return SourceSegment(
        record["name"], record["start"], record["end"], tuple(captions), record["action"], tuple(record["objects"]), tuple(marks)
    )
