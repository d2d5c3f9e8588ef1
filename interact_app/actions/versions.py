"""Refining, and going back to the source."""

from collections.abc import Callable, Iterator

from interact_app.actions.record import Action
from interact_app.session import Session


def version_actions(session: Session, refine: Callable[[], object]) -> Iterator[Action]:
    def writable() -> bool:
        return session.project is not None and not session.project.read_only

    yield Action(
        "versions.refine", "Refine…", refine, ("Ctrl+R",), "Edit", "Repair penetration, gaps, hands, feet and jitter", "",
        text_field_safe=True, separator=True, enabled=lambda: writable() and bool(session.clip_id),
    )  # fmt: skip
    yield Action(
        "versions.source", "Show the source", lambda: session.versions.show(session.clip_id, ""), (), "Edit",
        "The data as it was recorded, instead of a version", enabled=lambda: bool(session.versions.shown(session.clip_id)),
    )  # fmt: skip
    yield Action(
        "versions.undelete", "Undo delete of a version", session.versions.undelete, (), "Edit",
        "The version that was deleted last comes back", enabled=lambda: writable() and session.versions.can_undelete,
    )  # fmt: skip
