"""Items done on a Ray cluster: one of this machine, or one that is there already.

Every actor is one slot. It does its items in a worker process of its own, exactly as the local executor does, so results,
the cap on memory and what a death looks like are the same; what Ray adds is where it runs, and that it dies with its node.
"""

import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from interact_core.cluster.executor import DIED, Ended, Failure, Standing
from interact_core.cluster.local import outcome_of
from interact_core.cluster.spec import Run, Spec
from interact_core.cluster.working import Done, work_there
from interact_core.errors import InputError
from interact_core.jobs.context import JobContext, NullContext
from interact_core.jobs.crew import Crew

_STORE: Final = 100 * 2**20
"""Bytes of Ray's object store on this machine: only names and numbers go through it."""
_REACH: Final = 5.0
_LOOK_EVERY: Final = 1.0
"""Seconds between two questions to an actor of how far it is."""
INSTALL: Final = "Install it: pip install 'interact-studio[cluster]'"


class Host:
    """What runs in an actor: one worker process, and how far it is."""

    def __init__(self, memory_cap: int) -> None:
        self._crew = Crew(1, memory_cap=memory_cap)
        self._standing = Standing(NullContext())

    def work(self, run: Run, record: dict[str, Any], folder: str) -> Done | Failure:
        self._standing = Standing(NullContext())
        return outcome_of(self._crew.submit(work_there, run, record, folder, context=self._standing))

    def standing(self) -> tuple[float, str]:
        return self._standing.fraction, self._standing.stage


@dataclass
class _Slot:
    """An actor and what it is doing. `asked`: the answer to how far it is that is on its way."""

    actor: Any
    item: str = ""
    work: Any = None
    asked: Any = None
    asked_at: float = 0.0


class RayWorkers:
    """`slots` actors of one core each, and of `gpus` GPUs. InputError without Ray, or where `address` answers nothing."""

    def __init__(self, slots: int, context: JobContext, *, address: str = "", gpus: float = 0.0, memory_cap: int = 0) -> None:
        self.slots = slots
        self._context = context
        self._ray = _started(slots, address, gpus)
        self._host = self._ray.remote(num_cpus=1, num_gpus=gpus, max_concurrency=2, max_restarts=0)(Host)
        self._cap = memory_cap
        self._free = [_Slot(self._host.remote(memory_cap)) for _ in range(slots)]
        self._busy: dict[str, _Slot] = {}
        self._told: dict[str, Standing] = {}

    def __enter__(self) -> "RayWorkers":
        return self

    def __exit__(self, *_: object) -> None:
        for slot in (*self._free, *self._busy.values()):
            self._ray.kill(slot.actor)
        self._ray.shutdown()

    def start(self, run: Run, spec: Spec, folder: Path) -> None:
        slot = self._free.pop()
        slot.item, slot.work = spec.item.id, slot.actor.work.remote(run, spec.record(), str(folder))
        self._busy[spec.item.id] = slot
        self._told[spec.item.id] = Standing(self._context)

    def ended(self, timeout: float) -> list[Ended]:
        if not self._busy:
            time.sleep(timeout)
            return []
        by_work = {slot.work: slot for slot in self._busy.values()}
        ready, _ = self._ray.wait(list(by_work), num_returns=1, timeout=timeout)
        if ready:  # others may have ended with it
            ready, _ = self._ray.wait(list(by_work), num_returns=len(by_work), timeout=0)
        self._listen()
        return [self._end(by_work[work]) for work in ready]

    def standing(self) -> Mapping[str, Standing]:
        return self._told

    def _end(self, slot: _Slot) -> Ended:
        try:
            outcome: Done | Failure = self._ray.get(slot.work)
            self._free.append(replace(slot, item="", work=None, asked=None))
        except self._ray.exceptions.RayError as error:  # the actor's process or its whole machine is gone
            outcome = Failure(DIED, f"a worker of the cluster was lost ({type(error).__name__})")
            with suppress(self._ray.exceptions.RayError):
                self._ray.kill(slot.actor)
            self._free.append(_Slot(self._host.remote(self._cap)))
        del self._busy[slot.item], self._told[slot.item]
        return Ended(slot.item, outcome)

    def _listen(self) -> None:
        """How far the actors are, as they answered the last question; nobody is waited for."""
        for slot in self._busy.values():
            if slot.asked is None and time.monotonic() > slot.asked_at + _LOOK_EVERY:
                slot.asked, slot.asked_at = slot.actor.standing.remote(), time.monotonic()
            elif slot.asked is not None and self._ray.wait([slot.asked], timeout=0)[0]:
                answer, slot.asked = slot.asked, None
                with suppress(self._ray.exceptions.RayError):  # that it is gone shows where its work ends
                    self._told[slot.item].progress(*self._ray.get(answer))


def _started(slots: int, address: str, gpus: float) -> Any:
    """The module, connected."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is reported to anybody
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # a CPU actor keeps what it sees, as a local worker does
    try:
        import ray
    except ImportError as error:
        raise InputError("Ray is not installed", field="--ray", remedy=INSTALL) from error
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR", "configure_logging": False}
    if not address:
        ray.init(num_cpus=slots, include_dashboard=False, object_store_memory=_STORE, **quiet)
    else:
        _check_reachable(address)
        try:
            ray.init(address=address, **quiet)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise _unreachable(address) from error
    has = ray.cluster_resources()
    if has.get("CPU", 0) < slots or has.get("GPU", 0) < gpus * slots:
        ray.shutdown()
        raise InputError(
            f"the cluster has {has.get('CPU', 0):g} cores and {has.get('GPU', 0):g} GPUs; {slots} workers need {slots} and "
            f"{gpus * slots:g}", field="--workers", remedy="Ask for fewer workers, or for a smaller share of a GPU for each",
        )  # fmt: skip
    return ray


def _check_reachable(address: str) -> None:
    """Ray itself would try for half a minute and then tell it in fifty lines."""
    if address == "auto":
        return
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not colon or not port.isdigit():
        raise InputError(
            f"'{address}' is no address", field="--address", remedy="Write host:6379, ray://host:10001 or auto"
        )  # fmt: skip
    try:
        socket.create_connection((host, int(port)), timeout=_REACH).close()
    except (OSError, OverflowError) as error:
        raise _unreachable(address) from error


def _unreachable(address: str) -> InputError:
    return InputError(
        f"no Ray cluster answers at {address}", field="--address",
        remedy="Start one with `ray start --head`, check the address, or leave --address out for one on this machine",
    )  # fmt: skip
