"""Growing a data set: children written as an InterAct data set of their own.

OUT/<dataset>_aug/sequences_canonical/<clip>_aug_<number>/; what was tried and why is kept by the run (cluster/kinds/augment.py).
An interrupted run does that one clip again, to the same result. Children of test clips would leak test motion into training
under other names; test clips are left out, and said.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from interact_core.annotation import AnnotationDocument, CaptionRecord, Record, SegmentRecord
from interact_core.annotation.document_files import DocumentMeta, document_bytes, document_name
from interact_core.augment.augment import AugmentResult, Candidate
from interact_core.augment.carry import carried_records
from interact_core.augment.options import AugmentOptions
from interact_core.clip import Clip
from interact_core.formats.atomic import write_bytes
from interact_core.formats.corrected import check_not_source
from interact_core.formats.datasets import DATASETS, dataset_for
from interact_core.formats.interact_layout import SEQUENCE_FOLDERS, dataset_root_of
from interact_core.formats.interact_writer import write_clip
from interact_core.formats.listing import ClipRef
from interact_core.formats.splits import SEQUENCES
from interact_core.formats.text_files import read_text

WORDS: Final = "annotations"
_SEED_STEP: Final = 10_000


def dataset_name(dataset: str) -> str:
    """`omomo` -> `omomo_aug`; what no such name is known for becomes `demo_aug`."""
    name = dataset if dataset.endswith("_aug") else f"{dataset}_aug"
    return name if dataset in DATASETS or dataset_for(name) is not None else "demo_aug"


def child_name(parent: str, seed: int, index: int) -> str:
    """Names that split files and their checks know as children: <parent>_aug_<number>."""
    return f"{parent.rsplit('/', 1)[-1]}_aug_{seed * _SEED_STEP + index:05d}"


def test_clips(ref: ClipRef) -> frozenset[str]:
    """Names in the split file beside the clip's data set; empty where there is none. InputError if it cannot be read."""
    if ref.path.parent.name not in SEQUENCE_FOLDERS:
        return frozenset()
    path = dataset_root_of(ref.path).parent / SEQUENCES
    if not path.is_file():
        return frozenset()
    return frozenset(line.strip() for line in read_text(path).splitlines() if line.strip())


def in_test(ref: ClipRef) -> bool:
    """Whether the clip, or the clip it was made from, is test data."""
    name, names = ref.path.name, test_clips(ref)
    return name in names or name.rpartition("_aug_")[0] in names


def options_key(options: AugmentOptions) -> str:
    """Equal options, equal key: what else is asked of a clip is done beside what was done before."""
    told = {**asdict(options), "device": ""}  # the same candidates, wherever they are computed
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def write_children(
    result: AugmentResult, ref: ClipRef, source: Clip, options: AugmentOptions, root: Path, records: Sequence[Record] = ()
) -> dict[str, Any]:
    """Write the kept candidates of a clip; the record of what was tried. InputError where the disk refuses.

    `records`: what a project says about the source. Its captions go into the children's text.txt in place of the source's
    own, its segments into `annotations/`, for `interact import`.
    """
    name = dataset_name(ref.dataset)
    check_not_source(ref.path, Path(root) / name)
    children = {}
    for candidate in result.kept:
        child = child_clip(candidate, source, options, name)
        words = carried_records(records, candidate.draw, source, child)
        captions = tuple(record.caption for record in words if isinstance(record, CaptionRecord))
        child = replace(child, captions=captions) if records else child
        children[candidate.index] = write_clip(child, Path(root), name, overwrite=True).name
        segments = [record for record in words if isinstance(record, SegmentRecord)]
        if segments:
            about = document_bytes(AnnotationDocument(child.id, segments), DocumentMeta(frames=child.num_frames, fps=child.fps))
            write_bytes(Path(root) / name / WORDS / document_name(child.id), about)
    return {
        "seed": options.seed, "source": result.source.record(),
        "candidates": [candidate_record(c) | {"child": children.get(c.index)} for c in result.candidates],
    }  # fmt: skip


def child_clip(candidate: Candidate, source: Clip, options: AugmentOptions, dataset: str) -> Clip:
    """The candidate as a clip to be written: named, with where it is from; objects of another form have names of their own."""
    known = {part.mesh.content_hash for obj in source.objects for part in obj.parts}
    objects = tuple(
        obj if all(p.mesh.content_hash in known for p in obj.parts)
        else replace(obj, name=f"{obj.name}_{obj.parts[0].mesh.content_hash[:6]}")
        for obj in candidate.clip.objects
    )  # fmt: skip
    metadata = {
        **source.metadata, "parent": source.id, "dataset": dataset, "augmentation": json.dumps(candidate.draw.record()),
        "seed": str(options.seed), "candidate": str(candidate.index),
    }  # fmt: skip
    name = child_name(source.id, options.seed, candidate.index)
    return replace(candidate.clip, id=name, objects=objects, metadata=metadata, source=None, recorded_joints=None)


def candidate_record(candidate: Candidate) -> dict[str, Any]:
    """Plain values for JSON."""
    return {
        "index": candidate.index, "kept": candidate.kept, "draw": candidate.draw.record(),
        "reasons": [vars(r) for r in candidate.reasons], "twin": candidate.twin if candidate.twin >= 0 else None,
        "chosen": candidate.chosen, "quality": candidate.quality.record(), "seconds": candidate.seconds,
        "notes": list(candidate.notes),
    }  # fmt: skip
