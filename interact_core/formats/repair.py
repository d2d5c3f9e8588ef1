"""A copy of the data, repaired where a repair is safe: where the files themselves say what they should be.

The input is never touched. What is computed from a clip and does not fit it is left out of the copy: every reader can do
without it, none can tell that it is wrong. Everything else that a check finds needs a person and stays as it is.
"""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from interact_core.errors import InputError
from interact_core.formats.atomic import new_folder, npz_bytes
from interact_core.formats.findings import Finding
from interact_core.formats.npz_files import NpzFile
from interact_core.formats.registry import open_path
from interact_core.formats.splits import SEQUENCES, split_report
from interact_core.formats.text_files import read_text
from interact_core.jobs.context import JobContext, NullContext

_NOT_COPIED: Final = ("raw", ".*.tmp", ".*.old")


@dataclass(frozen=True)
class Repaired:
    """One finding and what was done about it in the copy."""

    finding: Finding
    done: str


def _leave_out(finding: Finding, path: Path, _root: Path) -> str:
    path.unlink()
    return f"{path.name} left out"


def _leave_out_named(finding: Finding, path: Path, _root: Path) -> str:
    file = path / finding.field
    file.unlink()
    return f"{file.name} left out"


def _turn_back(finding: Finding, path: Path, _root: Path) -> str:
    target = path / "object.npz"
    file = NpzFile(target)
    arrays = {key: file.array(key) for key in file.keys if key not in ("angles", "name")}
    angles = -file.floats("angles", (None, 3))
    target.write_bytes(npz_bytes({**arrays, "angles": angles, "name": np.array(file.string("name"))}))
    return "object's angles negated"


def _full_records(finding: Finding, path: Path, _root: Path) -> str:
    lines = read_text(path).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    path.write_text("\r".join(f"{line.strip()}##0.0#0.0" if "#" not in line else line for line in lines if line.strip()), "utf-8")
    return "sentences written as caption#tokens#start#end"


def _split_file(finding: Finding, path: Path, root: Path) -> str:
    """Names as the clips are called, each once, children with their parents."""
    report = split_report(path.parent, open_path(root).refs)
    mended = report.resolution.mended
    names = [new for name in report.listed for new in mended.get(name, (name,))]
    sides = {leak.child: leak.child_is_test for leak in report.leaks}
    names = [name for name in names if not sides.get(name, False)]
    names += [child for child, is_test in sides.items() if not is_test]
    path.write_text("\n".join(dict.fromkeys(names)) + "\n", "utf-8")
    return f"{SEQUENCES} written with the clips' own names"


FIXES: Final[Mapping[str, Callable[[Finding, Path, Path], str]]] = {
    **dict.fromkeys(
        ("markers-shape", "markers-unreadable", "markers-elsewhere", "motion-shape", "motion-unreadable", "motion-stale",
         "light-no-feet", "light-unreadable", "bps-shape", "bps-unreadable", "samples-off-mesh", "samples-unreadable"),
        _leave_out,
    ),
    "joints-unusable": _leave_out_named, "action-is-caption": _leave_out_named, "action-unreadable": _leave_out_named,
    "object-rotation-inverted": _turn_back, "text-bare": _full_records,
    **dict.fromkeys(("split-spelling", "split-suffix", "split-duplicate", "split-leak"), _split_file),
}  # fmt: skip
"""What can be repaired safely, by the code of the finding."""


def is_fixable(code: str) -> bool:
    return code in FIXES


def write_repaired(
    data: Path, out: Path, findings: Sequence[Finding], context: JobContext | None = None
) -> tuple[Repaired, ...]:  # fmt: skip
    """Copy `data` to `out` and repair there. InputError where out exists, lies inside the data, or cannot be written."""
    context = context or NullContext()
    data, target = data.expanduser().resolve(), out.expanduser().absolute().resolve()
    if not data.is_dir():
        raise InputError("is one file; only folders are repaired", path=data, remedy="Name the data set's folder")
    if target.is_relative_to(data):
        raise InputError("lies inside the data, which is never written", path=out, remedy="Choose another place")
    done: list[Repaired] = []
    with new_folder(target) as folder:
        shutil.copytree(data, folder, ignore=shutil.ignore_patterns(*_NOT_COPIED), dirs_exist_ok=True)
        context.progress(0.6, "copied")
        for k, finding in enumerate(findings):
            context.checkpoint()
            fix = FIXES.get(finding.code)
            where = finding.path.expanduser().resolve()
            if fix is None or not where.is_relative_to(data):
                continue
            path = folder / where.relative_to(data)
            # Two findings may be about the same file; what is gone needs no second repair.
            if (path / finding.field if path.is_dir() and fix is _leave_out_named else path).exists():
                done.append(Repaired(finding, fix(finding, path, folder)))
            context.progress(0.6 + 0.4 * (k + 1) / len(findings), "repaired")
    return tuple(done)
