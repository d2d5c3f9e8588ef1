"""What to do next: clips in an order with a reason, from the index alone; no clip file is touched."""

import contextlib
import functools
import heapq
import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple

from interact_core.errors import InputError
from interact_core.project.project import Project


class QueueItem(NamedTuple):
    """`why` in words, for the person who is sent there. A tuple: ten thousand of them are made."""

    clip_id: str
    why: str


def queue(project: Project, strategy: str, clips: Collection[str] | None = None) -> tuple[QueueItem, ...]:
    """The clips that are due, the most urgent first; `clips` narrows it to a packet. KeyError for an unknown strategy."""
    settle(project)
    if strategy == "coverage":
        found = _coverage(project)
    else:
        found = list(map(QueueItem._make, _pairs(project, _ORDERS[strategy])))
    if clips is None:
        return tuple(found)
    wanted = set(clips)
    return tuple(item for item in found if item.clip_id in wanted)


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


_OPEN: Final = "state IN ('todo', 'working', 'rejected')"
"""There is still something to write."""
_HERE: Final = "FROM clips WHERE status != 'missing' AND"
_REASON: Final = (
    "SELECT text FROM records WHERE clip_id = clips.id AND +kind = 'remark' AND NOT removed AND json_extract(body, '$.rejection')"
    " AND NOT json_extract(body, '$.resolved') ORDER BY modified DESC LIMIT 1"
)
# The words are made by SQLite: ten thousand rows through Python's hands would take longer than the bar allows.
_ORDERS: Final[Mapping[str, str]] = {
    "unannotated": "SELECT id, iif(caption_count, 'only the source''s captions', 'nothing written yet')"
    f" {_HERE} state = 'todo' AND segment_count = 0 ORDER BY position",
    "artifacts": "SELECT id, replace(coalesce(json_extract(artifacts, '$[0].kind'), 'artifact'), '_', ' ')"
    f" || printf(', severity %.2f', severity) {_HERE} severity > 0 AND {_OPEN} ORDER BY severity DESC, position",
    "disagreement": "SELECT id, printf('annotators agree to %.0f%%', 100 * agreement)"
    f" {_HERE} agreement IS NOT NULL AND state != 'accepted' ORDER BY agreement, position",
    "review": f"SELECT id, 'asks for review' {_HERE} state = 'needs_review' ORDER BY position",
    "rejected": f"SELECT id, coalesce(({_REASON}), 'rejected') {_HERE} state = 'rejected' ORDER BY position",
}


def _coverage(project: Project) -> list[QueueItem]:
    """The rarest pair of object and action first, counting those handed out before as done: so pairs take turns."""
    sql = (
        f"SELECT id, coalesce(objects, ''), coalesce(actions, ''), {_OPEN} FROM clips WHERE status != 'missing' ORDER BY position"
    )
    labels = _labels(project)
    # Clips share few combinations, so each is taken apart once.
    combined = functools.cache(
        lambda objects, actions, more: tuple(itertools.product(objects.split("\n"), _together(actions, more)))
    )
    rows = project.database.query(sql)
    pairs = [combined(objects, actions, labels.get(str(clip), "")) for clip, objects, actions, _ in rows]
    total = Counter(itertools.chain.from_iterable(pairs))
    done = Counter(itertools.chain.from_iterable(found for row, found in zip(rows, pairs, strict=True) if not row[-1]))
    rarity = {pair: (done[pair], size, pair) for pair, size in total.items()}
    waiting: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row, found in zip(reversed(rows), reversed(pairs), strict=True):
        if row[-1]:
            waiting[min(found, key=rarity.__getitem__) if len(found) > 1 else found[0]].append(str(row[0]))
    return list(_in_turns(waiting, rarity))


def _in_turns(
    waiting: Mapping[tuple[str, str], list[str]], rarity: Mapping[tuple[str, str], tuple[int, int, tuple[str, str]]]
) -> Iterator[QueueItem]:
    """Always the pair of which there is least, what came before in the queue included."""
    names = {pair: " × ".join(filter(None, pair)) or "no object and action known" for pair in waiting}
    whys = {pair: f"{names[pair]}: {rarity[pair][0]} of {rarity[pair][1]} done" for pair in waiting}
    heap = [rarity[pair] for pair in waiting]
    heapq.heapify(heap)
    while heap:
        count, size, pair = heap[0]
        left = waiting[pair]
        yield QueueItem(left.pop(), whys[pair])
        if left:
            heapq.heapreplace(heap, (count + 1, size, pair))
        else:
            heapq.heappop(heap)


def _labels(project: Project) -> dict[str, str]:
    """What annotators have said on the tier "action", a line each, per clip."""
    sql = (
        "SELECT clip_id, group_concat(label, char(10)) FROM (SELECT DISTINCT clip_id, label FROM records WHERE kind = 'segment'"
        " AND tier = 'action' AND label != '' AND NOT removed) GROUP BY clip_id"
    )
    return dict(_pairs(project, sql))


def _together(actions: str, more: str) -> tuple[str, ...]:
    """Each once; ("",) where nobody has said any."""
    return tuple(dict.fromkeys(filter(None, f"{actions}\n{more}".split("\n")))) or ("",)


def _pairs(project: Project, sql: str) -> list[tuple[str, str]]:
    """Rows of two texts: the columns are declared so."""
    return project.database.query(sql)  # type: ignore[return-value]


STRATEGIES: Final[Mapping[str, str]] = {
    "unannotated": "Not annotated yet", "artifacts": "Worst artifact first", "coverage": "Rarest object and action first",
    "disagreement": "Least agreement first", "review": "Needs review", "rejected": "Rejected",
}  # fmt: skip
"""Id to title."""
