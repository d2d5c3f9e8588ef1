"""The background job that reads every clip's texts once and again only when its files change."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interact_core.errors import InputError
from interact_core.jobs.context import JobContext, NullContext
from interact_core.project.facts import ClipFacts, glance, signature
from interact_core.project.index import write_facts, write_problem

if TYPE_CHECKING:
    from interact_core.project.project import Project

_BATCH_SECONDS: Final = 0.2
"""Facts are stored in batches: short enough that captions never wait for the writer."""


@dataclass(frozen=True)
class IndexReport:
    read: int
    unchanged: int
    problems: int


@dataclass(frozen=True)
class _Found:
    clip_id: str
    signature: str
    facts: ClipFacts | None
    problem: str = ""


def index_clips(project: "Project", context: JobContext | None = None) -> IndexReport:
    """List the source again and read what is new or changed. A clip that fails is recorded and stops nobody.

    InputError only where the source as a whole cannot be listed or the project cannot be written.
    """
    context = context or NullContext()
    context.progress(0.0, "listing clips")
    project.refresh_listing()
    stored = dict(project.stored_signatures())
    read = problems = 0
    batch: list[_Found] = []
    begun = time.monotonic()
    for number, found in enumerate(_changed(project, stored, context)):
        if found is not None:
            batch.append(found)
            read += 1
            problems += found.facts is None
        if time.monotonic() - begun > _BATCH_SECONDS:
            _store(project, batch)
            batch, begun = [], time.monotonic()
            context.progress((number + 1) / len(stored), "reading captions", {"clips": read})
    _store(project, batch)
    context.progress(1.0, "library is up to date")
    return IndexReport(read, len(stored) - read, problems)


def _changed(project: "Project", stored: dict[str, str], context: JobContext) -> Iterator[_Found | None]:
    """One item per clip: what was found, or None where the stored facts still hold."""
    for clip_id, before in stored.items():
        context.checkpoint()
        ref = project.library.ref(clip_id)
        now = signature(ref.path)
        if now == before and now:
            yield None
            continue
        try:
            yield _Found(clip_id, now, glance(ref))
        except InputError as error:
            yield _Found(clip_id, now, None, str(error))


def _store(project: "Project", batch: Sequence[_Found]) -> None:
    if not batch:
        return
    with project.database.writing() as connection:
        for found in batch:
            if found.facts is None:
                write_problem(connection, found.clip_id, found.problem, found.signature)
            else:
                write_facts(connection, found.clip_id, found.facts, found.signature)
