"""Undo, redo and the reassurance that there is nothing to save."""

from collections.abc import Iterator

from interact_app.actions.record import Action
from interact_app.session import Session


def edit_actions(session: Session) -> Iterator[Action]:
    """In a text field Ctrl+Z belongs to the text; outside it undoes the last edit of the clip's captions."""
    yield Action(
        "edit.undo", "Undo", session.undo, ("Ctrl+Z",), "Edit", "Undo the last edit", "undo", enabled=lambda: session.can_undo
    )
    yield Action(
        "edit.redo",
        "Redo",
        session.redo,
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        "Edit",
        "Do again what was undone",
        "redo",
        enabled=lambda: session.can_redo,
    )
    yield Action(
        "edit.save",
        "Save now",
        session.save,
        ("Ctrl+S",),
        "Edit",
        "Everything is stored as you type; this writes at once and says so",
        "save",
        text_field_safe=True,
        separator=True,
    )
