"""InterMimic: a tensor a clip, a MuJoCo subject a person, a URDF an object, under the names that its own loader asks for.

<out>/motions/sub<N>_<object>_<index>.pt, <out>/subjects/sub<N>.xml, <out>/objects/<object>.urdf and
<out>/objects/objects/<object>/<object>.obj; names.json says which clip, person and object became which.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Clip, ObjectMotion, ObjectPart
from interact_core.clip.skeleton import PARENTS
from interact_core.consolidate.exports.contact_labels import Labels, contact_labels
from interact_core.consolidate.exports.mjcf import mjcf_text
from interact_core.consolidate.exports.urdf import urdf_text
from interact_core.errors import InputError
from interact_core.formats.interact_writer import obj_text
from interact_core.formats.intermimic import FPS
from interact_core.formats.intermimic_writer import Tracks, intermimic_columns, tensor_bytes
from interact_core.geometry.rotations import axis_angle_to_matrix, local_to_global
from interact_core.inspection.fields import distance_fields
from interact_core.inspection.posed import PosedClip, pose_clip
from interact_core.jobs.context import JobContext, SubContext

_FITTING: Final = re.compile(r"sub\d+_[^_]+_\d+")
_GROUND_FRAMES: Final = 30
_SAME: Final = 1e-3
"""Metres within which rest joints are the same person's: readers recover them to that."""


@dataclass
class InterMimicFolder:
    """One export: remembers who and what has a name already."""

    models_dir: Path | None
    cache_dir: Path
    device: str = "cpu"
    files: dict[str, bytes] = field(default_factory=dict)
    """Of the last clip, by their place in the folder."""
    _people: list[tuple[NDArray[np.float32], str]] = field(default_factory=list)
    _things: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _clips: list[dict[str, Any]] = field(default_factory=list)

    def add(self, clip: Clip, context: JobContext) -> tuple[Mapping[str, bytes], tuple[str, ...]]:
        """Files of a clip and what the form could not hold. InputError for a clip that it cannot hold at all."""
        if abs(clip.fps - FPS) > 1e-3:
            raise InputError(
                f"has {clip.fps:g} frames per second, InterMimic's tensors have {FPS:g}", field=clip.id,
                remedy="Bring it to 30 frames per second first",
            )  # fmt: skip
        thing, part, notes = _one_object(clip)
        alone = replace(clip, objects=(ObjectMotion(thing, (part,)),))
        posed = pose_clip(alone, self.models_dir, self.device, SubContext(context, 0.0, 0.3))
        fields = distance_fields(posed, self.cache_dir, self.device, SubContext(context, 0.3, 1.0), outer=0.0)
        lift = _lift(posed)
        lowest = posed.object_vertices[..., 1].min(axis=1) + lift
        joints = posed.joints + np.array([0, lift, 0], np.float32)
        labels = contact_labels(fields.body_signed_distance, posed.choice.model, lowest, joints, clip.fps)
        subject, object_name = self._person(posed), self._thing(thing, part)
        name = self._name(clip.id, subject, object_name)
        self._clips.append({"clip": clip.id, "motion": name, "subject": subject, "object": thing, "lifted": round(lift, 6)})
        self.files = {f"motions/{name}.pt": tensor_bytes(intermimic_columns(_tracks(posed, part, joints, lift, labels)))}
        self._add_companions(posed, part, subject, object_name)
        return self.files, notes

    def names(self) -> bytes:
        """names.json."""
        document = {"schema": "interact/intermimic-names", "version": 1, "clips": self._clips, "objects": self._objects()}
        return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()

    def _objects(self) -> dict[str, str]:
        return {name: key.partition("\0")[0] for key, name in self._things.items()}

    def _add_companions(self, posed: PosedClip, part: ObjectPart, subject: str, name: str) -> None:
        """Subject and object, the first time that they occur."""
        if (person := f"subjects/{subject}.xml") not in self._used:
            self.files[person] = mjcf_text(posed.choice.bound, subject).encode()
        if (thing := f"objects/{name}.urdf") not in self._used:
            mesh = f"objects/{name}/{name}.obj"
            self.files[thing] = urdf_text(name, part.mesh, mesh).encode()
            self.files[f"objects/{mesh}"] = obj_text(part.mesh).encode()
        self._used |= set(self.files)

    def _person(self, posed: PosedClip) -> str:
        """By the bones, not by what clips are called: a date before the first "_" is nobody."""
        rest = np.asarray(posed.choice.bound.rest_joints, np.float32)
        bones = rest - rest[0]
        for known, name in self._people:
            if float(np.abs(known - bones).max()) < _SAME:
                return name
        stated = re.match(r"sub(\d+)_", posed.clip.id.rsplit("/", 1)[-1])
        taken = {name for _, name in self._people}
        wanted = f"sub{stated[1]}" if stated else ""
        name = wanted if wanted and wanted not in taken else next(
            n for k in range(1, len(taken) + 2) if (n := f"sub{k}") not in taken
        )  # fmt: skip
        self._people.append((bones, name))
        return name

    def _thing(self, name: str, part: ObjectPart) -> str:
        """Without the "_" that the loader splits at; a second mesh of the same name gets a number."""
        key = f"{name}\0{part.mesh.content_hash}"
        if key not in self._things:
            plain = re.sub(r"[^A-Za-z0-9]", "", name) or "object"
            taken = set(self._things.values())
            numbers = (f"{plain}x{k}" for k in range(2, len(taken) + 3))
            self._things[key] = plain if plain not in taken else next(n for n in numbers if n not in taken)
        return self._things[key]

    def _name(self, clip_id: str, subject: str, thing: str) -> str:
        own = clip_id.rsplit("/", 1)[-1]
        taken = {clip["motion"] for clip in self._clips}
        if _FITTING.fullmatch(own) and own.startswith(f"{subject}_{thing}_") and own not in taken:
            return own
        stem = f"{subject}_{thing}"
        while True:
            index = self._counts.get(stem, 0)
            self._counts[stem] = index + 1
            if (name := f"{stem}_{index:03d}") not in taken:
                return name


def _one_object(clip: Clip) -> tuple[str, ObjectPart, tuple[str, ...]]:
    """The object that moves most, of one in parts the first: the form has room for one rigid thing."""
    if not clip.objects:
        raise InputError("has no object, and the form needs one", field=clip.id)
    moved = [float(np.abs(np.diff(obj.parts[0].translation, axis=0)).sum()) for obj in clip.objects]
    chosen = clip.objects[int(np.argmax(moved))]
    left = [obj.name for obj in clip.objects if obj is not chosen]
    left += [f"{chosen.name}/{part.name}" for part in chosen.parts[1:]]
    notes = (f"{clip.id}: left out {', '.join(left)}; the form holds one rigid object",) if left else ()
    return chosen.name, chosen.parts[0], notes


def _lift(posed: PosedClip) -> float:
    """Metres up, body and object together: feet on the floor over the first frames, then out of it with the object."""
    feet = -float(posed.body_vertices[:_GROUND_FRAMES, :, 1].min())
    return feet + max(0.0, -(float(posed.object_vertices[0, :, 1].min()) + feet))


def _tracks(posed: PosedClip, part: ObjectPart, joints: NDArray[np.float32], lift: float, labels: Labels) -> Tracks:
    rotation = local_to_global(axis_angle_to_matrix(posed.clip.body.full_pose()), PARENTS)
    place = np.asarray(part.translation, np.float64) + np.array([0.0, lift, 0.0])
    return Tracks(rotation, joints, part.rotation, place, labels.object, labels.joints)
