"""Long work: what it may do, what state it is in, who runs it. Knows callables, never a backend."""

from interact_core.jobs.context import JobContext, NullContext, SubContext
from interact_core.jobs.job import Job, JobFailure, Progress
from interact_core.jobs.states import IllegalTransitionError, JobState
from interact_core.jobs.thread_executor import ThreadExecutor

__all__ = [
    "IllegalTransitionError", "Job", "JobContext", "JobFailure", "JobState", "NullContext", "Progress", "SubContext",
    "ThreadExecutor",
]  # fmt: skip
