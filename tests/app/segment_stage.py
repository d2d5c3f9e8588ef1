"""A staged clip that can be written to, with proposals and snap points: what the tests of segments start from."""

from collections.abc import Sequence

import numpy as np
from panel_stage import Stage

from interact_app.bridge.writing import Writing
from interact_core.annotation import AnnotationDocument, ChangeSet
from interact_core.annotation.evidence import Evidence, Person, Touch
from interact_core.annotation.proposals import Proposal
from interact_core.annotation.records import Record, RemarkRecord, SegmentRecord
from interact_core.clip import Segment

FRAMES = 300


class Paper:
    """A project that only remembers what it was told: one ChangeSet per step."""

    read_only = False

    def __init__(self, records: Sequence[Record] = ()) -> None:
        self.records, self.told = tuple(records), 0

    def document(self, clip_id: str) -> AnnotationDocument:
        return AnnotationDocument(clip_id, self.records)

    def record(self, change: ChangeSet, document: AnnotationDocument, author: str) -> None:
        self.told += 1


def segment(uid: str, start: int, end: int, tier: str = "action", **said: str) -> SegmentRecord:
    return SegmentRecord(uid, Segment(tier, start, end, **said))


def proposal(start: int, end: int, label: str, tier: str = "action", hand: str = "left") -> Proposal:
    return Proposal(
        Segment(tier, start, end, label=label, hand=hand, object="box"),
        f"The {hand} hand is on the box.",
        f"{tier}:{label}:{hand}:box:@{start}-{end}",
    )


def remark(uid: str, frame: int | None = None, about: str = "", *, rejection: bool = False) -> RemarkRecord:
    return RemarkRecord(uid, f"remark {uid}", rejection, frame, about)


def write_on(stage: Stage, records: Sequence[Record] = (), proposals: Sequence[Proposal] = ()) -> Writing:
    """Open a clip of 300 frames with these records; the left hand touches the box in [100, 150)."""
    stage.open(FRAMES)
    session = stage.session
    writing = Writing(Paper(records), "omomo/sub1_box_001", "ana", 1.0, session)  # type: ignore[arg-type]
    session._writing = writing
    writing.changed.connect(lambda _change: session._annotations_changed("omomo/sub1_box_001"))
    still, ahead = np.zeros((FRAMES, 3)), np.tile([0.0, 0.0, 1.0], (FRAMES, 1))
    nobody = Person(still, still, ahead, np.zeros(FRAMES, bool), np.zeros(FRAMES, bool))
    session.advice._evidence = Evidence(FRAMES, 30.0, {}, (Touch("left", 100, 150, "box"),), nobody)
    session.advice._proposals = tuple(proposals)
    session.annotations_changed.emit("omomo/sub1_box_001")
    return writing
