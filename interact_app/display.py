"""How the open clip is shown: which field, which overlays, what is hidden. A value; the session holds the current one."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from interact_core.settings import Settings

if TYPE_CHECKING:
    from interact_core.inspection import VertexField

FieldName = Literal["none", "penetration", "contact", "distance"]
Overlay = Literal["skeleton", "markers", "contact_points", "object_path", "ground", "wireframe"]

FIELDS: Final[tuple[FieldName, ...]] = ("penetration", "contact", "distance", "none")
OVERLAYS: Final[tuple[Overlay, ...]] = ("skeleton", "markers", "contact_points", "object_path", "ground", "wireframe")
FOLLOW: Final = ("off", "body", "object")


@dataclass(frozen=True)
class Display:
    """vmin and vmax are in the field's own unit; None leaves the field's own range. `follow` is what the camera keeps to."""

    field: FieldName = "penetration"
    overlays: frozenset[str] = frozenset({"ground"})
    hide_body: bool = False
    hide_object: bool = False
    field_on_body: bool = True
    field_on_object: bool = True
    vmin: float | None = None
    vmax: float | None = None
    follow: str = "off"

    def __post_init__(self) -> None:
        if self.field not in FIELDS:
            raise ValueError(f"field is one of {FIELDS}, not {self.field!r}")
        unknown = self.overlays - set(OVERLAYS)
        if unknown:
            raise ValueError(f"unknown overlays {sorted(unknown)}")
        if self.follow not in FOLLOW:
            raise ValueError(f"follow is one of {FOLLOW}, not {self.follow!r}")

    def with_overlay(self, name: str, on: bool) -> frozenset[str]:
        """The overlays with one more or one less."""
        return self.overlays | {name} if on else self.overlays - {name}


def with_range(field: "VertexField", settings: Settings) -> "VertexField":
    """The same values with the range of colours that the settings ask for."""
    kind = field.id.partition("_")[2]
    if kind == "penetration":
        return replace(field, vmax=settings.display.penetration_range)
    if kind == "distance":
        return replace(field, vmin=-settings.display.distance_range, vmax=settings.display.distance_range)
    return field


def first_display(settings: Settings) -> Display:
    """How a clip is shown until somebody changes it."""
    chosen = settings.display
    overlays = {name for name in ("ground", "skeleton") if getattr(chosen, name)}
    return Display(field=chosen.field, overlays=frozenset(overlays))  # type: ignore[arg-type]  # checked by Display
