"""What to do next: clips in an order with a reason, from the index alone; no clip file is touched."""

import contextlib
import functools
import heapq
import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from operator import itemgetter
from typing import Any, Final, NamedTuple

from interact_core.errors import InputError
from interact_core.project.library import ClipRow
from interact_core.project.project import Project

_OPEN: Final = ("todo", "working", "rejected")
"""States in which there is still something to write."""


class QueueItem(NamedTuple):
    """`why` in words, for the person who is sent there. A tuple: ten thousand of them are made."""

    clip_id: str
    why: str


def queue(project: Project, strategy: str, clips: Collection[str] | None = None) -> tuple[QueueItem, ...]:
    """The clips that are due, the most urgent first; `clips` narrows it to a packet. KeyError for an unknown strategy."""
    build = _BUILDERS[strategy]
    settle(project)
    wanted = None if clips is None else set(clips)
    rows = [row for row in project.library.search() if row.status != "missing" and (wanted is None or row.id in wanted)]
    return tuple(map(QueueItem._make, build(project, rows)))


def settle(project: Project) -> None:
    """What was done a moment ago counts too. That it cannot be stored is told elsewhere and must not hide the rest."""
    with contextlib.suppress(InputError):
        project.flush()


class Walk:
    """Through a queue that changes while it is worked off.

    Going on skips what is done meanwhile; going back leads to where one was, done or not. The order is that of the
    beginning: finishing a clip must not send anybody back to those that were skipped.
    """

    def __init__(self, project: Project, strategy: str, clips: Collection[str] | None = None) -> None:
        self._project, self.strategy, self._clips = project, strategy, clips
        self._order = [item.clip_id for item in self.items()]

    def items(self) -> tuple[QueueItem, ...]:
        """What is due now."""
        return queue(self._project, self.strategy, self._clips)

    def next(self, current: str = "") -> str | None:
        """The clip after this one (the first, for one that is not in the queue); None at the end."""
        due = [item.clip_id for item in self.items()]
        places = {clip: place for place, clip in enumerate(self._order)}
        self._order += [clip for clip in due if clip not in places]
        after = self._order[places.get(current, -1) + 1 :]
        still = set(due)
        return next((clip for clip in after if clip in still and clip != current), None)

    def previous(self, current: str) -> str | None:
        """The clip before this one; None at the beginning, and for a clip that is not in the queue."""
        place = self._order.index(current) if current in self._order else 0
        return self._order[place - 1] if place else None


_Found = Iterable[tuple[str, str]]


def _unannotated(project: Project, rows: list[ClipRow]) -> _Found:
    for row in rows:
        if row.state == "todo" and not row.segment_count:
            yield row.id, "only the source's captions" if row.caption_count else "nothing written yet"


def _artifacts(project: Project, rows: list[ClipRow]) -> _Found:
    measured = [(row.severity, row.id) for row in rows if row.severity and row.state in _OPEN]
    sql = "SELECT id, coalesce(replace(json_extract(artifacts, '$[0].kind'), '_', ' '), 'artifact') FROM clips WHERE severity > 0"
    kinds = dict(_pairs(project, sql))
    measured.sort(key=itemgetter(0), reverse=True)
    return [(clip, f"{kinds[clip]}, severity {severity:.2f}") for severity, clip in measured]


def _coverage(project: Project, rows: list[ClipRow]) -> _Found:
    """The rarest pair of object and action first, counting those handed out before as done: so pairs take turns."""
    actions = _actions(project)
    # Clips share few combinations: ten thousand lists of their own would cost more than everything else here.
    combined = functools.cache(lambda objects, labels: tuple(itertools.product(objects or ("",), labels or ("",))))
    pairs = [combined(row.objects, actions.get(row.id, ())) for row in rows]
    total = Counter(itertools.chain.from_iterable(pairs))
    done = Counter(pair for row, found in zip(rows, pairs, strict=True) if row.state not in _OPEN for pair in found)
    rarity = {pair: (done[pair], size, pair) for pair, size in total.items()}
    waiting: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row, found in zip(reversed(rows), reversed(pairs), strict=True):
        if row.state in _OPEN:
            waiting[min(found, key=rarity.__getitem__) if len(found) > 1 else found[0]].append(row.id)
    whys = {pair: f"{_pair_name(pair)}: {done[pair]} of {total[pair]} done" for pair in waiting}
    heap = [rarity[pair] for pair in waiting]
    heapq.heapify(heap)
    while heap:
        count, size, pair = heap[0]
        left = waiting[pair]
        yield left.pop(), whys[pair]
        if left:
            heapq.heapreplace(heap, (count + 1, size, pair))
        else:
            heapq.heappop(heap)


def _pair_name(pair: tuple[str, str]) -> str:
    return " × ".join(filter(None, pair)) or "no object and action known"


def _disagreement(project: Project, rows: list[ClipRow]) -> _Found:
    scores = dict(_pairs(project, "SELECT id, agreement FROM clips WHERE agreement IS NOT NULL"))
    due = [(scores[row.id], row.id) for row in rows if row.id in scores and row.state != "accepted"]
    due.sort(key=itemgetter(0))
    return [(clip, f"annotators agree to {score:.0%}") for score, clip in due]


def _review(project: Project, rows: list[ClipRow]) -> _Found:
    for row in rows:
        if row.state == "needs_review":
            yield row.id, "asks for review"


def _rejected(project: Project, rows: list[ClipRow]) -> _Found:
    rejected = [row.id for row in rows if row.state == "rejected"]
    sql = (
        "SELECT clips.id, records.text FROM clips CROSS JOIN records ON records.clip_id = clips.id WHERE clips.state = 'rejected'"
        " AND +records.kind = 'remark' AND NOT records.removed AND json_extract(body, '$.rejection')"
        " AND NOT json_extract(body, '$.resolved') ORDER BY records.modified"
    )
    reasons = dict(_pairs(project, sql)) if rejected else {}
    for clip in rejected:
        yield clip, reasons.get(clip, "rejected")


def _actions(project: Project) -> Mapping[str, tuple[str, ...]]:
    """Per clip: the source's, and the labels that annotators have given on the tier "action"."""
    split = functools.cache(lambda actions: tuple(actions.split("\n")))
    sql = "SELECT id, actions FROM clips WHERE actions != ''"
    found = {clip: split(actions) for clip, actions in _pairs(project, sql)}
    sql = "SELECT DISTINCT clip_id, label FROM records WHERE kind = 'segment' AND tier = 'action' AND label != '' AND NOT removed"
    for clip, label in _pairs(project, sql):
        known = found.get(clip, ())
        if label not in known:
            found[clip] = (*known, label)
    return found


def _pairs(project: Project, sql: str) -> list[tuple[str, Any]]:
    """Ids, and a value of which the caller knows the type: the columns are declared."""
    return project.database.query(sql)  # type: ignore[return-value]


_BUILDERS: Final[dict[str, Callable[[Project, list[ClipRow]], _Found]]] = {
    "unannotated": _unannotated, "artifacts": _artifacts, "coverage": _coverage, "disagreement": _disagreement,
    "review": _review, "rejected": _rejected,
}  # fmt: skip
STRATEGIES: Final[Mapping[str, str]] = {
    "unannotated": "Not annotated yet", "artifacts": "Worst artifact first", "coverage": "Rarest object and action first",
    "disagreement": "Least agreement first", "review": "Needs review", "rejected": "Rejected",
}  # fmt: skip
"""Id to title."""
