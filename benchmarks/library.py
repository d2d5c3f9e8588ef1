"""A library of 10,000 clips with 30,000 captions: open, list, filter, search, store. Bar: list and filter within 100 ms.

Peers in the same run, on the same texts: SQL LIKE over the captions table, a scan in Python over texts held in memory,
and reading the clips' text.txt files, which is what a tool without an index does.
"""

import itertools
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from interact_core.clip import Caption
from interact_core.project import Project
from interact_core.project.facts import ClipFacts
from interact_core.project.index import write_facts
from interact_core.project.text_search import folded

CLIPS = 10_000
BAR_MS = 100.0
OBJECTS = ("backpack", "largetable", "woodchair", "mug", "suitcase", "yogaball", "monitor", "smallbox", "trashbin", "toolbox")
VERBS = ("lifts", "pushes", "carries", "kicks", "drags", "rotates", "puts down", "holds", "drinks from", "sits on")
HOWS = ("with the left hand", "with both hands", "slowly", "while walking backwards", "and turns around", "near the window")


def make_source(root: Path, clips: int = CLIPS) -> None:
    chance = random.Random(1)
    for number, (dataset, thing) in enumerate(itertools.islice(itertools.cycle(itertools.product("abcdefgh", OBJECTS)), clips)):
        folder = root / f"set_{dataset}" / "sequences_canonical" / f"sub{number % 17}_{thing}_{number:05d}"
        folder.mkdir(parents=True)
        (folder / "human.npz").touch()
        lines = [f"A person {chance.choice(VERBS)} the {thing} {chance.choice(HOWS)}." for _ in range(3)]
        (folder / "text.txt").write_text("\n".join(f"{line}##0.0#0.0" for line in lines))


def fill(project: Project, frames: Callable[[], int] = lambda: 300) -> None:
    with project.database.writing() as connection:
        for row in project.library.search():
            lines = (project.library.ref(row.id).path / "text.txt").read_text().splitlines()
            thing = row.id.split("_")[-2]
            captions = tuple(Caption(line.split("#")[0]) for line in lines)
            write_facts(connection, row.id, ClipFacts(frames(), 30.0, captions, object_names=(thing,)))
        connection.execute("UPDATE clips SET severity = (number % 100) / 100.0")


def median(work: Callable[[], object], times: int = 21) -> tuple[float, float]:
    """Milliseconds: median and 95th percentile of wall time."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken), sorted(taken)[int(len(taken) * 0.95)]


def show(what: str, ours: tuple[float, float], bar: float | None = None, peer: str = "") -> bool:
    met = bar is None or ours[1] <= bar
    verdict = "" if bar is None else f"  bar {bar:.0f} ms {'met' if met else 'MISSED'}"
    print(f"{what:<58} median {ours[0]:8.2f} ms  p95 {ours[1]:8.2f} ms{verdict}{'  ' + peer if peer else ''}")
    return met


def peers(project: Project, root: Path, words: tuple[str, ...]) -> dict[str, tuple[float, float]]:
    like = " AND ".join("clip_id IN (SELECT clip_id FROM captions WHERE text LIKE ?)" for _ in words)
    sql = f"SELECT DISTINCT clip_id FROM captions WHERE {like}"
    held = [folded(str(text)) for (text,) in project.database.query("SELECT text FROM clip_text")]
    files = sorted(root.rglob("text.txt"))

    def read_files() -> int:
        return sum(all(word in text for word in words) for text in (folded(file.read_text()) for file in files))

    return {
        "SQL LIKE": median(lambda: project.database.query(sql, tuple(f"%{word}%" for word in words))),
        "Python scan in memory": median(lambda: [text for text in held if all(word in text for word in words)]),
        "reading 10,000 text.txt": median(read_files, 3),
    }


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["INTERACT_HOME"] = str(Path(folder) / "home")
        root = Path(folder) / "data"
        make_source(root)
        start = time.perf_counter()
        project = Project.open(root)
        print(f"first opening, listing {project.library.count()} clips by names: {(time.perf_counter() - start) * 1000:.0f} ms")
        fill(project)
        project.close()
        start = time.perf_counter()
        project = Project.open(root)
        print(f"opening again, rows in memory, no file of the data touched: {(time.perf_counter() - start) * 1000:.0f} ms")
        library, met = project.library, True
        met &= show("list all", median(library.search), BAR_MS)
        met &= show("list all, worst first", median(lambda: library.search(order="severity")), BAR_MS)
        found = len(library.search(dataset="set_b", object_name="mug", severity_min=0.5))
        filtered = median(lambda: library.search(dataset="set_b", object_name="mug", severity_min=0.5))
        met &= show(f"filter: data set, object, severity, {found} found", filtered, BAR_MS)
        for query in ("kicks left hand", "table", "on", "suitcase sub3"):
            found = len(library.search(query))
            met &= show(f"search {query!r}, {found} found", median(lambda query=query: library.search(query)), BAR_MS)
        for name, figure in peers(project, root, ("kicks", "left", "hand")).items():
            show(f"  peer for 'kicks left hand': {name}", figure)
        clip = library.search()[0].id
        show("set_caption as the window sees it", median(lambda: project.set_caption(clip, "natural", "typing"), 200))

        def typed_and_stored() -> None:
            project.set_caption(clip, "natural", "typed")
            project.flush()

        show("set_caption and flush: on disk, fsync included", median(typed_and_stored, 50), 500.0)
        project.close()
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
