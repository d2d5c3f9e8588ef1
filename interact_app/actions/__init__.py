"""Action records, one file per domain, and the registry that turns them into menus, shortcuts, palette and help."""

from interact_app.actions.record import Action
from interact_app.actions.registry import ActionRegistry

__all__ = ["Action", "ActionRegistry"]
