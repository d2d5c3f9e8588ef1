"""Run every benchmark in a process of its own: `python -m benchmarks [NAME ...]`."""

import subprocess
import sys
from pathlib import Path

NAMES = ("bodies", "distance", "rendering", "library", "words", "evidence", "startup", "refinement_jobs")


def main(names: list[str]) -> int:
    """0 when every benchmark ran; a failing one does not stop the rest."""
    failed = []
    for name in names or list(NAMES):
        print(f"\n=== {name} ===", flush=True)
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=Path(__file__).parents[1], check=False)
        if done.returncode:
            failed.append(name)
    if failed:
        print(f"\nfailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
