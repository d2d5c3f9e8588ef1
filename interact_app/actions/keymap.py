"""Giving an action other keys: who has them already, and what has to be stored for it."""

from interact_app.actions.keys import portable
from interact_app.actions.record import Action
from interact_app.actions.registry import ActionRegistry

Changes = dict[str, tuple[str, ...] | None]
"""For `SettingsStore.change_shortcuts`: keys by action id, None for the action's own."""


def holders(registry: ActionRegistry, action_id: str, keys: tuple[str, ...]) -> list[Action]:
    """The other actions that have one of these keys now."""
    wanted = {portable(key) for key in keys}
    return [record for record in registry if record.id != action_id and wanted & {portable(key) for key in record.shortcuts}]


def assignment(registry: ActionRegistry, action_id: str, keys: tuple[str, ...]) -> Changes:
    """What makes these the keys of the action and of nobody else."""
    chosen = tuple(dict.fromkeys(portable(key) for key in keys))
    changes = {action_id: _sparse(registry, action_id, chosen)}
    for other in holders(registry, action_id, chosen):
        left = tuple(key for key in other.shortcuts if portable(key) not in chosen)
        changes[other.id] = _sparse(registry, other.id, left)
    return changes


def all_defaults(registry: ActionRegistry, stored: dict[str, tuple[str, ...]]) -> Changes:
    """Every known action back to its own keys. What is stored for unknown ones may belong to another version and stays."""
    return {action_id: None for action_id in stored if action_id in registry}


def _sparse(registry: ActionRegistry, action_id: str, keys: tuple[str, ...]) -> tuple[str, ...] | None:
    return None if keys == tuple(portable(key) for key in registry.default_keys(action_id)) else keys
