"""Split files against the clips that are there: names that resolve to nothing, and children that left their parent.

`test_seq.txt` lists the test clips by name; everything else is training data, so a name that matches nothing and an
augmented child of a test clip under another name both leak test motion into training (data format note, D5, 5.4).
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from interact_core.errors import InputError
from interact_core.formats.findings import Finding
from interact_core.formats.interact_layout import dataset_root_of
from interact_core.formats.listing import Listing
from interact_core.formats.text_files import read_text

SPLIT_FILE: Final = "test_seq.txt"
_CHILD: Final = re.compile(r"(.+)_(?:aug_)?\d+")


def check_splits(listing: Listing) -> Iterator[Finding]:
    """Findings about the split file beside the datasets, if there is one."""
    refs = [ref for ref in listing.refs if ref.format == "interact"]
    roots = {dataset_root_of(ref.path).parent for ref in refs}
    for root in sorted(roots):
        path = root / SPLIT_FILE
        if not path.is_file():
            continue
        try:
            test = {line.strip() for line in read_text(path).splitlines() if line.strip()}
        except InputError as error:
            yield Finding("split-unreadable", "warning", path, "", error.problem, error.remedy)
            continue
        base = {ref.path.name for ref in refs if "_aug" not in ref.dataset}
        derived = {ref.path.name for ref in refs if "_aug" in ref.dataset}
        yield from _unresolved(path, test, base | derived, listing)
        yield from _leaking(path, test, base, derived)


def _unresolved(path: Path, test: set[str], names: set[str], listing: Listing) -> Iterator[Finding]:
    """Only judged when a whole data root is open: a single dataset rightly lacks the others' names."""
    missing = sorted(test - names)
    if missing and listing.root == path.parent:
        text = f"{len(missing)} of {len(test)} names match no clip (first: {missing[0]})"
        yield Finding(
            "split-unresolved", "warning", path, "", text, "Unmatched test clips fall into training: check their spelling"
        )
    suffixed = sorted(n for n in names - test if (m := _CHILD.fullmatch(n)) and m[1] in test and m[1] not in names)
    if suffixed:
        text = f"{len(suffixed)} clips differ from a test name only by a start number (first: {suffixed[0]})"
        yield Finding("split-suffix", "warning", path, "", text, "Add their full names to the split file")


def _leaking(path: Path, test: set[str], base: set[str], derived: set[str]) -> Iterator[Finding]:
    for child in sorted(derived):
        match = _CHILD.fullmatch(child)
        if match and match[1] in base and (match[1] in test) != (child in test):
            side, other = ("test", "training") if match[1] in test else ("training", "test")
            text = f"{child} is {other} data, but its parent {match[1]} is {side} data"
            yield Finding("split-leak", "error", path, child, text, "A child follows its parent: list both or neither")
