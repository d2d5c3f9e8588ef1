"""Split files against the clips that are there: names that resolve to nothing, and children that left their parent.

`test_seq.txt` lists the test clips by name; everything else is training data, so a name that matches nothing and an
augmented child of a test clip under another name both leak test motion into training (data format note, D5, 5.4).
"""

from collections.abc import Iterator

from interact_core.errors import InputError
from interact_core.formats.findings import Finding
from interact_core.formats.listing import Listing
from interact_core.formats.splits import OBJECTS, SEQUENCES, SplitReport, split_report, split_roots


def check_splits(listing: Listing) -> Iterator[Finding]:
    """Findings about the split files beside the datasets, if there are any."""
    for root in split_roots(listing.refs):
        try:
            report = split_report(root, listing.refs)
        except InputError as error:
            yield Finding("split-unreadable", "warning", error.path or root, "", error.problem, error.remedy)
            continue
        # Only judged when a whole data root is open: a single dataset rightly lacks the others' names.
        if listing.root == root:
            yield from _unresolved(report)
            yield from _objects(report)
        yield from _spelled(report)
        yield from _leaking(report)


def _unresolved(report: SplitReport) -> Iterator[Finding]:
    missing = report.resolution.missing
    if missing:
        text = f"{len(missing)} of {len(report.listed)} names match no clip (first: {missing[0]})"
        remedy = "Unmatched test clips fall into training: check their spelling"
        yield Finding("split-unresolved", "warning", report.root / SEQUENCES, "", text, remedy)


def _spelled(report: SplitReport) -> Iterator[Finding]:
    path, found = report.root / SEQUENCES, report.resolution
    for name, clip in found.spelling.items():
        text = f"'{name}' is spelled '{clip}' in the data: loaders take it for training data"
        yield Finding("split-spelling", "warning", path, name, text, "Write the clip's own name")
    if found.suffix:
        first = next(iter(found.suffix.values()))[0]
        count = sum(len(clips) for clips in found.suffix.values())
        text = f"{count} clips differ from a test name only by a start number (first: {first})"
        yield Finding("split-suffix", "warning", path, "", text, "Add their full names to the split file")
    for name in report.duplicates:
        yield Finding("split-duplicate", "info", path, name, "the name stands in the list more than once", "Keep one")


def _objects(report: SplitReport) -> Iterator[Finding]:
    path = report.root / OBJECTS
    for held in report.held_out:
        if not held.clips:
            text = f"no clip has the held-out object '{held.name}'"
            yield Finding("split-object-unresolved", "warning", path, held.name, text, "Check its spelling")
        elif len(held.datasets) > 1:
            text = f"'{held.name}' is an object of {', '.join(held.datasets)}: the bare name holds out all of them"
            yield Finding("split-object-ambiguous", "info", path, held.name, text, "Say which data set is meant")
        if held.in_training and report.listed:
            text = f"{len(held.in_training)} training clips show the held-out object '{held.name}' (first: {held.in_training[0]})"
            yield Finding("split-object-training", "info", path, held.name, text, "Leave them out of training for unseen objects")


def _leaking(report: SplitReport) -> Iterator[Finding]:
    for leak in report.leaks:
        side, other = ("training", "test") if leak.child_is_test else ("test", "training")
        text = f"{leak.child} is {other} data, but its parent {leak.parent} is {side} data"
        remedy = "A child follows its parent: list both or neither"
        yield Finding("split-leak", "error", report.root / SEQUENCES, leak.child, text, remedy)
