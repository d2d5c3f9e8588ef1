"""What a consolidation is made of: sources, options of stages, where the result goes. TOML, see docs/consolidation.md."""

import dataclasses
import os
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, get_args, get_origin, get_type_hints

from interact_core.errors import InputError
from interact_core.plain import plain

DERIVED: Final = ("joints", "markers", "samples", "bps", "motion", "light")
"""Stages a config may leave out; everything before them is what a clip is."""
_DOCS: Final = "docs/consolidation.md lists all of them"
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
T = TypeVar("T")


@dataclass(frozen=True)
class SourceConfig:
    """One source: the adapter's name, where its data lie, the dataset it becomes ("" for the adapter's name)."""

    kind: str
    root: Path
    dataset: str = ""
    annotations: Path | None = None
    only: tuple[str, ...] = ()
    """Patterns; recordings whose name fits none are not taken. Empty: all."""
    object_names: Literal["plain", "content"] = "plain"
    """content: six characters of the mesh's hash follow the name, for sources whose object has another mesh now and then."""

    @property
    def target(self) -> str:
        return self.dataset or self.kind


@dataclass(frozen=True)
class BodyConfig:
    models: Path | None = None
    stand_in: bool = False
    """Go on without the licensed model: body and object may end up centimetres apart, and arrays tell of another skin."""


@dataclass(frozen=True)
class RateConfig:
    fps: float = 30.0


@dataclass(frozen=True)
class GroundConfig:
    surfaces: Literal["source", "body and object", "body", "none"] = "source"
    """What tells where the floor is; source: as InterAct has it for each."""
    frames: int = 0
    """How many first frames are looked at, 0 for all; with `source` it has a say of its own."""


@dataclass(frozen=True)
class MeshConfig:
    centre: bool = True


@dataclass(frozen=True)
class SegmentConfig:
    unannotated: Literal["keep", "drop"] = "keep"
    """What becomes of a recording that the annotation forms do not name."""
    shortest: int = 2
    tokens: bool = True


@dataclass(frozen=True)
class CanonicalConfig:
    ground: bool = True
    """Put every clip's own lowest place of its first 30 frames on the floor, as InterAct does."""


@dataclass(frozen=True)
class ObjectsConfig:
    sample_ids: Path | None = None
    """Folder <dataset>/<object>.npy of vertex numbers; without one an even stride over the vertices is taken."""


@dataclass(frozen=True)
class MotionConfig:
    compat: bool = False
    """Also write motion.npy with the quirks of the published one."""


@dataclass(frozen=True)
class LightConfig:
    shortest: int = 60
    longest: int = 400
    cut: int = 300


@dataclass(frozen=True)
class Config:
    out: Path
    sources: tuple[SourceConfig, ...]
    derived: tuple[str, ...] = DERIVED
    exports: tuple[str, ...] = ()
    body: BodyConfig = field(default_factory=BodyConfig)
    rate: RateConfig = field(default_factory=RateConfig)
    ground: GroundConfig = field(default_factory=GroundConfig)
    mesh: MeshConfig = field(default_factory=MeshConfig)
    segment: SegmentConfig = field(default_factory=SegmentConfig)
    canonical: CanonicalConfig = field(default_factory=CanonicalConfig)
    objects: ObjectsConfig = field(default_factory=ObjectsConfig)
    motion: MotionConfig = field(default_factory=MotionConfig)
    light: LightConfig = field(default_factory=LightConfig)

    def option(self, name: str) -> object:
        """The value of `table.key`, as stages name what they depend on."""
        table, _, key = name.partition(".")
        return getattr(getattr(self, table), key)


_TABLES: Final = ("body", "rate", "ground", "mesh", "segment", "canonical", "objects", "motion", "light")
_LIMITS: Final[dict[str, tuple[float, float]]] = {
    "rate.fps": (1, 1000), "ground.frames": (0, 1 << 20), "segment.shortest": (1, 1 << 20), "light.shortest": (1, 1 << 20),
    "light.longest": (2, 1 << 20), "light.cut": (1, 1 << 20),
}  # fmt: skip


def read_config(path: Path) -> Config:
    """A TOML file; paths in it are relative to its folder. InputError names the field and what may stand there."""
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", path=path, remedy="docs/consolidation.md shows one") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"is not TOML: {error}", path=path) from error
    return config_from(given, path.absolute())


