"""The stages as a declared graph: what each needs, which options it looks at, which version its rules have.

A stage's key is the digest of its name, version, options and the keys of what it needs, down to the content of the source's
files. Equal keys, equal results: that is all that caching, resuming and a dry run go by. Whoever changes what a stage makes
raises its version.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from interact_core.consolidate import arrays, objects, steps
from interact_core.consolidate.config import DERIVED, Config
from interact_core.consolidate.exporting import EXPORTERS
from interact_core.consolidate.take import Bench, Settled, Take
from interact_core.errors import InputError

Files = Mapping[str, bytes]
"""File name to content."""


@dataclass(frozen=True)
class Stage:
    """`options` are `table.key` of the config; `about` is a line for the stage table. Without a `run` it is the worker's own."""

    name: str
    needs: tuple[str, ...]
    version: int
    options: tuple[str, ...]
    about: str


@dataclass(frozen=True)
class TakeStage(Stage):
    """From a recording, or a piece of it, to the takes it becomes."""

    run: Callable[[Take, Bench], tuple[Take, ...]]


@dataclass(frozen=True)
class ObjectStage(Stage):
    """Files of one mesh of an object, by their path below the dataset; clips share them."""

    run: Callable[[objects.Part, Bench], Files]


@dataclass(frozen=True)
class ClipStage(Stage):
    """Files of a clip folder, from the clip as its files say."""

    run: Callable[[Settled], Files]


_MADE: Final[tuple[Stage, ...]] = (
    Stage("read", (), 1, (), "the adapter's recording: metres, radians, absolute hands; axes and rate still the source's"),
    TakeStage("axes", ("read",), 1, ("rate.fps", "body.models", "body.stand_in"), "+Y up, one frame rate", steps.axes),
    TakeStage("ground", ("axes",), 1, ("ground.frames", "ground.surfaces", "source.kind"), "the floor at y = 0", steps.ground),
    TakeStage("centre", ("ground",), 1, ("mesh.centre", "source.object_names"), "meshes around their vertex mean", steps.centre),
    TakeStage(
        "segment", ("centre",), 1, ("segment.shortest", "segment.tokens"), "clips with captions by the annotation forms",
        steps.segment,
    ),
    TakeStage("canonical", ("segment",), 1, ("canonical.ground",), "frame 0 at the origin, facing +Z", steps.canonical),
    ObjectStage("meshes", ("centre",), 1, (), "objects/<object>/*.obj", objects.meshes),
    ObjectStage("samples", ("meshes",), 1, ("objects.sample_ids",), "340 points of every mesh", objects.samples),
    ObjectStage("bps", ("meshes",), 1, (), "distances from 1024 fixed points", objects.codes),
    Stage("clip", ("canonical", "meshes"), 1, (), "human.npz, object*.npz, text.txt, action.*, contact.npz"),
    ClipStage("joints", ("clip",), 1, (), "joints.npy (T, 52, 3)", arrays.joints),
    ClipStage("markers", ("clip",), 1, (), "markers.npy (T, 77, 3)", arrays.markers),
    ClipStage(
        "motion", ("markers", "samples"), 1, ("motion.compat",), "motion_corrected.npy (T, 962), motion.npy with compat",
        arrays.motion,
    ),
    ClipStage(
        "light", ("joints", "samples", "bps"), 1, ("light.shortest", "light.longest", "light.cut"),
        "data.npz, LIGHT's 195 numbers", arrays.light,
    ),
)  # fmt: skip
_ALWAYS: Final = frozenset(stage.name for stage in _MADE) - set(DERIVED)


def stages_of(config: Config) -> tuple[Stage, ...]:
    """The graph of a config, needs before what needs them. InputError where it wants what is not there."""
    exports = tuple(_export(name) for name in config.exports)
    graph = tuple(stage for stage in (*_MADE, *exports) if stage.name not in DERIVED or stage.name in config.derived)
    known: set[str] = set()
    for stage in graph:
        if missing := [name for name in stage.needs if name not in known]:
            raise InputError(f"'{stage.name}' needs '{missing[0]}'", field="derived", remedy=f"Add '{missing[0]}' to derived")
        known.add(stage.name)
    return graph


def closure(names: Iterable[str], graph: tuple[Stage, ...]) -> frozenset[str]:
    """The stages and everything they need, down to the source; every clip is at least a clip."""
    by_name = {stage.name: stage for stage in graph}
    wanted, waiting = set(_ALWAYS), list(names)
    while waiting:
        name = waiting.pop()
        if name not in wanted or name in DERIVED:
            waiting += [need for need in by_name[name].needs if need not in wanted]
        wanted.add(name)
    return frozenset(wanted)


def _export(name: str) -> ClipStage:
    if name not in EXPORTERS:
        raise InputError(f"there is no export '{name}'", field="exports", remedy=f"Known: {', '.join(EXPORTERS)}")
    version, about, write = EXPORTERS[name]
    return ClipStage(f"export-{name}", ("clip",), version, (), about, write)
