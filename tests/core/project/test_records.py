"""One table for every record: segments, remarks, state and their history; projects of schema 1 come over."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from interact_core.annotation import AnnotationDocument, Edit, Editing, Record, SegmentRecord, edit_towards
from interact_core.annotation.captions import type_caption
from interact_core.annotation.review import begin_work, dismiss_finding, reject, set_state
from interact_core.clip import Segment
from interact_core.project import Project, schema
from interact_core.project.record_store import import_source


def do(project: Project, document: AnnotationDocument, edit: Edit, author: str = "ana") -> None:
    project.record(edit.apply(document), document, author)


def put(document: AnnotationDocument, *records: Record) -> Edit:
    editing = Editing(document, "Put")
    for record in records:
        editing.put(record)
    return editing.edit()


def contents(records: tuple[Record, ...]) -> list[Record]:
    """Without the time of storing."""
    return [type(r)(**{**vars(r), "modified": ""}) for r in records]


SEGMENT = SegmentRecord("s1", Segment("action", 3, 17, "lifts it", "Lift", "person", "box", "lid", "left", 0.75, "unsure", "ana"))


def test_every_kind_of_record_survives_a_restart(opened: Callable[..., Project], clip_id: str) -> None:
    project = opened()
    document = project.document(clip_id)
    do(project, document, type_caption(document, "natural", "Čapek lifts\nthe box", "ana"))
    do(project, document, put(document, SEGMENT))
    do(project, document, reject(document, "wrong hand", "rev", frame=12, about="s1"))
    do(project, document, dismiss_finding(document, "hand:s1", "mirrored clip", "ana"))
    before = contents(document.records)
    assert contents(project.annotations(clip_id)) == before, "from memory"
    project = opened()
    assert contents(project.annotations(clip_id)) == before, "from disk"
    row = project.library.row(clip_id)
    assert (row.state, row.segment_count) == ("rejected", 1)
    assert project.library.search("čapek unsure")[0].id == clip_id, "notes of segments are found too"


def test_removing_and_bringing_back_keeps_the_place(opened: Callable[..., Project], clip_id: str) -> None:
    project = opened()
    document = project.document(clip_id)
    do(project, document, put(document, SEGMENT, SegmentRecord("s2", Segment("free", 0, 5))))
    editing = Editing(document, "Remove")
    editing.remove("s1")
    edit = editing.edit()
    do(project, document, edit)
    project.flush()
    assert [r.uid for r in project.annotations(clip_id)][-1:] == ["s2"]
    project.record(edit.revert(document), document, "ana")
    project = opened()
    assert [r.uid for r in project.annotations(clip_id)][-2:] == ["s1", "s2"]


def test_the_whole_clip_as_it_was_after_any_revision(project: Project, clip_id: str) -> None:
    document = project.document(clip_id)
    states = []
    for number, author in enumerate(("ana", "ben", "ana", "cem")):
        do(project, document, type_caption(document, "natural", f"text {number}", author), author)
        do(
            project,
            document,
            put(document, SEGMENT.changed(end_frame=20 + number), SegmentRecord(f"n{number}", Segment("free", number, 9))),
            author,
        )
        project.flush()
        states.append((project.revisions(clip_id)[0], contents(document.records)))
    for kept, before in states:
        at = contents(project.records_at(clip_id, kept))
        assert sorted(at, key=lambda r: r.uid) == sorted(before, key=lambda r: r.uid)
    edit = edit_towards(document, project.records_at(clip_id, states[0][0]), "Restore")
    end = document.records
    do(project, document, edit)
    assert sorted(r.uid for r in document.records) == sorted(r.uid for r in states[0][1])
    edit.revert(document)
    assert document.records == end


def test_the_first_edit_says_that_the_clip_is_in_work_and_undo_takes_both_back(project: Project, clip_id: str) -> None:
    document = project.document(clip_id)
    before = document.records
    edit = begin_work(document, type_caption(document, "natural", "x"), "ana")
    edit.apply(document)
    assert document.state == "working"
    assert len(begin_work(document, type_caption(document, "natural", "xy"), "ana").changes) == 1
    edit.revert(document)
    assert document.records == before and document.state == "todo"
    set_state(document, "accepted").apply(document)
    assert begin_work(document, put(document, SEGMENT)).changes[0].uid == "s1" and document.state == "accepted"


def test_a_rejection_needs_a_reason(project: Project, clip_id: str) -> None:
    with pytest.raises(ValueError, match="reason"):
        reject(project.document(clip_id), "  ")


def test_a_project_of_schema_1_comes_over_with_every_word(
    opened: Callable[..., Project], clip_id: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project = opened()
    path, folder = project.database.path, project.folder
    with project.database.writing() as connection:
        import_source(connection, clip_id, ())
    project.close()
    old = sqlite3.connect(tmp_path / "old.db")
    with monkeypatch.context() as patched:
        patched.setattr(schema, "_STEPS", (schema._first,))
        patched.setattr(schema, "VERSION", 1)
        schema.migrate(old, tmp_path / "old.db", tmp_path)
    rows = [
        (
            clip_id,
            "source-0",
            -1000.0,
            "natural",
            "Edited words",
            "",
            0,
            None,
            "ana",
            "2026-01-01T00:00:00.000+00:00",
            "source",
            0,
        ),
        (clip_id, "u1", 1.0, "extra1", "Mine", "a/DET cup/NOUN", 3, 9, "ben", "2026-01-02T00:00:00.000+00:00", "user", 0),
        (clip_id, "u2", 2.0, "shorten", "Gone", "", 0, None, "ben", "2026-01-02T00:00:00.000+00:00", "user", 1),
    ]
    names = "clip_id, uid, position, variant, text, tokens, start_frame, end_frame, author, modified, origin, removed"
    old.executemany(f"INSERT INTO captions({names}) VALUES ({', '.join('?' * 12)})", rows)
    words = {"author": "", "end_frame": None, "start_frame": 0, "text": "Words", "tokens": ["w/X"], "variant": "natural"}
    before = json.dumps({"caption": words, "modified": "", "origin": "source", "uid": "source-0"})
    old.execute(
        "INSERT INTO revisions(clip_id, kind, uid, before, author, begun, ended) VALUES (?, 'caption', ?, ?, 'ana', ?, ?)",
        (clip_id, "source-0", before, rows[0][9], rows[0][9]),
    )
    old.commit()
    old.close()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    (tmp_path / "old.db").replace(path)
    project = opened()
    first, second = project.captions(clip_id)
    assert (first.caption.text, first.origin, first.author) == ("Edited words", "source", "ana")
    assert (second.caption.tokens, second.caption.end_frame, second.modified[:10]) == (("a/DET", "cup/NOUN"), 9, "2026-01-02")
    (kept,) = project.revisions(clip_id)
    project.restore(kept)
    assert kept.before is not None and (folder / "backups").is_dir()


def test_what_stands_after_a_record_that_never_reached_the_disk_keeps_its_place(project: Project, clip_id: str) -> None:
    document = project.document(clip_id)
    with project.database.writing():  # nothing reaches the disk meanwhile
        for uid, index in (("first", None), ("last", None), ("middle", None)):
            editing = Editing(document, "Add")
            place = document.index("first") + 1 if uid == "middle" else index
            editing.put(SegmentRecord(uid, Segment("free", 0, 5)), place)
            do(project, document, editing.edit())
        editing = Editing(document, "Remove")
        editing.remove("first")
        do(project, document, editing.edit())
        assert [r.uid for r in project.annotations(clip_id)][-2:] == ["middle", "last"], "from memory"
    project.flush()
    assert [r.uid for r in project.annotations(clip_id)][-2:] == ["middle", "last"], "from disk"
    assert "first" not in [revision.uid for revision in project.revisions(clip_id)]
