"""Which clip comes next, and why."""

from collections.abc import Callable, Iterator

from interact_app.actions.record import Action
from interact_app.session import Session
from interact_app.teams.work_queue import LIBRARY, WorkQueue, go_next
from interact_core.project.queue import STRATEGIES


def queue_actions(session: Session, queue: WorkQueue, show: Callable[[], object]) -> Iterator[Action]:
    """`show` brings the list to the front. The queue begins as the library shows its clips; nothing else walks clips."""

    def has_project() -> bool:
        return session.project is not None

    yield Action(
        "clip.next", "Next clip", lambda: go_next(session, queue, 1), ("N",), "Go", "The next clip of the queue", "next",
        enabled=has_project,
    )  # fmt: skip
    yield Action(
        "clip.previous", "Previous clip", lambda: go_next(session, queue, -1), ("Shift+N",), "Go",
        "The clip of the queue before this one", "previous", enabled=has_project,
    )  # fmt: skip
    yield Action(
        "queue.show", "Show the queue", show, ("Ctrl+Shift+N",), "Go", "What comes next and why", text_field_safe=True,
        enabled=has_project,
    )  # fmt: skip
    for strategy, title in {LIBRARY: "As the library shows them", **STRATEGIES}.items():
        yield _strategy(queue, strategy, title)


def _strategy(queue: WorkQueue, strategy: str, title: str) -> Action:
    return Action(
        f"queue.by_{strategy}", title, lambda _on: queue.set_strategy(strategy), (), "Go/Queue by",
        f"N and Shift+N walk the clips by: {title[0].lower()}{title[1:]}", checkable=True,
        checked=lambda: queue.strategy == strategy,
    )  # fmt: skip
