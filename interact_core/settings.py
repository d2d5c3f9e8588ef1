"""The user's choices: defaults in code, one sparse TOML file holding only what differs from them.

Starting never fails here: a broken file, a wrong value or a home that cannot be read gives the default and a problem
to show. Comments and unknown keys in the file survive being written. `INTERACT_MODELS` wins over `models.models_dir`.

`[shortcuts]` holds the user's keys: `"view.focus_mode" = "F9"`, a list for several, an empty text for none. Ids nobody
knows are kept: they may belong to a newer version.
"""

import dataclasses
import logging
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from interact_core.errors import InputError
from interact_core.events import Event
from interact_core.paths import app_paths, write_atomic
from interact_core.settings_tree import SETTING_FIELDS, SettingField, Settings, Value

if TYPE_CHECKING:
    import tomlkit

__all__ = [
    "SETTING_FIELDS",
    "LoadedSettings",
    "SettingField",
    "Settings",
    "SettingsStore",
    "Value",
    "load_settings",
    "read_settings",
]

logger = logging.getLogger(__name__)
Stored = Value | tuple[str, ...]
"""What one line of the file holds; None takes the line out."""

ENVIRONMENT: Final = {"INTERACT_MODELS": "models.models_dir"}
"""Environment variables that override a setting for this run; they are never written to the file."""


@dataclass(frozen=True)
class LoadedSettings:
    """Settings ready for use, and what was wrong with the file, in sentences for the user."""

    settings: Settings
    problems: tuple[str, ...] = ()


def load_settings(path: Path | None = None) -> Settings:
    """The settings of `path` (default: the user's file) and the environment; problems go to the log only."""
    return read_settings(path).settings


def read_settings(path: Path | None = None) -> LoadedSettings:
    """As `load_settings`, with what was wrong. Never raises on what the user wrote."""
    path = path or app_paths().settings_file
    problems: list[str] = []
    settings = _apply(Settings(), _read(path, problems), path, problems)
    for variable, key in ENVIRONMENT.items():
        if os.environ.get(variable):
            settings = settings.with_value(key, os.environ[variable])
    for problem in problems:
        logger.warning("%s", problem)
    return LoadedSettings(settings, tuple(problems))


class SettingsStore:
    """The settings of this run. Changes are checked, announced through `changed` (with the key) and written at once."""

    def __init__(self, path: Path | None = None) -> None:
        self.path: Final = path or app_paths().settings_file
        loaded = read_settings(self.path)
        self.current = loaded.settings
        self.problems = loaded.problems
        self.changed: Event[str] = Event()

    def change(self, key: str, value: Value) -> None:
        """Set one value; KeyError or ValueError as in `Settings.with_value`. A default leaves the file.

        InputError when the file cannot be written; the new value then still holds for this run.
        """
        self.update(self.current.with_value(key, value))

    def reset(self, key: str) -> None:
        self.change(key, SETTING_FIELDS[key].default)

    def update(self, settings: Settings) -> None:
        """Take over every value that differs from now, as a preferences dialog does. InputError as in `change`."""
        before, self.current = self.current, settings
        changes: dict[str, Stored] = {key: settings.get(key) for key in SETTING_FIELDS if settings.get(key) != before.get(key)}
        changes |= _table_changes("thresholds", before.thresholds, settings.thresholds)
        changes |= _table_changes("shortcuts", before.shortcuts, settings.shortcuts)
        for key in changes:
            self.changed.emit(key)
        if changes:
            self._write(changes)

    def change_shortcuts(self, changes: Mapping[str, tuple[str, ...] | None]) -> None:
        """Keys by action id; None goes back to the action's own. Told and stored as `change` does."""
        table = {**self.current.shortcuts, **changes}
        kept = {action_id: keys for action_id, keys in table.items() if keys is not None}
        self.update(dataclasses.replace(self.current, shortcuts=MappingProxyType(kept)))

    def _write(self, changes: Mapping[str, Stored]) -> None:
        import tomlkit  # late: 50 ms that only a change needs

        try:
            document = self._document()
            for key, value in changes.items():
                _store(document, key, value)
            write_atomic(self.path, tomlkit.dumps(document).encode())
        except OSError as error:
            raise InputError(
                f"the settings could not be written ({error.strerror or error})",
                path=self.path,
                remedy="They hold until the program ends. Free some space or make the folder writable",
            ) from error

    def _document(self) -> "tomlkit.TOMLDocument":
        """The file as it is now: the user may have edited it while the program runs."""
        import tomlkit
        from tomlkit.exceptions import TOMLKitError

        try:
            return _parse(self.path)
        except FileNotFoundError:
            return tomlkit.document()
        except (ValueError, TOMLKitError):
            # A file we cannot parse is the user's work all the same: keep it beside the new one.
            kept = self.path.with_name(self.path.name + ".broken")
            self.path.replace(kept)
            logger.warning("The damaged settings file was kept as %s", kept)
            return tomlkit.document()


