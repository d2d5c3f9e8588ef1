"""What can go wrong with a user's input, said so that the user can mend it.

Every error that may reach a person is an :class:`InteractError`; the command line turns it into one line and
exit code 2, the application into a dialog. Anything else is a bug and keeps its traceback.
"""

from pathlib import Path


class InteractError(Exception):
    """Base of all errors whose text is meant for the user."""


class InputError(InteractError):
    """A file, folder or value that cannot be used: where it is, what is wrong, what to do about it."""

    def __init__(self, problem: str, *, path: Path | str | None = None, field: str | None = None, remedy: str = "") -> None:
        self.problem = problem
        self.path = Path(path) if path is not None else None
        self.field = field
        self.remedy = remedy
        where = [str(path)] if path is not None else []
        if field:
            where.append(f"field '{field}'")
        text = ": ".join([", ".join(where), problem]) if where else problem
        super().__init__(f"{text}. {remedy}".rstrip() if remedy else f"{text}.")


class MissingModelError(InputError):
    """A licensed body model file that the clip needs and the user's folder does not hold."""


class Cancelled(InteractError):  # noqa: N818 - not a failure: the user asked for it
    """Raised inside a job at the next checkpoint after the user cancelled it."""

    def __init__(self) -> None:
        super().__init__("Cancelled.")
