"""Which program made something: the package's version, and the commit where it runs from a checkout."""

import subprocess
from functools import cache
from pathlib import Path

from interact_core import __version__


@cache
def code_version() -> str:
    """ "0.1.0" or "0.1.0 (c0ffee1-dirty)". Asked once: the code that is loaded does not change."""
    root = Path(__file__).resolve().parents[1]
    if not (root / ".git").exists():
        return __version__
    command = ["git", "-C", str(root), "describe", "--always", "--dirty"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):  # no git on this machine: the version number has to do
        return __version__
    return f"{__version__} ({found})"
