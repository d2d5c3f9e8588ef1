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
        title, tip, icon_name = _FIELD_TEXT[name]
        yield Action(
            f"field.{name}",
            title,
            lambda _on=True, name=name: session.set_display(field=name),
            (_FIELD_KEYS[name],),
            "View/Heatmap",
            tip,
            icon_name,
            checkable=True,
            toolbar=True,
            checked=lambda name=name: session.display.field == name,
        )


def overlay_actions(session: Session) -> Iterator[Action]:
    for name in OVERLAYS:
        title, keys = _OVERLAY_TEXT[name]
        yield Action(
            f"overlay.{name}",
            title,
            lambda on, name=name: session.set_overlay(name, on),
            (keys,),
            "View/Show",
            f"Show or hide: {title.lower()}",
            checkable=True,
            checked=lambda name=name: name in session.display.overlays,
        )
    for name, title, keys in (("body", "Hide the body", "Shift+B"), ("object", "Hide the object", "Shift+O")):
        yield Action(
            f"overlay.hide_{name}",
            title,
            lambda on, name=name: session.set_display(**{f"hide_{name}": on}),
            (keys,),
            "View/Show",
            title,
            checkable=True,
            separator=name == "body",
            checked=lambda name=name: getattr(session.display, f"hide_{name}"),
        )
