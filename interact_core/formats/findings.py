"""One thing a check found."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Finding:
    """A stable code, "error" | "warning" | "info", where it is, what is wrong and what to do about it."""

    code: str
    severity: str
    path: Path
    field: str
    message: str
    remedy: str
