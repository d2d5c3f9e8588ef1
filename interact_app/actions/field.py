"""What colours the surfaces, what is drawn over them, what is hidden."""

from collections.abc import Iterator
from typing import Final

from interact_app.actions.record import Action
from interact_app.display import FIELDS, OVERLAYS
from interact_app.session import Session

_FIELD_TEXT: Final = {
    "penetration": ("Penetration", "Colour by how deep body and object are inside each other", "penetration"),
    "contact": ("Contact", "Colour where body and object touch", "contact"),
    "distance": ("Distance", "Colour by the distance between body and object", "distance"),
    "none": ("Plain", "No heatmap", "plain"),
}
_OVERLAY_TEXT: Final = {
    "skeleton": ("Skeleton", "Shift+S"),
    "markers": ("Markers", "Shift+M"),
    "contact_points": ("Contact points", "Shift+C"),
    "object_path": ("Object path", "Shift+P"),
    "ground": ("Ground", "Shift+G"),
    "wireframe": ("Wireframe", "Shift+W"),
}
_FIELD_KEYS: Final = {"penetration": "P", "contact": "X", "distance": "D", "none": "H"}


def field_actions(session: Session) -> Iterator[Action]:
    for name in FIELDS:
        yield _field(session, name)


def overlay_actions(session: Session) -> Iterator[Action]:
    for overlay in OVERLAYS:
        yield _overlay(session, overlay)
    yield _hide(session, "body", "Shift+B", separator=True)
    yield _hide(session, "object", "Shift+O")


def _field(session: Session, name: str) -> Action:
    title, tip, icon_name = _FIELD_TEXT[name]
    return Action(
        f"field.{name}",
        title,
        lambda _on: session.set_display(field=name),
        (_FIELD_KEYS[name],),
        "View/Heatmap",
        tip,
        icon_name,
        checkable=True,
        toolbar=True,
        checked=lambda: session.display.field == name,
    )


def _overlay(session: Session, name: str) -> Action:
    title, keys = _OVERLAY_TEXT[name]
    return Action(
        f"overlay.{name}",
        title,
        lambda on: session.set_overlay(name, on),
        (keys,),
        "View/Show",
        f"Show or hide: {title.lower()}",
        checkable=True,
        checked=lambda: name in session.display.overlays,
    )


def _hide(session: Session, target: str, keys: str, *, separator: bool = False) -> Action:
    return Action(
        f"overlay.hide_{target}",
        f"Hide the {target}",
        lambda on: session.set_display(**{f"hide_{target}": on}),
        (keys,),
        "View/Show",
        f"Hide the {target}",
        checkable=True,
        separator=separator,
        checked=lambda: bool(getattr(session.display, f"hide_{target}")),
    )