def _table_changes(table: str, before: Mapping[str, Stored], after: Mapping[str, Stored]) -> dict[str, Stored]:
    """Of an open table; None means: back to the default."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {f"{table}.{name}": after.get(name) for name in names}


def _parse(path: Path) -> "tomlkit.TOMLDocument":
    """ValueError where the file is not UTF-8 TOML: tomlkit's and the decoder's errors both derive from it."""
    import tomlkit

    return tomlkit.parse(path.read_bytes().decode("utf-8-sig"))


def _read(path: Path, problems: list[str]) -> Mapping[str, object]:
    # The reader of the standard library is 50 ms faster to import than tomlkit, which only writing needs.
    import tomllib

    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        problems.append(f"The settings file {path} cannot be read ({error.strerror or error}); defaults are used.")
    except (ValueError, RecursionError) as error:
        problems.append(f"The settings file {path} is not valid TOML ({error}); defaults are used.")
    return {}


def _apply(settings: Settings, content: Mapping[str, object], path: Path, problems: list[str]) -> Settings:
    sections = {field.name for field in dataclasses.fields(Settings)}
    for section, values in content.items():
        if section not in sections or not isinstance(values, Mapping):
            problems.append(f"{path}: {_unknown(section, sections)}")
            continue
        if section == "thresholds":
            settings = dataclasses.replace(settings, thresholds=_thresholds(values, path, problems))
            continue
        if section == "shortcuts":
            settings = dataclasses.replace(settings, shortcuts=_shortcuts(values, path, problems))
            continue
        for name, value in values.items():
            key = f"{section}.{name}"
            if key not in SETTING_FIELDS:
                problems.append(f"{path}: {_unknown(key, SETTING_FIELDS)}")
                continue
            try:
                settings = settings.with_value(key, SETTING_FIELDS[key].checked(value))
            except ValueError as error:
                problems.append(f"{path}: {key}: {error}; {SETTING_FIELDS[key].default!r} is used.")
    return settings


def _unknown(key: str, known: Mapping[str, object] | set[str]) -> str:
    close = get_close_matches(key, list(known), n=1)
    return f"unknown setting {key!r}{f', did you mean {close[0]!r}?' if close else ''}; it is ignored and kept."


def _thresholds(values: Mapping[str, object], path: Path, problems: list[str]) -> Mapping[str, float]:
    """Any name with a finite number; which names exist is for the measures to say."""
    good: dict[str, float] = {}
    for name, value in values.items():
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            good[name] = float(value)
        else:
            problems.append(f"{path}: thresholds.{name}: {value!r} is not a number; its default is used.")
    return MappingProxyType(good)


def _shortcuts(values: Mapping[str, object], path: Path, problems: list[str]) -> Mapping[str, tuple[str, ...]]:
    """Texts only; whether Qt can read them and who has them already is for the window to say."""
    good: dict[str, tuple[str, ...]] = {}
    for action_id, value in _leaves(values):
        keys = [value] if isinstance(value, str) else value
        if isinstance(keys, list) and all(isinstance(one, str) for one in keys):
            good[action_id] = tuple(str(one) for one in keys if one)
        else:
            problems.append(f"{path}: shortcuts.{action_id}: {value!r} is neither a key nor a list of keys; it is ignored.")
    return MappingProxyType(good)


def _leaves(values: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """An id without quotes is a table within a table to TOML; people will write that too."""
    waiting = [(name, value) for name, value in values.items()]
    while waiting:
        name, value = waiting.pop(0)
        if isinstance(value, Mapping):
            waiting += [(f"{name}.{inner}", deeper) for inner, deeper in value.items()]
        else:
            yield name, value


def _store(document: "tomlkit.TOMLDocument", key: str, value: Stored) -> None:
    """Put an override into the document, or take it out where it is the default again."""
    import tomlkit

    section_name, name = key.split(".", 1)
    default = SETTING_FIELDS[key].default if key in SETTING_FIELDS else None
    section = document.get(section_name)
    if section_name == "shortcuts" and isinstance(section, dict):
        _drop_unquoted(section, name)
    if isinstance(value, tuple):
        value = value[0] if len(value) == 1 else list(value)  # type: ignore[assignment]  # TOML has arrays, settings do not
    if value == default:
        if isinstance(section, dict) and name in section:
            del section[name]
        return
    if not isinstance(section, dict):
        document[section_name] = section = tomlkit.table()
    section[name] = value


def _drop_unquoted(section: dict[str, object], action_id: str) -> None:
    """Two lines for one action would contradict each other."""
    first, _, rest = action_id.partition(".")
    inner = section.get(first)
    if isinstance(inner, dict) and rest:
        inner.pop(rest, None)
        if not inner:
            del section[first]
