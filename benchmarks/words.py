"""Search in words and what to do next: 11,350 clips with three captions each, as many as InterAct has.

Bars: 50 ms for a search with the record and a snippet, 100 ms for a queue.

Peer in the same run, on the same table: SQL LIKE, which is what a store without a text index does. It is given the folded
texts, so that both find the same records, and is spared the snippets.
"""

import os
import random
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.library import median, show
from interact_core.clip import Caption
from interact_core.formats.listing import ClipRef, Listing
from interact_core.project import Project
from interact_core.project.facts import ClipFacts
from interact_core.project.index import write_facts, write_listing
from interact_core.project.queue import STRATEGIES, queue
from interact_core.project.text_search import search_terms

CLIPS = 11_350
BAR_MS = 50.0
QUEUE_BAR_MS = 100.0
LIMIT = 100
THINGS = (
    "backpack", "large table", "wooden chair", "mug", "suitcase", "yoga ball", "monitor", "small box", "trash bin", "toolbox",
    "floor lamp", "clothes stand", "tripod", "plastic box", "white chair", "keyboard", "basketball", "camera", "wine glass",
    "bottle",
)  # fmt: skip
VERBS = (
    ("lifts", "raises"), ("pushes", "shoves"), ("carries", "takes"), ("kicks", "strikes with the foot"), ("drags", "pulls"),
    ("rotates", "turns"), ("puts down", "sets down"), ("holds", "keeps"), ("moves", "shifts"), ("swings", "sways"),
)  # fmt: skip
HANDS = ("with the left hand", "with the right hand", "with both hands", "using two hands", "one-handed")
WAYS = ("forward", "backward", "to the left", "to the right", "upward", "slowly", "quickly", "in a circle", "towards the window")
THEN = (
    "and then puts it back on the ground", "before letting go of it", "while walking backwards", "and turns around",
    "while squatting down", "and steps aside", "before sitting down", "and releases it at waist height", "",
)  # fmt: skip


def captions(chance: random.Random, thing: str) -> tuple[Caption, ...]:
    """Natural, changed wording, shortened; about as long as InterAct's."""
    verb, other = chance.choice(VERBS)
    hand, way, then = chance.choice(HANDS), chance.choice(WAYS), chance.choice(THEN)
    natural = f"A person {verb} the {thing} {hand}, moving it {way} {then}".strip() + "."
    change = f"Someone {other} the {thing} {way} {hand} {then}".strip() + "."
    return Caption(natural, "natural"), Caption(change, "change"), Caption(f"{verb.capitalize()} the {thing} {way}.", "shorten")


def fill(project: Project) -> None:
    chance = random.Random(1)
    refs = []
    for number in range(CLIPS):
        thing = THINGS[number % len(THINGS)].replace(" ", "")
        name = f"sub{number % 17}_{thing}_{number:05d}"
        refs.append(ClipRef(name, f"set_{number % 9}", project.data / name, "interact", (thing,)))
    with project.database.writing() as connection:
        write_listing(connection, Listing(tuple(refs), (), project.data, "interact"), project.data)
        for number, ref in enumerate(refs):
            words = captions(chance, THINGS[number % len(THINGS)])
            write_facts(connection, ref.id, ClipFacts(300, 30.0, words, object_names=ref.object_names))


def like(project: Project, query: str) -> tuple[list[tuple[object, ...]], tuple[float, float]]:
    """All hits, and the time for at most LIMIT."""
    terms = search_terms(query)
    sql = "SELECT clip_id, uid FROM records WHERE NOT removed AND " + " AND ".join(["lower(text) LIKE ?"] * len(terms))
    values = tuple(f"%{term}%" for term in terms)
    limited = median(lambda: project.database.query(sql + f" ORDER BY clip_id, position LIMIT {LIMIT}", values))
    return project.database.query(sql, values), limited


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["INTERACT_HOME"] = str(Path(folder) / "home")
        first = Path(folder) / "data" / "set_0" / "sequences_canonical" / "sub0_mug_0"
        first.mkdir(parents=True)
        (first / "human.npz").touch()
        project = Project.open(Path(folder) / "data")
        start = time.perf_counter()
        fill(project)
        count = project.database.query("SELECT count(*) FROM words")[0][0]
        print(f"{CLIPS} clips, {count} captions stored and indexed in {time.perf_counter() - start:.1f} s")
        met = True
        for query in (
            "kicks basketball left hand",
            "person",
            "wine glass",
            '"to the left"',
            "squat toolbox circle",
            "to",
            "zebra",
        ):
            ours = median(lambda query=query: project.library.search_words(query, LIMIT))
            every = {(hit.clip_id, hit.uid) for hit in project.library.search_words(query, 10**6)}
            theirs, peer = like(project, query)
            if every != set(theirs):
                print(f"{query!r}: {len(every)} found, SQL LIKE finds {len(theirs)}")
                met = False
            ratio = f"SQL LIKE {peer[0]:.2f} ms, {peer[0] / ours[0]:.1f} times ours"
            met &= show(f"{query!r}, {len(every)} found, {min(len(every), LIMIT)} shown", ours, BAR_MS, ratio)
        with project.database.writing() as connection:
            connection.execute(
                "UPDATE clips SET actions = 'Lift', severity = (number % 97) / 97.0, agreement = (number % 89) / 89.0"
            )
            connection.execute('UPDATE clips SET artifacts = \'[{"kind": "jitter"}]\'')
            connection.execute("UPDATE clips SET state = 'done' WHERE number % 3 = 0")
        project.library.refresh()
        for strategy in STRATEGIES:
            count = len(queue(project, strategy))
            met &= show(f"queue {strategy!r}, {count} clips", median(lambda by=strategy: queue(project, by)), QUEUE_BAR_MS)
        clip = project.library.search()[0].id

        def typed_and_found() -> None:
            project.set_caption(clip, "natural", "an unheard of word")
            project.flush()
            assert project.library.search_words("unheard")

        show("typed, on disk and found", median(typed_and_found, 30), 500.0)
        project.close()
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
