"""The table of states, and that a job only ever moves along it."""

import itertools

import pytest

from interact_core.errors import Cancelled, InputError
from interact_core.jobs import IllegalTransitionError, Job, JobState
from interact_core.jobs.states import TRANSITIONS, check_transition

LEGAL = {
    ("queued", "starting"), ("queued", "cancelled"), ("starting", "running"), ("starting", "cancelling"),
    ("starting", "failed"), ("running", "cancelling"), ("running", "done"), ("running", "failed"),
    ("cancelling", "cancelled"), ("cancelling", "failed"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), list(itertools.product(JobState, JobState)))
def test_every_pair_of_states_is_allowed_or_raises(before: JobState, after: JobState) -> None:
    if (str(before), str(after)) in LEGAL:
        check_transition(before, after)
    else:
        with pytest.raises(IllegalTransitionError):
            check_transition(before, after)


def test_finished_states_lead_nowhere() -> None:
    assert {state for state in TRANSITIONS if state.finished} == {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


def seen_states(job: Job[object]) -> list[str]:
    states: list[str] = []
    job.changed.connect(lambda j: states.append(str(j.state)))
    job.run()
    return states


def test_states_of_work_that_succeeds() -> None:
    job: Job[object] = Job("add", lambda context: 1 + 1)
    assert seen_states(job) == ["starting", "running", "done"]
    assert job.result() == 2
    assert job.progress.fraction == 1.0
    assert job.ended is not None and job.started is not None and job.ended >= job.started


def test_an_error_for_the_user_is_told_apart_from_a_bug() -> None:
    def refuse(context: object) -> None:
        raise InputError("no such mesh", path="chair.obj")

    def bug(context: object) -> None:
        raise ZeroDivisionError("division by zero")

    refused: Job[object] = Job("a", refuse)
    broken: Job[object] = Job("b", bug)
    assert seen_states(refused) == seen_states(broken) == ["starting", "running", "failed"]
    assert refused.failure is not None and refused.failure.expected and refused.failure.message == "chair.obj: no such mesh."
    assert broken.failure is not None and not broken.failure.expected
    assert "ZeroDivisionError: division by zero" in broken.failure.message
    assert "in bug" in broken.failure.traceback
    with pytest.raises(RuntimeError, match="has no result"):
        broken.result()


def test_work_may_stop_by_itself() -> None:
    def stop(context: object) -> None:
        raise Cancelled

    job: Job[object] = Job("stop", stop)
    assert seen_states(job) == ["starting", "running", "cancelled"]


def test_a_queued_job_is_cancelled_at_once_and_never_runs() -> None:
    ran: list[int] = []
    job: Job[object] = Job("never", lambda context: ran.append(1))
    job.cancel()
    assert job.state is JobState.CANCELLED and job.wait(0)
    job.run()
    assert ran == []


def test_cancelling_wins_over_a_result_that_arrives_too_late() -> None:
    job: Job[object] = Job("late", lambda context: job.cancel())
    assert seen_states(job) == ["starting", "running", "cancelling", "cancelled"]
    with pytest.raises(RuntimeError):
        job.result()


def test_cancelling_a_finished_job_changes_nothing() -> None:
    job: Job[object] = Job("done", lambda context: "x")
    job.run()
    job.cancel()
    assert job.state is JobState.DONE and job.result() == "x"


def test_release_lets_the_result_go() -> None:
    class Heavy:
        pass

    import weakref

    job: Job[object] = Job("heavy", lambda context: Heavy())
    job.run()
    alive = weakref.ref(job.result())
    job.release()
    assert alive() is None
