"""Work for runs that takes no models and no seconds, and goes wrong in every way; and a driver to be killed."""

import os
import sys
import time
from pathlib import Path

from interact_core.cluster.local import LocalWorkers
from interact_core.cluster.run import run_plan
from interact_core.cluster.spec import Item, Plan, Result, Spec
from interact_core.errors import InputError
from interact_core.jobs.context import JobContext, NullContext


def double(spec: Spec, context: JobContext) -> Result:
    """Twice `number`; goes wrong as `trouble` says, always, or once with a `+` behind it."""
    given = spec.item.given
    trouble, once = given.get("trouble", ""), given.get("trouble", "").endswith("+")
    mark = Path(spec.out) / f"met_{spec.item.id}"
    if trouble and not (once and mark.exists()):
        mark.touch()
        go_wrong(trouble.rstrip("+"))
    context.progress(0.5, "halfway")
    for _ in range(given.get("steps", 0)):
        context.checkpoint()
        time.sleep(0.01)
    return {"twice": 2 * given["number"], "factor": spec.options.get("factor", 2), "not a number": float("nan")}


def go_wrong(how: str) -> None:
    if how == "input":
        raise InputError("holds nothing", path="x.npz", remedy="Fill it")
    if how == "bug":
        raise KeyError("nobody thought of this")
    if how == "die":
        os._exit(7)
    if how == "eat":
        eaten = bytearray(600_000_000)
        eaten[::4096] = b"x" * len(eaten[::4096])
        time.sleep(60)


def plan_for(items: dict[str, dict], **options: object) -> Plan:
    return Plan("double", double, tuple(Item(name, given) for name, given in items.items()), options)


def many(count: int, steps: int) -> Plan:
    return plan_for({f"set/clip_{k:03d}": {"number": k, "steps": steps} for k in range(count)})


if __name__ == "__main__":  # OUT COUNT STEPS WORKERS: a run whose driver can be killed
    out, count, steps, workers = Path(sys.argv[1]), *map(int, sys.argv[2:5])
    report = run_plan(many(count, steps), out, LocalWorkers(workers, NullContext()), retries=10_000)
    sys.exit(1 if report.failed else 0)
