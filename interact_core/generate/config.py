"""What a run of training is made of: the model, the data, the recipe. TOML in, plain values in the checkpoint."""

import dataclasses
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, get_type_hints

from interact_core.errors import InputError
from interact_core.generate.modes import MODES

WORLD: Final = "world"


@dataclass(frozen=True)
class ModelConfig:
    """Sizes of the net. Width must divide by heads, and what a head gets by four (rotary positions)."""

    width: int = 192
    layers: int = 6
    heads: int = 6
    patch: int = 4
    shape_points: int = 128
    text_buckets: int = 4096
    text_width: int = 64
    text_layers: int = 1


@dataclass(frozen=True)
class DataConfig:
    """Where clips come from: "world" draws the demo world without end, else a data set (a folder; relative to the TOML file)."""

    source: str = WORLD
    mirror: bool = True
    """Clips of a data set are learnt with their mirror images."""
    pool: int = 4096
    """Clips kept in memory."""
    renew_every: int = 24
    """Steps after which `renew_count` clips of the pool are drawn anew (world only)."""
    renew_count: int = 64
    shortest: int = 32
    longest: int = 72
    held_out: float = 0.0
    """Share of a data set that is kept from training, beside the test clips that it names."""
    licence: str = "CC0 (drawn by formula in this project)"
    """Goes into the checkpoint: who may use what was learned from this data."""


@dataclass(frozen=True)
class Recipe:
    """How it is trained. The budget ends at `minutes` of this run's own time or at `steps`, whichever is set and comes first."""

    batch: int = 32
    steps: int = 0
    minutes: float = 60.0
    rate: float = 4e-4
    warm_up: int = 200
    decay: float = 0.01
    clip: float = 1.0
    ema: float = 0.999
    drop_text: float = 0.2
    drop_action: float = 0.4
    only: str = ""
    """One of `modes.MODES`: a net for this alone, to be compared with the one for all."""
    penetration: float = 0.0
    """Weight of depth in the object, by its distance grid; 0 leaves it to guidance. 100 counts metres times ten."""
    seed: int = 0
    threads: int = 1
    device: str = "auto"
    compile: bool = False
    """torch.compile, on CUDA; elsewhere it is left out."""
    save_minutes: float = 4.0
    log_steps: int = 20
    preview_steps: int = 1000
    """Steps between sample clips in the folder's previews; 0: none."""


@dataclass(frozen=True)
class TrainConfig:
    model: ModelConfig = field(default_factory=ModelConfig)
    data: DataConfig = field(default_factory=DataConfig)
    recipe: Recipe = field(default_factory=Recipe)


_LIMITS: Final[dict[str, tuple[float, float]]] = {
    "width": (16, 2048), "layers": (1, 48), "heads": (1, 32), "patch": (1, 16), "shape_points": (2, 4096),
    "text_buckets": (16, 1 << 20), "text_width": (8, 2048), "text_layers": (0, 12), "pool": (1, 1 << 20),
    "renew_every": (0, 1 << 30), "renew_count": (1, 1 << 16), "shortest": (4, 4096), "longest": (4, 4096), "batch": (1, 4096),
    "steps": (0, 1 << 40), "minutes": (0, 1e6), "rate": (1e-8, 1), "warm_up": (0, 1 << 30), "decay": (0, 10), "clip": (1e-6, 1e6),
    "ema": (0, 1), "drop_text": (0, 1), "drop_action": (0, 1), "seed": (0, 1 << 62), "threads": (1, 1024),
    "held_out": (0, 1), "penetration": (0, 1e6), "save_minutes": (0.01, 1e5), "log_steps": (1, 1 << 30),
    "preview_steps": (0, 1 << 30),
}  # fmt: skip


def read_config(path: Path) -> TrainConfig:
    """A TOML file with tables [model], [data] and [recipe]; what it does not name keeps its default."""
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise InputError("there is no such file", path=path, remedy="docs/generation.md shows one") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"is not TOML: {error}", path=path) from error
    return _with_path(config_from(given, path), path)


def _with_path(config: TrainConfig, path: Path) -> TrainConfig:
    """The data set as an absolute path: the run may be gone on with from anywhere."""
    if config.data.source == WORLD:
        return config
    source = (path.absolute().parent / Path(config.data.source).expanduser()).resolve()
    return dataclasses.replace(config, data=dataclasses.replace(config.data, source=str(source)))


def config_from(given: dict[str, Any], path: Path | None = None) -> TrainConfig:
    """InputError on unknown names, other types and values out of range."""
    parts = {"model": ModelConfig, "data": DataConfig, "recipe": Recipe}
    if unknown := sorted(set(given) - set(parts)):
        raise InputError(
            f"there is no table [{unknown[0]}]", path=path, field=unknown[0], remedy="Use [model], [data] and [recipe]"
        )
    made = {name: _filled(kind, given.get(name, {}), name, path) for name, kind in parts.items()}
    return checked(TrainConfig(**made), path)


def _filled(kind: type, values: Any, table: str, path: Path | None) -> Any:
    types = get_type_hints(kind)
    if not isinstance(values, dict):
        raise InputError("is not a table", path=path, field=table)
    checked = {}
    for name, value in values.items():
        where = f"{table}.{name}"
        if name not in types:
            raise InputError("is not known", path=path, field=where, remedy=f"Known are {', '.join(types)}")
        wanted = types[name]
        if wanted is float and type(value) is int:
            value = float(value)
        if type(value) is not wanted:
            raise InputError(f"{value!r} is not of type {wanted.__name__}", path=path, field=where)
        low, high = _LIMITS.get(name, (float("-inf"), float("inf")))
        if wanted in (int, float) and not low <= value <= high:
            raise InputError(f"{value!r} is not between {low:g} and {high:g}", path=path, field=where)
        checked[name] = value
    return kind(**checked)


def checked(config: TrainConfig, path: Path | None = None) -> TrainConfig:
    """The same; InputError on values that do not go together."""
    m, d, r = config.model, config.data, config.recipe
    if m.width % m.heads or (m.width // m.heads) % 4:
        raise InputError("width / heads must be a multiple of 4", path=path, field="model.width")
    if m.shape_points % 2:
        raise InputError("must be even", path=path, field="model.shape_points")
    if d.source != WORLD and d.licence == DataConfig.licence:
        raise InputError(
            "is not said: it goes into the checkpoint, for whoever is given it", path=path, field="data.licence",
            remedy='Say under which licence the data set is, for example licence = "non-commercial research"',
        )  # fmt: skip
    if d.shortest > d.longest:
        raise InputError("is more than data.longest", path=path, field="data.shortest")
    if r.only and r.only not in MODES:
        raise InputError(f"there is no {r.only!r}", path=path, field="recipe.only", remedy=f"Known are {', '.join(MODES)}")
    if not r.steps and not r.minutes:
        raise InputError("neither steps nor minutes limit the run", path=path, field="recipe.minutes")
    return config


def plain(config: TrainConfig) -> dict[str, Any]:
    return dataclasses.asdict(config)
