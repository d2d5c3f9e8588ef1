"""Run as a program: types captions through a Project and says what it typed, until it is killed.

Each line of the log is written before the key is pressed and flushed to the system, so that the test knows, whatever
happens, which text the person saw at which moment.
"""

import itertools
import sys
import time
from pathlib import Path

from interact_core.project import Project


def main(data: Path, log: Path, pace: float) -> None:
    project = Project.open(data)
    ids = [row.id for row in project.library.search()]
    with log.open("a", buffering=1) as stream:
        for number in itertools.count():
            clip_id = ids[number // 7 % len(ids)]
            text = f"sentence {number} " + "word " * (number % 7)
            project.set_caption(clip_id, "typed", text, "ana")
            stream.write(f"{time.time()}\t{clip_id}\t{text}\n")
            time.sleep(pace)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))
