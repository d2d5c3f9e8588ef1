"""What can be set: a tree of frozen dataclasses in which every field documents itself.

Plain data; reading, checking and writing the user's file is `interact_core.settings`.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from interact_core.errors import InputError

Value = bool | int | float | str | None
"""What a setting can be. A path is a str here and in the file; `Settings.models_dir` gives the Path."""

PENETRATION_RANGE: Final = 0.05
DISTANCE_RANGE: Final = 0.10
"""Metres at the far end of the heatmaps until somebody chooses another range: for the settings and for whoever draws
without them."""


def setting(
    default: Value,
    doc: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    unit: str = "",
) -> Any:  # typed as dataclasses.field is: the annotation of the field says what it holds
    """A dataclass field that knows its help text, its range (both ends included) and its unit."""
    return field(default=default, metadata={"doc": doc, "low": low, "high": high, "choices": choices, "unit": unit})


def checked(item: "dataclasses.Field[object]", value: object, what: str) -> bool | int | float | str:
    """`value` as the field made by `setting` holds it; InputError, naming the `what` option, where it does not fit."""
    wanted = item.type
    if wanted is float and type(value) is int:
        value = float(value)
    if type(value) is not wanted or not isinstance(value, bool | int | float | str):
        raise InputError(f"{value!r} does not fit the {what} option {item.name!r}", field=item.name)
    meta = item.metadata
    if meta["choices"] and value not in meta["choices"]:
        raise InputError(f"{value!r} is none of {', '.join(meta['choices'])}", field=item.name)
    if not isinstance(value, bool | str):
        low, high = meta["low"], meta["high"]
        # Written so that NaN fails too.
        if not ((low is None or value >= low) and (high is None or value <= high)):
            raise InputError(f"{value!r} is out of range for the {what} option {item.name!r}", field=item.name)
    return value


@dataclass(frozen=True)
class GeneralSettings:
    theme: str = setting("system", "Colours of the window.", choices=("system", "light", "dark"))
    log_level: str = setting("INFO", "How much goes into the log.", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
    check_last_crash: bool = setting(True, "After a crash, offer the log of the last session at the next start.")


@dataclass(frozen=True)
class ModelSettings:
    models_dir: str = setting("", "Folder with your licensed SMPL, SMPL-H and SMPL-X files. Empty: the open body is shown.")
    device: str = setting("auto", "Where bodies and distances are computed.", choices=("auto", "cpu", "cuda"))


@dataclass(frozen=True)
class PlaybackSettings:
    speed: float = setting(1.0, "Speed when a clip opens.", low=0.25, high=4.0, unit="x")
    loop: str = setting("clip", "What repeats when a clip opens.", choices=("off", "clip", "range"))
    policy: str = setting("realtime", "Drop frames to keep time, or show every frame.", choices=("realtime", "every_frame"))
    play_on_open: bool = setting(False, "Start playing when a clip opens.")


@dataclass(frozen=True)
class DisplaySettings:
    field: str = setting(
        "penetration", "Heatmap shown when a clip opens.", choices=("none", "penetration", "contact", "distance")
    )
    penetration_range: float = setting(
        PENETRATION_RANGE, "Depth at the dark end of the penetration map.", low=0.001, high=0.5, unit="m"
    )
    distance_range: float = setting(DISTANCE_RANGE, "Distance at the far end of the distance map.", low=0.001, high=0.5, unit="m")
    ground: bool = setting(True, "Show the floor.")
    skeleton: bool = setting(False, "Show the skeleton.")
    ui_scale: float = setting(1.0, "Size of text and controls.", low=0.75, high=3.0, unit="x")


@dataclass(frozen=True)
class InspectionSettings:
    inspect_on_open: bool = setting(True, "Compute penetration and contact as soon as a clip opens.")


@dataclass(frozen=True)
class AnnotationSettings:
    author: str = setting("", "Name stored with your captions. Empty: the name of your account.")
    caption_font_size: int = setting(13, "Size of the text you type.", low=8, high=48, unit="pt")
    undo_burst: float = setting(1.0, "Typing without a pause this long is undone in one step.", low=0.1, high=10.0, unit="s")
    reaction_time: float = setting(
        0.2, "Subtracted from the moment you mark while the clip plays: how long a hand takes.", low=0.0, high=1.0, unit="s"
    )
    snap: bool = setting(True, "Edges of segments snap to neighbours, contact and the start or stop of motion.")
    spelling: bool = setting(True, "Underline words in captions that the dictionary does not know.")
    words_goal: int = setting(0, "Words you want to write in a day, shown beside those written. 0: no goal.", low=0, high=100000)


@dataclass(frozen=True)
class MemorySettings:
    vertex_cache: int = setting(600, "Most memory for posed bodies and their fields.", low=64, high=65536, unit="MB")
    disk_cache: int = setting(4096, "Most disk space for distance grids.", low=128, high=1048576, unit="MB")
    workers: int = setting(2, "Jobs that may run at the same time.", low=1, high=64)


@dataclass(frozen=True)
class Settings:
    general: GeneralSettings = field(default_factory=GeneralSettings)
    models: ModelSettings = field(default_factory=ModelSettings)
    playback: PlaybackSettings = field(default_factory=PlaybackSettings)
    display: DisplaySettings = field(default_factory=DisplaySettings)
    inspection: InspectionSettings = field(default_factory=InspectionSettings)
    annotation: AnnotationSettings = field(default_factory=AnnotationSettings)
    memory: MemorySettings = field(default_factory=MemorySettings)
    thresholds: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Overrides of `interact_core.inspection.thresholds`, by field name; that table documents them and their defaults."""
    shortcuts: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Keys chosen by the user, by action id, as Qt writes them ("Ctrl+Shift+F"); no keys at all is an empty tuple."""

    @property
    def models_dir(self) -> Path | None:
        """The folder of licensed bodies, or None where the user has set none."""
        return Path(self.models.models_dir).expanduser() if self.models.models_dir else None

    def get(self, key: str) -> Value:
        """The value of "section.name". KeyError on an unknown key."""
        found = SETTING_FIELDS[key]
        value: Value = getattr(getattr(self, found.section), found.name)
        return value

    def with_value(self, key: str, value: Value) -> "Settings":
        """A copy with one value changed. KeyError on an unknown key, ValueError (with the reason) on an unusable value."""
        found = SETTING_FIELDS[key]
        part = dataclasses.replace(getattr(self, found.section), **{found.name: found.checked(value)})
        return dataclasses.replace(self, **{found.section: part})


@dataclass(frozen=True)
class SettingField:
    """One setting, for the preferences dialog, the docs and the reader of the file."""

    section: str
    name: str
    type: type
    default: Value
    doc: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    unit: str

    @property
    def key(self) -> str:
        return f"{self.section}.{self.name}"

    def checked(self, value: object) -> Value:
        """`value` in the field's type. ValueError says what would be allowed; an int is taken where a float is meant."""
        if isinstance(value, str):
            value = str(value)  # tomlkit's strings are a subclass that remembers its document
        if self.type is float and type(value) is int:
            value = float(value)
        if not isinstance(value, bool | int | float | str) or type(value) is not self.type:
            raise ValueError(f"{value!r} is not {_TYPE_NAMES[self.type]}")
        if self.choices and value not in self.choices:
            raise ValueError(f"{value!r} is none of {', '.join(self.choices)}")
        if self.type in (int, float) and not isinstance(value, str):
            low, high = self.low, self.high
            # Written so that NaN fails too.
            if not ((low is None or value >= low) and (high is None or value <= high)):
                raise ValueError(f"{value!r} is not between {low:g} and {high:g}")
        if isinstance(value, str) and "\0" in value:
            raise ValueError("text must not hold NUL characters")
        return value


_TYPE_NAMES: Final = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}


OPEN_TABLES: Final = ("thresholds", "shortcuts")
"""Sections whose names belong to somebody else: to the measures, to the actions of the window."""


def _fields() -> Iterator[SettingField]:
    for section in dataclasses.fields(Settings):
        if section.name in OPEN_TABLES:
            continue
        for item in dataclasses.fields(section.default_factory):  # type: ignore[arg-type]  # each section is a dataclass
            yield SettingField(section.name, item.name, item.type, item.default, **item.metadata)  # type: ignore[arg-type]


SETTING_FIELDS: Final[dict[str, SettingField]] = {item.key: item for item in _fields()}
"""Every setting by its key "section.name", in the order of the dialog."""
