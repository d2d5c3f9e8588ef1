"""Going through what is wrong with the words."""

from collections.abc import Callable, Iterator

from interact_app.actions.record import Action
from interact_app.session import Session


def finding_actions(session: Session, step: Callable[[int], object], fix: Callable[[], object]) -> Iterator[Action]:
    """All of them work while somebody types."""

    def has_clip() -> bool:
        return session.writing is not None

    yield Action(
        "finding.next", "Next finding", lambda: step(1), ("F8",), "Captions", "Show the next thing that is wrong with the words",
        text_field_safe=True, separator=True, enabled=has_clip,
    )  # fmt: skip
    yield Action(
        "finding.previous", "Previous finding", lambda: step(-1), ("Shift+F8",), "Captions",
        "Show the thing before that is wrong with the words", text_field_safe=True, enabled=has_clip,
    )  # fmt: skip
    yield Action(
        "finding.fix", "Mend what was found", fix, ("Ctrl+.",), "Captions",
        "Do what the finding offers that was shown last; undo takes it back", text_field_safe=True, enabled=has_clip,
    )  # fmt: skip
