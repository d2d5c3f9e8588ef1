"""Tiers and what may be said on them. One vocabulary for all of a person's projects, kept as TOML in the config folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from interact_core.errors import InputError

HANDS: Final = ("left", "right", "both")
ACTIONS: Final = (
    "Rotate", "Move", "Carry", "Hold", "Play", "Manipulate", "Sit", "Bowling", "Lift", "Eat", "Adjust", "Swing", "Pass",
    "Exercise", "Kick", "Drink",
)  # fmt: skip
"""InterAct's sixteen classes in the order of its one-hot vectors; a test holds them against the file format's."""
PHASES: Final = ("approach", "grasp", "move", "hold", "rest", "release")
"""What a hand does with a thing: `hold` keeps it still in the air, `rest` touches what does not move."""
ARTIFACTS: Final = (
    "penetration", "thin_wall", "gap", "unsupported", "foot_skate", "foot_float", "ground_penetration_body",
    "ground_penetration_object", "jitter_body", "jitter_object", "self_penetration",
    "body_range", "hand_range", "wrist_twist", "wrist_flip",
)  # fmt: skip
"""The kinds of artifact that an inspection finds; a test holds them against the measures."""


@dataclass(frozen=True)
class Tier:
    """A row of segments. `labels` may be empty: then the tier only takes text. `color_index` counts in the theme's list."""

    id: str
    title: str
    labels: tuple[str, ...] = ()
    color_index: int = 0
    free_text: bool = True


@dataclass(frozen=True)
class Vocabulary:
    """Edits give a new vocabulary. InputError names the conflict: a name that is taken, empty or unknown."""

    tiers: tuple[Tier, ...]
    words: tuple[str, ...] = field(default=())
    """Object names and other words that the spelling of vocabulary words should know besides those of the clip."""

    def get(self, tier: str) -> Tier | None:
        return next((known for known in self.tiers if known.id == tier), None)

    def tier(self, tier: str) -> Tier:
        """InputError for an unknown one."""
        found = self.get(tier)
        if found is None:
            raise InputError(f"there is no tier '{tier}'", field="tier", remedy=f"Tiers: {', '.join(t.id for t in self.tiers)}")
        return found

    def labels_of(self, tier: str) -> tuple[str, ...]:
        """Empty for a tier that is not there: its segments are still shown."""
        found = self.get(tier)
        return found.labels if found else ()

    def with_tier(self, tier: Tier) -> "Vocabulary":
        """Added, or in place of the one with its id."""
        _check_name(tier.id, "tier")
        for label in tier.labels:
            _check_name(label, f"label of {tier.id}")
        known = {label.casefold() for label in tier.labels}
        if len(known) < len(tier.labels):
            raise InputError(
                f"the tier '{tier.id}' has a label twice", field="labels", remedy="Letter case does not tell them apart"
            )
        if self.get(tier.id) is None:
            return replace(self, tiers=(*self.tiers, tier))
        return replace(self, tiers=tuple(tier if known.id == tier.id else known for known in self.tiers))

    def without_tier(self, tier: str) -> "Vocabulary":
        """Its segments stay in their documents, without a row of labels. The five tiers of the field cannot go."""
        self.tier(tier)
        if tier in {t.id for t in default_vocabulary().tiers}:
            raise InputError(f"the tier '{tier}' belongs to the data set's form", field="tier", remedy="Hide it instead")
        return replace(self, tiers=tuple(known for known in self.tiers if known.id != tier))

    def with_label(self, tier: str, label: str) -> "Vocabulary":
        """Added at the end."""
        found = self.tier(tier)
        _check_free(found, label)
        return self.with_tier(replace(found, labels=(*found.labels, label)))

    def with_label_renamed(self, tier: str, label: str, new: str) -> "Vocabulary":
        """Segments keep the old word until `relabel` changes them, clip by clip."""
        found = self.tier(tier)
        _check_known(found, label)
        if new.casefold() != label.casefold():
            _check_free(found, new)
        return self.with_tier(replace(found, labels=tuple(new if known == label else known for known in found.labels)))

    def without_label(self, tier: str, label: str) -> "Vocabulary":
        found = self.tier(tier)
        _check_known(found, label)
        return self.with_tier(replace(found, labels=tuple(known for known in found.labels if known != label)))


def default_vocabulary() -> Vocabulary:
    return Vocabulary((
        Tier("caption", "Caption", (), 0),
        Tier("action", "Action", ACTIONS, 1),
        Tier("contact_hand", "Hand contact", PHASES, 2),
        Tier("artifact", "Artifact", ARTIFACTS, 3),
        Tier("free", "Notes", (), 4),
    ))  # fmt: skip


def vocabulary_to_dict(vocabulary: Vocabulary) -> dict[str, Any]:
    """Plain data for TOML and JSON; `vocabulary_from_dict` gives the vocabulary back."""
    tiers = [
        {"id": t.id, "title": t.title, "labels": list(t.labels), "color_index": t.color_index, "free_text": t.free_text}
        for t in vocabulary.tiers
    ]
    return {"version": 1, "words": list(vocabulary.words), "tiers": tiers}


def vocabulary_from_dict(content: Mapping[str, Any]) -> Vocabulary:
    """InputError for what is no vocabulary. The five tiers of the field are added where they are missing."""
    if content.get("version", 1) != 1:
        raise InputError("the vocabulary was written by a newer version of this program", field="version")
    try:
        result = Vocabulary((), tuple(_texts(content.get("words", []))))
        for entry in content["tiers"]:
            tier = Tier(
                str(entry["id"]), str(entry.get("title", entry["id"])), tuple(_texts(entry.get("labels", []))),
                int(entry.get("color_index", len(result.tiers))), bool(entry.get("free_text", True)),
            )  # fmt: skip
            if result.get(tier.id) is not None:
                raise InputError(f"the tier '{tier.id}' stands there twice", field="tiers", remedy="Give each its own id")
            result = result.with_tier(tier)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"the vocabulary is not understood ({error})", field="tiers", remedy="Compare with docs/lint.md"
        ) from error
    for tier in default_vocabulary().tiers:
        if result.get(tier.id) is None:
            result = result.with_tier(tier)
    return result


def _texts(values: Any) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError("labels and words are lists of strings")
    return values


def _check_name(name: str, what: str) -> None:
    if not name.strip() or name != name.strip():
        raise InputError(f"'{name}' cannot be a {what}", field=what, remedy="Give it letters, without blanks at the ends")
    if any(sign in name for sign in "#\r\n\t"):
        raise InputError(f"'{name}' cannot be a {what}", field=what, remedy="Leave out '#', tabs and line breaks: files use them")


def _check_free(tier: Tier, label: str) -> None:
    _check_name(label, "label")
    taken = next((known for known in tier.labels if known.casefold() == label.casefold()), None)
    if taken is not None:
        raise InputError(f"the tier '{tier.id}' has '{taken}' already", field="label", remedy="Choose another word")


def _check_known(tier: Tier, label: str) -> None:
    if label not in tier.labels:
        raise InputError(f"the tier '{tier.id}' has no '{label}'", field="label", remedy=f"Labels: {', '.join(tier.labels)}")
