"""New clips from every clip: OUT/<dataset>_aug/..., with every candidate's draw, figures and reasons in the result."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from interact_core.cluster.kinds.clips import PLACES, clips_of, models_of, places
from interact_core.cluster.spec import Item, Plan, Result, Spec, clip_item, clip_ref
from interact_core.errors import InputError
from interact_core.jobs.context import JobContext
from interact_core.named_values import parsed_changes

if TYPE_CHECKING:
    from interact_core.augment.options import AugmentOptions
    from interact_core.formats.listing import ClipRef

TEST_DATA: Final = "test data"


def plan(path: Path, out: Path, changes: list[str], device: str, models_dir: Path | None) -> Plan:
    """preset, and any option of docs/augmentation.md."""
    return plan_with(path, out, chosen_options(changes, {}), device, models_dir, clips_of(path))


def chosen_options(changes: list[str], given: Mapping[str, object]) -> "AugmentOptions":
    """A preset with changes. InputError for what there is not."""
    from interact_core.augment.options import PRESETS, fields_of, with_values

    types: dict[str, object] = {"preset": str, **{one.name: one.type for one in fields_of(PRESETS["default"])}}
    asked = {**given, **parsed_changes(changes, types, "docs/augmentation.md")}
    preset = str(asked.pop("preset", "default"))
    if preset not in PRESETS:
        raise InputError(f"there is no preset {preset!r}", field="--preset", remedy=f"Choose one of {', '.join(PRESETS)}")
    return with_values(PRESETS[preset], asked)


def plan_with(
    path: Path, out: Path, options: "AugmentOptions", device: str, models_dir: Path | None, refs: "tuple[ClipRef, ...]",
    swap: tuple[Path, ...] = (),
) -> Plan:  # fmt: skip
    """For these clips of `path`. Test clips would leak into training under other names: they are left out."""
    from interact_core.augment.dataset import dataset_name, in_test
    from interact_core.formats.corrected import check_not_source
    from interact_core.formats.meshes import read_mesh
    from interact_core.project.written import project_documents

    for mesh in swap:
        read_mesh(mesh)  # a wrong one is said before any work
    left_out = {ref.id: TEST_DATA for ref in refs if in_test(ref)}
    items = []
    with project_documents(path) as written:
        for ref in refs:
            check_not_source(ref.path, out / dataset_name(ref.dataset))
            if ref.id not in left_out:
                items.append(_item(ref, None if written is None else written(ref.id)))
    asked = {**asdict(options), "swap_meshes": [str(mesh.absolute()) for mesh in swap], **places(device, models_dir)}
    return Plan("augment", run, tuple(items), asked, str(path), PLACES, left_out)


def _item(ref: "ClipRef", document: Any) -> Item:
    """A clip with what its project says of it, which another machine cannot look up."""
    from interact_core.annotation.document_files import document_bytes

    item = clip_item(ref)
    return item if document is None else replace(item, given={**item.given, "words": document_bytes(document).decode()})


def run(spec: Spec, context: JobContext) -> Result:
    from interact_core.annotation.document_files import parse_document
    from interact_core.augment.augment import augment_clip
    from interact_core.augment.dataset import write_children
    from interact_core.formats.meshes import read_mesh
    from interact_core.formats.registry import read_clip
    from interact_core.paths import cache_dir
    from interact_core.project.written import document_of_data

    ref, models = clip_ref(spec.item), models_of(spec.options)
    options = _options_of(spec.options)
    source = read_clip(ref, models_dir=models)
    words = spec.item.given.get("words")
    document = document_of_data(source) if words is None else parse_document(words.encode(), ref.path)[0]
    meshes = tuple((path.stem, read_mesh(path)) for path in map(Path, spec.options["swap_meshes"]))
    result = augment_clip(source, options, cache_dir=cache_dir(), models_dir=models, context=context, meshes=meshes)
    return write_children(result, ref, source, options, Path(spec.out), document.records)


def _options_of(given: Mapping[str, Any]) -> "AugmentOptions":
    """The other way round of `asdict`."""
    from interact_core.augment.options import DEFAULT, with_values

    groups = ("variations", "following", "limits")
    flat = {name: value for group in groups for name, value in given[group].items()}
    rest = {name: given[name] for name in ("count", "keep", "seed", "method", "device")}
    return with_values(DEFAULT, flat | rest)
