"""What a data set is made of, by source, as in the first table of the InterAct paper: nothing is measured for it.

Contact and artifacts come from inspection where it was asked for; contact else from labels that the data bring.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from interact_core.code_version import code_version


@dataclass(frozen=True)
class ClipFacts:
    """One clip's share of the table. `subject` and `objects` are unique within their dataset; `hands`: its fingers move.

    `contact` is a share of frames, `artifacts` a number; None where nothing says so. `parent`: the clip it was made from.
    """

    id: str
    dataset: str
    frames: int
    fps: float
    subject: str
    objects: tuple[str, ...]
    hands: bool
    texts: int
    words: int
    actions: tuple[str, ...]
    contact: float | None = None
    artifacts: int | None = None
    parent: str = ""

    @property
    def seconds(self) -> float:
        return self.frames / self.fps


@dataclass(frozen=True)
class Row:
    """The sums over some clips. `contact`: share of the frames of those clips that say; NaN where none does."""

    name: str
    clips: int
    children: int
    hours: float
    frames: int
    subjects: int
    objects: int
    hands: int
    texts: int
    words: int
    with_text: int
    contact: float
    contact_clips: int
    artifacts: int | None


@dataclass(frozen=True)
class Statistics:
    """Rows by source and their total; clips by action and by object, the most frequent first."""

    title: str
    clips: tuple[ClipFacts, ...]
    rows: tuple[Row, ...]
    total: Row
    by_action: tuple[tuple[str, int], ...]
    by_object: tuple[tuple[str, int], ...]
    problems: tuple[dict[str, str], ...] = ()
    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    code: str = field(default_factory=code_version)


def statistics_of(clips: Sequence[ClipFacts], title: str, problems: Sequence[dict[str, str]] = ()) -> Statistics:
    """Put the facts together."""
    sources = sorted({clip.dataset for clip in clips})
    rows = tuple(_row(name or "unknown", [clip for clip in clips if clip.dataset == name]) for name in sources)
    actions = [name for clip in clips for name in dict.fromkeys(clip.actions)]
    objects = [f"{clip.dataset}/{name}" for clip in clips for name in dict.fromkeys(clip.objects)]
    return Statistics(title, tuple(clips), rows, _row("total", clips), _counted(actions), _counted(objects), tuple(problems))


def _row(name: str, clips: Sequence[ClipFacts]) -> Row:
    told = [(clip.contact, clip.frames) for clip in clips if clip.contact is not None]
    frames = sum(count for _, count in told)
    found = [clip.artifacts for clip in clips if clip.artifacts is not None]
    return Row(
        name=name, clips=len(clips), children=sum(bool(clip.parent) for clip in clips),
        hours=sum(clip.seconds for clip in clips) / 3600, frames=sum(clip.frames for clip in clips),
        subjects=len({(clip.dataset, clip.subject) for clip in clips if clip.subject}),
        objects=len({(clip.dataset, thing) for clip in clips for thing in clip.objects}),
        hands=sum(clip.hands for clip in clips), texts=sum(clip.texts for clip in clips), words=sum(clip.words for clip in clips),
        with_text=sum(clip.texts > 0 for clip in clips),
        contact=sum(share * count for share, count in told) / frames if frames else float("nan"), contact_clips=len(told),
        artifacts=sum(found) if found else None,
    )  # fmt: skip


def _counted(names: Sequence[str]) -> tuple[tuple[str, int], ...]:
    counts = Counter(names)
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
