"""glTF 2.0: the skinned body with its joints and weights, object parts as nodes, all animated; https://registry.khronos.org/glTF.

A body with pose-dependent shape (the user's licensed models) gets morph targets: the displacements of all frames in as few
directions as they need, with a weight each per frame. Bind pose is the T-pose, so inverse bind matrices are translations.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.library import BodyChoice
from interact_core.bodies.surface import vertex_normals
from interact_core.clip import Clip, ObjectPart
from interact_core.consolidate.exports.rig import Rig, local_turns, rig_of
from interact_core.geometry.rotations import matrix_to_quaternion_xyzw, steady_quaternions
from interact_core.inspection.posed import named_parts

if TYPE_CHECKING:
    from pygltflib import GLTF2

_SKIN: Final = (0.80, 0.72, 0.62, 1.0)
_THINGS: Final = ((0.36, 0.53, 0.74, 1.0), (0.80, 0.50, 0.31, 1.0), (0.45, 0.64, 0.42, 1.0), (0.66, 0.49, 0.70, 1.0))
_EXACT: Final = 2e-4
"""Metres that morph targets may miss of a vertex."""
_DIRECTIONS: Final = 96
"""Morph targets at most: more take longer to load than they are worth."""
_FLOAT, _USHORT, _UINT = 5126, 5123, 5125
_ARRAY, _ELEMENTS = 34962, 34963


def glb_bytes(clip: Clip, choice: BodyChoice) -> bytes:
    """One binary file."""
    return b"".join(_scene(clip, choice).save_to_bytes())


def gltf_text(clip: Clip, choice: BodyChoice) -> str:
    """One JSON file with the numbers inside, as text."""
    from pygltflib import BufferFormat

    gltf = _scene(clip, choice)
    gltf.convert_buffers(BufferFormat.DATAURI)
    return str(gltf.to_json(indent=1))


def _scene(clip: Clip, choice: BodyChoice) -> "GLTF2":
    from pygltflib import GLTF2, Animation, Asset, Buffer, Scene

    sheet = _Sheet()
    times = sheet.array(np.arange(clip.num_frames) / clip.fps, bounds=True)
    roots = [*_body(sheet, choice.model.name, rig_of(clip.body, choice), times)]
    for k, (name, part) in enumerate(zip(*named_parts(clip), strict=True)):
        roots.append(_thing(sheet, part, name, _THINGS[k % len(_THINGS)], times))
    words = {"clip": clip.id, "fps": clip.fps, "captions": [c.text for c in clip.captions]}
    gltf = GLTF2(
        asset=Asset(version="2.0", generator="InterAct Studio"), scene=0, scenes=[Scene(nodes=roots, extras=words)],
        nodes=sheet.nodes, meshes=sheet.meshes, materials=sheet.materials, skins=sheet.skins, accessors=sheet.accessors,
        bufferViews=sheet.views, buffers=[Buffer(byteLength=len(sheet.data))],
        animations=[Animation(name=clip.id, channels=sheet.channels, samplers=sheet.samplers)],
    )  # fmt: skip
    gltf.set_binary_blob(bytes(sheet.data))
    return gltf


def _body(sheet: "_Sheet", name: str, rig: Rig, times: int) -> tuple[int, int]:
    """Nodes of the skinned mesh and of the root bone."""
    from pygltflib import Node, Skin

    first = len(sheet.nodes)
    bones = list(range(first, first + len(rig.names)))
    for bone, own in enumerate(rig.names):
        offset = rig.rest[bone] - (rig.rest[rig.parents[bone]] if bone else 0.0)
        children = [bones[k] for k, parent in enumerate(rig.parents) if parent == bone]
        sheet.nodes.append(Node(name=own, translation=offset.tolist(), rotation=[0.0, 0.0, 0.0, 1.0], children=children))
    inverse = np.tile(np.eye(4), (len(bones), 1, 1))
    inverse[:, 3, :3] = -rig.rest  # column-major: the translation is the last column, hence the last row here
    sheet.skins.append(Skin(joints=bones, skeleton=bones[0], inverseBindMatrices=sheet.array(inverse.reshape(-1, 16), "MAT4")))
    morphs, weights = _morphs(rig)
    mesh = sheet.mesh(name, rig.rest_vertices, rig.faces, _SKIN, _influences(sheet, rig), morphs)
    node = len(sheet.nodes)
    sheet.nodes.append(Node(name="body", mesh=mesh, skin=len(sheet.skins) - 1))
    sheet.animate(bones[0], "translation", times, rig.place[:, 0], "VEC3")
    for bone, turns in enumerate(steady_quaternions(matrix_to_quaternion_xyzw(local_turns(rig))).swapaxes(0, 1)):
        sheet.animate(bones[bone], "rotation", times, turns, "VEC4")
    if morphs:
        sheet.animate(node, "weights", times, weights.reshape(-1), "SCALAR")
    return node, bones[0]


def _influences(sheet: "_Sheet", rig: Rig) -> dict[str, int]:
    """JOINTS_n and WEIGHTS_n in sets of four, largest first; a slot without weight names bone 0, as the specification asks."""
    order = np.argsort(-rig.weight, axis=1, kind="stable")
    weight = np.take_along_axis(rig.weight, order, axis=1)
    weight = weight[:, (weight > 0).any(axis=0)]
    index = np.take_along_axis(rig.index, order, axis=1)[:, : weight.shape[1]]
    room = -weight.shape[1] % 4
    weight = np.pad(weight / weight.sum(axis=1, keepdims=True), ((0, 0), (0, room)))
    index = np.where(weight > 0, np.pad(index, ((0, 0), (0, room))), 0)
    found = {}
    for k in range(weight.shape[1] // 4):
        few = slice(4 * k, 4 * k + 4)
        found[f"JOINTS_{k}"] = sheet.array(index[:, few], "VEC4", kind=np.uint16, target=_ARRAY)
        found[f"WEIGHTS_{k}"] = sheet.array(weight[:, few], "VEC4", target=_ARRAY)
    return found


def _morphs(rig: Rig) -> tuple[list[NDArray[np.float64]], NDArray[np.float64]]:
    """Directions (V, 3) and their weights (T, K): the bends' principal components, as many as leave no vertex far off."""
    if rig.bend is None:
        return [], np.zeros((0, 0))
    bends = rig.bend(slice(None))
    flat = bends.reshape(len(bends), -1)
    size, vectors = np.linalg.eigh(flat @ flat.T)
    order = np.argsort(-size)[:_DIRECTIONS]
    weights = vectors[:, order] * np.sqrt(np.maximum(size[order], 0.0))
    scale = np.maximum((weights**2).sum(axis=0), 1e-12)
    directions = (weights / scale).T @ flat
    count = _enough(flat, weights, directions)
    return [d.reshape(-1, 3) for d in directions[:count]], weights[:, :count]


