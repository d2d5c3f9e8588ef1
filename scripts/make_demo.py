"""Regenerate resources/demo: python scripts/make_demo.py [CLIP ...]. The same numbers every time."""

import argparse
import logging
import shutil
from pathlib import Path

from interact_core.demo import demo_root
from interact_core.demo.bake_all import bake


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", nargs="*", help="scenario names, e.g. lift_box; default all")
    parser.add_argument("--out", type=Path, default=demo_root())
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if not arguments.clips:
        for folder in ("sequences_canonical", "objects"):
            shutil.rmtree(arguments.out / folder, ignore_errors=True)
    bake(arguments.out, arguments.clips)


if __name__ == "__main__":
    main()
