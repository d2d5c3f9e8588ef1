"""`name=value`, read by the types of the options it sets."""

from collections.abc import Mapping

from interact_core.errors import InputError


def parsed_changes(texts: list[str], types: Mapping[str, object], docs: str) -> dict[str, object]:
    """Values by name; `types` are those of the options, `docs` the page that lists them. InputError says what does not fit."""
    found: dict[str, object] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name not in types:
            raise InputError(f"'{text}' sets no option", field="--set", remedy=f"{docs} lists them")
        found[name] = _value(text, value, types[name])
    return found


def _value(text: str, value: str, kind: object) -> object:
    if kind is bool:
        if value.lower() not in ("true", "false", "on", "off", "yes", "no", "1", "0"):
            raise InputError(f"'{text}' is neither on nor off", field="--set", remedy="Write on or off")
        return value.lower() in ("true", "on", "yes", "1")
    if kind not in (int, float):
        return value
    try:
        return int(value) if kind is int else float(value)
    except ValueError as error:
        raise InputError(f"'{text}' needs a number", field="--set") from error