def _enough(flat: NDArray[np.float64], weights: NDArray[np.float64], directions: NDArray[np.float64]) -> int:
    left = flat.copy()
    for k in range(len(directions)):
        if float(np.linalg.norm(left.reshape(len(left), -1, 3), axis=-1).max()) < _EXACT:
            return k
        left -= np.outer(weights[:, k], directions[k])
    return len(directions)


def _thing(sheet: "_Sheet", part: ObjectPart, name: str, color: tuple[float, ...], times: int) -> int:
    from pygltflib import Node

    turns = steady_quaternions(matrix_to_quaternion_xyzw(part.rotation))
    mesh = sheet.mesh(name, part.mesh.vertices.astype(np.float64), part.mesh.faces, color, {}, [])
    node = len(sheet.nodes)
    sheet.nodes.append(
        Node(name=name, mesh=mesh, translation=np.asarray(part.translation[0], float).tolist(), rotation=turns[0].tolist())
    )
    sheet.animate(node, "translation", times, np.asarray(part.translation, np.float64), "VEC3")
    sheet.animate(node, "rotation", times, turns, "VEC4")
    return node


@dataclass
class _Sheet:
    """The file while it grows: its buffer, and the lists that point into it."""

    data: bytearray = field(default_factory=bytearray)
    views: list[Any] = field(default_factory=list)
    accessors: list[Any] = field(default_factory=list)
    nodes: list[Any] = field(default_factory=list)
    meshes: list[Any] = field(default_factory=list)
    materials: list[Any] = field(default_factory=list)
    skins: list[Any] = field(default_factory=list)
    channels: list[Any] = field(default_factory=list)
    samplers: list[Any] = field(default_factory=list)

    def array(
        self, values: NDArray[Any], form: str = "SCALAR", *, kind: Any = np.float32, target: int | None = None,
        bounds: bool = False,
    ) -> int:  # fmt: skip
        """Index of an accessor over the values, each array in a view of its own, aligned to four bytes."""
        from pygltflib import Accessor, BufferView

        numbers: NDArray[Any] = np.ascontiguousarray(values, kind)
        self.views.append(BufferView(buffer=0, byteOffset=len(self.data), byteLength=numbers.nbytes, target=target))
        self.data += numbers.tobytes() + b"\0" * (-numbers.nbytes % 4)
        rows = numbers.reshape(len(numbers), -1)
        low, high = (rows.min(axis=0).tolist(), rows.max(axis=0).tolist()) if bounds else (None, None)
        component = {np.float32: _FLOAT, np.uint16: _USHORT, np.uint32: _UINT}[kind]
        self.accessors.append(Accessor(
            bufferView=len(self.views) - 1, componentType=component, count=len(numbers), type=form, min=low, max=high,
        ))  # fmt: skip
        return len(self.accessors) - 1

    def mesh(
        self, name: str, vertices: NDArray[np.float64], faces: NDArray[np.integer], color: tuple[float, ...],
        attributes: dict[str, int], morphs: list[NDArray[np.float64]],
    ) -> int:  # fmt: skip
        from pygltflib import Attributes, Material, Mesh, PbrMetallicRoughness, Primitive

        normals = vertex_normals(vertices, faces)
        normals[np.linalg.norm(normals, axis=1) < 0.5] = (0.0, 1.0, 0.0)  # a vertex without a face still needs a unit normal
        places = {
            "POSITION": self.array(vertices, "VEC3", target=_ARRAY, bounds=True),
            "NORMAL": self.array(normals, "VEC3", target=_ARRAY),
        }
        targets = [{"POSITION": self.array(morph, "VEC3", target=_ARRAY, bounds=True)} for morph in morphs]
        indices = self.array(np.asarray(faces).reshape(-1), kind=np.uint32, target=_ELEMENTS)
        surface = PbrMetallicRoughness(baseColorFactor=list(color), metallicFactor=0.0, roughnessFactor=0.8)
        self.materials.append(Material(name=name, pbrMetallicRoughness=surface, doubleSided=True))
        primitive = Primitive(
            attributes=Attributes(**places, **attributes),
            indices=indices,
            material=len(self.materials) - 1,
            targets=targets or None,
        )
        self.meshes.append(Mesh(name=name, primitives=[primitive], weights=[0.0] * len(morphs) or None))
        return len(self.meshes) - 1

    def animate(self, node: int, path: str, times: int, values: NDArray[np.float64], form: str) -> None:
        from pygltflib import AnimationChannel, AnimationChannelTarget, AnimationSampler

        self.samplers.append(AnimationSampler(input=times, output=self.array(values, form), interpolation="LINEAR"))
        target = AnimationChannelTarget(node=node, path=path)
        self.channels.append(AnimationChannel(sampler=len(self.samplers) - 1, target=target))
