"""What is wrong with files, before anybody trusts them: every clip is read, then checked against what it should be."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from interact_core.clip import Clip, Notice
from interact_core.errors import InputError
from interact_core.formats.clip_checks import check_clip
from interact_core.formats.derived_checks import check_derived
from interact_core.formats.findings import Finding
from interact_core.formats.meshes import read_mesh_noting
from interact_core.formats.registry import ClipRef, Listing, open_path, read_clip, sniff
from interact_core.formats.split_checks import check_splits
from interact_core.formats.text_checks import check_text
from interact_core.jobs.context import JobContext, NullContext

__all__ = ["Finding", "Report", "validate_path"]


@dataclass(frozen=True)
class Report:
    """All findings under a path, in the order of its clips; "error" means a clip that cannot be used as it is."""

    findings: tuple[Finding, ...]
    num_clips: int = 0

    @property
    def has_errors(self) -> bool:
        return any(f.severity == "error" for f in self.findings)


def validate_path(path: Path | str, models_dir: Path | None = None, context: JobContext | None = None) -> Report:
    """Check a clip, a dataset, a `data/` root or a mesh. Never raises for what files contain; Cancelled may come through."""
    path, context = Path(path), context or NullContext()
    try:
        if sniff(path) == "mesh":
            return Report(tuple(_of_notices(read_mesh_noting(path)[1], path)))
        listing = open_path(path)
    except InputError as error:
        return Report((_of_error(error, path),))
    findings = list(_of_notices(listing.problems, path))
    seen: dict[bytes, str] = {}
    for number, ref in enumerate(listing.refs):
        context.checkpoint()
        findings.extend(_check(ref, models_dir, seen))
        context.progress((number + 1) / len(listing.refs), ref.id)
    findings.extend(_across(listing))
    return Report(tuple(_once(findings)), len(listing.refs))


def _check(ref: ClipRef, models_dir: Path | None, seen: dict[bytes, str]) -> Iterator[Finding]:
    """`seen` gathers every clip's motion, to find those that are there twice."""
    try:
        clip = read_clip(ref, models_dir)
    except InputError as error:
        yield _of_error(error, ref.path)
        return
    yield from _of_notices(clip.notices, ref.path)
    yield from check_clip(clip)
    yield from check_derived(clip)
    first = seen.setdefault(_digest(clip), ref.id)
    if first != ref.id:
        text = f"moves exactly as {first} does"
        yield Finding("clip-duplicate", "warning", ref.path, "", text, "Keep one, or training sees its test data")
    if ref.format == "interact":
        yield from check_text(ref.path)


def _digest(clip: Clip) -> bytes:
    arrays = [clip.body.full_pose(), clip.body.transl, *(p.translation for o in clip.objects for p in o.parts)]
    whole = hashlib.sha256()
    for array in arrays:
        whole.update(np.ascontiguousarray(array, np.float32).tobytes())
    return whole.digest()


def _across(listing: Listing) -> Iterator[Finding]:
    if any(ref.format == "interact" for ref in listing.refs):
        yield from check_splits(listing)


def _of_error(error: InputError, path: Path) -> Finding:
    return Finding("unusable", "error", error.path or path, error.field or "", error.problem, error.remedy)


def _of_notices(notices: tuple[Notice, ...], path: Path) -> Iterator[Finding]:
    yield from (Finding(n.code, n.severity, path, n.field, n.message, "") for n in notices)


def _once(findings: list[Finding]) -> Iterator[Finding]:
    """Meshes are shared by many clips: the same words about the same file are said once."""
    seen = set()
    for finding in findings:
        key = (
            finding.message if finding.code.startswith("mesh-") else (finding.path, finding.code, finding.field, finding.message)
        )
        if key not in seen:
            seen.add(key)
            yield finding
