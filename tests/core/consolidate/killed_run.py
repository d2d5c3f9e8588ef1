"""A run in a process of its own, to be killed: python killed_run.py DATA OUT JOBS."""

import sys
from pathlib import Path

from interact_core.cluster.kinds.consolidate import consolidate
from interact_core.consolidate.config import Config, SourceConfig


def config_of(data: Path, out: Path) -> Config:
    return Config(out, (SourceConfig("released", data, "demo"),))


if __name__ == "__main__":
    print("ready", flush=True)
    report = consolidate(config_of(Path(sys.argv[1]), Path(sys.argv[2])), jobs=int(sys.argv[3]))
    print("failed" if report.failures else "done", flush=True)
