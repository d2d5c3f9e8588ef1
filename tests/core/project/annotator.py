"""Run as a program: types, marks, drags, splits, undoes in one document until it is killed, and says what the person saw.

A line of the log holds the moment after an edit and a digest of the whole document as it then was; it is flushed to the
system before the next edit, so that the test knows, whatever happens, which states existed and when.
"""

import hashlib
import itertools
import json
import random
import sys
import time
from pathlib import Path

from interact_core.annotation import AnnotationDocument, Edit, Editing, SegmentRecord, UndoStack, record_to_dict
from interact_core.annotation.captions import type_caption
from interact_core.clip import Segment
from interact_core.project import Project

FRAMES = 300


def digest(document: AnnotationDocument) -> str:
    """Of everything but the time of storing, in the document's order."""
    said = [(record.kind, {**record_to_dict(record), "modified": ""}) for record in document.records]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:20]


def next_edit(document: AnnotationDocument, number: int, chance: random.Random) -> Edit:
    segments = document.segments
    what = number % 40
    if what < 24 or (not segments and what > 28):  # mostly typing
        return type_caption(document, "natural", f"sentence {number // 40} " + "word " * what, "ana")
    editing = Editing(document, "Edit", f"drag:{number // 40}")
    if what < 28:
        start = chance.randrange(FRAMES - 10)
        editing.put(SegmentRecord.new(Segment("action", start, start + 10, f"number {number}", author="ana")))
    elif what < 36:  # a drag: the same edge again and again
        held = segments[number // 40 % len(segments)]
        editing.put(held.changed(end_frame=held.segment.start_frame + 1 + chance.randrange(FRAMES)))
    elif what < 38:  # a split: two records in one edit
        held = segments[chance.randrange(len(segments))]
        start, end = held.segment.start_frame, held.segment.end_frame
        if end - start > 1:
            editing.put(held.changed(end_frame=start + 1))
            editing.put(SegmentRecord.new(Segment("action", start + 1, end, author="ana")), document.index(held.uid) + 1)
    else:
        editing.remove(segments[chance.randrange(len(segments))].uid)
    return editing.edit()


def main(data: Path, log: Path, pace: float, seed: int) -> None:
    project = Project.open(data)
    document = project.document(project.library.search()[0].id)
    stack = UndoStack(document)
    stack.changed.connect(lambda change: project.record(change, document, "ana"))
    chance = random.Random(seed)
    with log.open("a", buffering=1) as stream:
        stream.write(f"{time.time()}\t{digest(document)}\n")
        for number in itertools.count():
            if chance.random() < 0.08:
                (stack.undo if chance.random() < 0.6 else stack.redo)()
            elif edit := next_edit(document, number, chance):
                stack.push(edit)
            stream.write(f"{time.time()}\t{digest(document)}\n")
            time.sleep(pace)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
