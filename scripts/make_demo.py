"""Regenerate resources/demo: python scripts/make_demo.py [SCENARIO ...]. The same numbers every time."""

import argparse
import logging
import shutil
from pathlib import Path

from interact_core.demo import demo_root
from interact_core.demo.baking import bake


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="*", help="names such as lift_box; all if none is given")
    parser.add_argument("--out", type=Path, default=demo_root().parent, help="folder that holds the dataset folder 'demo'")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if not arguments.scenarios:
        for folder in ("sequences_canonical", "objects"):
            shutil.rmtree(arguments.out / "demo" / folder, ignore_errors=True)
    bake(arguments.out, arguments.scenarios)


if __name__ == "__main__":
    main()
