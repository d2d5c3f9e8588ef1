"""The forms in which whole clips leave: what a person reads in a list, and what each holds."""

from dataclasses import dataclass
from typing import Final, Literal

Form = Literal["glb", "gltf", "bvh", "npz", "intermimic", "urdf", "mjcf"]


@dataclass(frozen=True)
class MotionForm:
    """`suffix` of one clip's file; "" where a form is always a folder."""

    id: Form
    title: str
    suffix: str
    holds: str


MOTION_FORMS: Final[dict[Form, MotionForm]] = {
    entry.id: entry
    for entry in (
        MotionForm("glb", "glTF, binary", ".glb", "the skinned body and the objects, animated; your own model's surface with it"),
        MotionForm("gltf", "glTF, text", ".gltf", "as the binary form, numbers inside one JSON file"),
        MotionForm("bvh", "BVH", ".bvh", "the 52 joints' motion, no surface and no objects"),
        MotionForm("npz", "Plain arrays (NPZ)", ".npz", "poses, joints, markers, object meshes and tracks, words"),
        MotionForm("intermimic", "InterMimic", "", "a tensor a clip with contact labels, subjects (MJCF), objects (URDF)"),
        MotionForm("urdf", "URDF of the objects", "", "each object's mesh with mass and inertia"),
        MotionForm("mjcf", "MJCF of the person", ".xml", "the clip's person as capsules with hinges, for MuJoCo"),
    )
}
