"""Versions that are clips of their own in the library: with words of their own, found by search and by the queue."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from interact_core.annotation import Record, StateRecord
from interact_core.annotation.records import ReviewState
from interact_core.clip import Clip
from interact_core.formats.listing import ClipRef
from interact_core.formats.registry import STORED
from interact_core.project.facts import ClipFacts
from interact_core.project.index import add_clip, write_facts
from interact_core.project.project import Project, default_author
from interact_core.project.record_store import StoredEdit, refresh_text, write_edit
from interact_core.project.version_records import Version


def add_child(
    project: Project, version: Version, clip: Clip, records: Sequence[Record], state: ReviewState, author: str = ""
) -> str:
    """List a version as a clip with these captions and segments; its id. What is listed already is left as it is.

    The clip's motion stays where the version has it: deleting the version takes the clip off the library, undoing that
    brings it back, words and all. InputError where it cannot be stored.
    """
    child = child_id(version)
    ref = ClipRef(child, project.library.row(version.clip_id).dataset, version.path, STORED, tuple(o.name for o in clip.objects))
    facts = ClipFacts.of(clip)
    author = author or default_author()
    now = datetime.now(UTC)
    with project.database.writing() as connection:
        if connection.execute("SELECT 1 FROM clips WHERE id = ?", (child,)).fetchone():
            return child
        add_clip(connection, ref)
        write_facts(connection, child, replace(facts, captions=()))  # its words are records from the first
        for record in (*records, StateRecord(state, author)):
            write_edit(connection, StoredEdit(child, record, author, now))
        refresh_text(connection, child)
    return child


def child_id(version: Version) -> str:
    """As the clip is called in the library, beside the one it was made from."""
    return f"{version.clip_id}__v{version.number}_{version.kind}"