def config_from(given: dict[str, Any], path: Path) -> Config:
    """As :func:`read_config`, of a file's content. Nothing is opened."""
    known = {"out", "source", "derived", "exports", *_TABLES}
    if unknown := sorted(set(given) - known):
        raise InputError("is not known", path=path, field=unknown[0], remedy=f"Known are {', '.join(sorted(known))}; {_DOCS}")
    if not isinstance(given.get("out"), str) or not given["out"]:
        raise InputError("is missing: the folder for the result", path=path, field="out", remedy='Write out = "FOLDER"')
    sources = given.get("source")
    if not isinstance(sources, list) or not sources:
        raise InputError(
            "is missing: there is nothing to consolidate", path=path, field="source", remedy="Add a [[source]] table"
        )
    tables = {name: _filled(kind, given.get(name, {}), name, path) for name, kind in _kinds().items()}
    config = Config(
        out=_path(given["out"], path), sources=tuple(_source(entry, k, path) for k, entry in enumerate(sources)),
        derived=_names(given.get("derived", list(DERIVED)), "derived", path),
        exports=_names(given.get("exports", []), "exports", path),
        **tables,
    )  # fmt: skip
    _check(config, path)
    return config


def config_record(config: Config) -> dict[str, Any]:
    """What `config_from` makes the config of, as values that JSON has: for the report, and for other machines."""
    given = plain(dataclasses.asdict(config))
    tables = {name: _said(given[name]) for name in _TABLES}
    sources = [_said(source) for source in given["sources"]]
    return {"out": given["out"], "source": sources, "derived": given["derived"], "exports": given["exports"], **tables}


def _said(values: dict[str, Any]) -> dict[str, Any]:
    """TOML has no word for nothing: what is not there is not said."""
    return {name: value for name, value in values.items() if value is not None}


def _kinds() -> dict[str, Any]:
    hints = get_type_hints(Config)
    return {name: hints[name] for name in _TABLES}


def _source(entry: Any, number: int, path: Path) -> SourceConfig:
    where = f"source[{number}]"
    if isinstance(entry, dict):
        for key in ("kind", "root"):
            if key not in entry:
                raise InputError("is missing", path=path, field=f"{where}.{key}", remedy=_DOCS)
    return _filled(SourceConfig, entry, where, path)


def _filled(kind: type[T], values: Any, table: str, path: Path) -> T:
    types = get_type_hints(kind)
    if not isinstance(values, dict):
        raise InputError("is not a table", path=path, field=table)
    checked = {}
    for name, value in values.items():
        where = f"{table}.{name}"
        if name not in types:
            raise InputError("is not known", path=path, field=where, remedy=f"Known are {', '.join(types)}; {_DOCS}")
        checked[name] = _value(value, types[name], where, path)
    return kind(**checked)


def _value(value: Any, wanted: Any, where: str, path: Path) -> Any:
    """The value as the field's type, or an InputError that says which values there are."""
    if get_origin(wanted) is Literal:
        if value not in get_args(wanted):
            raise InputError(f"{value!r} is no choice", path=path, field=where, remedy=f"One of {', '.join(get_args(wanted))}")
        return value
    if wanted in (Path, Path | None):
        return _path(_typed(value, str, where, path), path) if value != "" or wanted is Path else None
    if get_origin(wanted) is tuple:
        return tuple(_typed(item, str, where, path) for item in _typed(value, list, where, path))
    if wanted is float and type(value) is int:
        value = float(value)
    low, high = _LIMITS.get(where, (float("-inf"), float("inf")))
    if wanted in (int, float) and type(value) is wanted and not low <= value <= high:
        raise InputError(f"{value!r} is not between {low:g} and {high:g}", path=path, field=where)
    return _typed(value, wanted, where, path)


def _typed(value: Any, wanted: type, where: str, path: Path) -> Any:
    if type(value) is not wanted:
        raise InputError(f"{value!r} is not of type {wanted.__name__}", path=path, field=where)
    return value


def _names(value: Any, where: str, path: Path) -> tuple[str, ...]:
    return tuple(_typed(item, str, where, path) for item in _typed(value, list, where, path))


def _path(text: str, path: Path) -> Path:
    return Path(os.path.normpath(path.parent / Path(text).expanduser()))


def _check(config: Config, path: Path) -> None:
    if unknown := [name for name in config.derived if name not in DERIVED]:
        raise InputError(f"'{unknown[0]}' is no stage", path=path, field="derived", remedy=f"Choose from {', '.join(DERIVED)}")
    for k, source in enumerate(config.sources):
        where = f"source[{k}]"
        if not _NAME.fullmatch(source.target):
            raise InputError(
                f"'{source.target}' cannot be a folder", path=path, field=f"{where}.dataset", remedy="Letters, digits, _"
            )
        for name, folder in (("root", source.root), ("annotations", source.annotations)):
            if folder is not None and not folder.exists():
                raise InputError("is not there", path=folder, field=f"{where}.{name}", remedy=f"Correct it in {path}")
        data = source.root.resolve()
        if config.out.resolve().is_relative_to(data) or data.is_relative_to(config.out.resolve()):
            raise InputError(
                "lies in a source, or a source in it; sources are never changed", path=config.out, field="out",
                remedy="Choose another folder",
            )  # fmt: skip
    if config.light.shortest >= config.light.longest:
        raise InputError("is not less than light.longest", path=path, field="light.shortest")
