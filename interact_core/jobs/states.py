"""The life of a job as a table: which state may follow which."""

from enum import StrEnum
from typing import Final


class JobState(StrEnum):
    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    CANCELLING = "cancelling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def finished(self) -> bool:
        return not TRANSITIONS[self]


_S = JobState
TRANSITIONS: Final[dict[JobState, frozenset[JobState]]] = {
    _S.QUEUED: frozenset({_S.STARTING, _S.CANCELLED}),
    _S.STARTING: frozenset({_S.RUNNING, _S.CANCELLING, _S.FAILED}),
    _S.RUNNING: frozenset({_S.CANCELLING, _S.DONE, _S.FAILED}),
    # Work that finishes before it notices the request is still cancelled: whoever cancelled expects no result.
    _S.CANCELLING: frozenset({_S.CANCELLED, _S.FAILED}),
    _S.DONE: frozenset(),
    _S.FAILED: frozenset(),
    _S.CANCELLED: frozenset(),
}


class IllegalTransitionError(RuntimeError):
    """A bug in an executor: the states of a job only follow the table."""

    def __init__(self, before: JobState, after: JobState) -> None:
        super().__init__(f"a job cannot go from {before} to {after}")


def check_transition(before: JobState, after: JobState) -> None:
    if after not in TRANSITIONS[before]:
        raise IllegalTransitionError(before, after)
