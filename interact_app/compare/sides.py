"""One of the things that are compared: the open clip as it is in the data, a version of it, or another clip."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from interact_app.bridge.open_clip import OpenClip
from interact_app.display import with_range
from interact_app.session import Session
from interact_core.clip import Clip
from interact_core.figures import figure_text

if TYPE_CHECKING:
    from interact_core.inspection import DistanceFields, Inspection, PosedClip, VertexField
    from interact_core.project import Project

KEY_FIGURES: Final = (
    ("penetration_max", "deepest"),
    ("contact_object", "contact"),
    ("foot_skate_left_mean", "skating"),
    ("jerk_body", "jerk"),
)
"""What every view says of its version, as many as fit, the most important first."""


class SideKey(NamedTuple):
    """`version_id` "" is the clip as it is in the data."""

    clip_id: str
    version_id: str = ""

    @property
    def text(self) -> str:
        return f"{self.clip_id}\n{self.version_id}"

    @classmethod
    def from_text(cls, text: str) -> "SideKey":
        clip_id, _, version_id = text.partition("\n")
        return cls(clip_id, version_id)


@dataclass(frozen=True)
class Side:
    """What is known of it so far. `entry` None is the open clip itself, which the session computes."""

    key: SideKey
    title: str
    session: Session
    entry: OpenClip | None = None

    @property
    def clip(self) -> Clip | None:
        return self.session.clip if self.entry is None else self.entry.clip

    @property
    def posed(self) -> "PosedClip | None":
        return self.session.posed if self.entry is None else self.entry.posed

    @property
    def fields(self) -> "DistanceFields | None":
        return self.session.fields if self.entry is None else self.entry.fields

    @property
    def inspection(self) -> "Inspection | None":
        return self.session.inspection if self.entry is None else self.entry.inspection

    @property
    def error(self) -> BaseException | None:
        return self.session.clip_error if self.entry is None else self.entry.error

    @property
    def is_posed(self) -> bool:
        """Every frame can be drawn."""
        return self.posed is not None and bool(self.posed.ready.all())

    def vertex_field(self, target: str) -> "VertexField | None":
        """What the session's display asks to colour "body" or "object" with."""
        if self.entry is None:
            return self.session.vertex_field(target)
        field = self.session.display.field
        found = None if field == "none" else self.entry.vertex_field(f"{target}_{field}")
        return None if found is None else with_range(found, self.session.settings)

    def figures(self) -> list[str]:
        """Words such as "deepest 3.1 mm", the most important first; empty until it is measured."""
        if self.inspection is None:
            return []
        known = ((self.inspection.summary.get(name), word) for name, word in KEY_FIGURES)
        return [f"{word} {figure_text(value.value, value.unit)}" for value, word in known if value is not None]


def title_of(key: SideKey, project: "Project") -> str:
    """ "source", "v2 refined", or the name of another clip before it."""
    if not key.version_id:
        return "source"
    return next((version.name for version in project.versions.of(key.clip_id) if version.id == key.version_id), "deleted version")


def offered(clip_id: str, project: "Project", others: tuple[str, ...]) -> Iterator[tuple[SideKey, str]]:
    """What a clip can be compared with: itself, its versions, the clips it was made from or that were made from it, the rest."""
    yield SideKey(clip_id), "source"
    for version in project.versions.of(clip_id):
        if not version.problem:
            yield SideKey(clip_id, version.id), version.name
    related = relatives(clip_id, others)
    for other in (*related, *(one for one in others if one not in related)):
        if other != clip_id:
            yield SideKey(other), other


def relatives(clip_id: str, others: tuple[str, ...]) -> tuple[str, ...]:
    """Clips whose names say that they are the same scene: "lift_box" and "lift_box__pushed_in"."""
    stem = clip_id.partition("__")[0]
    return tuple(one for one in others if one != clip_id and one.partition("__")[0] == stem)


def partners(own: SideKey, project: "Project", others: tuple[str, ...]) -> tuple[SideKey, SideKey] | None:
    """The two that somebody most likely wants to see: the source and the version that is shown, accepted or the latest;
    else parent and twin."""
    clip_id = own.clip_id
    if own.version_id:
        return SideKey(clip_id), own
    versions = [version for version in project.versions.of(clip_id) if not version.problem]
    if versions:
        chosen = next((version for version in versions if version.state == "accepted"), versions[-1])
        return SideKey(clip_id), SideKey(clip_id, chosen.id)
    related = relatives(clip_id, others)
    if not related:
        return None
    parent = clip_id.partition("__")[0]
    if parent != clip_id and parent in related:
        return SideKey(parent), SideKey(clip_id)
    return SideKey(clip_id), SideKey(related[0])
