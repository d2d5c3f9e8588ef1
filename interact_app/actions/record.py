"""What a person can do, said once: one record feeds the menu, the shortcut, the palette, the tool bar and the help."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Action:
    """Something a person can do. `id` is `domain.verb`; `menu` is a path such as "View/Camera", empty for none.

    `handler` takes no argument, or the new state where the action is checkable. `text_field_safe` keeps the shortcut
    alive while somebody types; every other shortcut belongs to the text field then. `checked` and `enabled` are asked
    whenever :meth:`ActionRegistry.refresh` runs.
    """

    id: str
    title: str
    handler: Callable[..., object]
    shortcuts: tuple[str, ...] = ()
    menu: str = ""
    tooltip: str = ""
    icon: str = ""
    checkable: bool = False
    text_field_safe: bool = False
    toolbar: bool = False
    separator: bool = False
    """A line above it in the menu."""
    auto_repeat: bool = False
    """Whether holding the key down repeats it: stepping does, toggling does not."""
    checked: Callable[[], bool] | None = None
    enabled: Callable[[], bool] | None = None

    @property
    def domain(self) -> str:
        return self.id.partition(".")[0]
