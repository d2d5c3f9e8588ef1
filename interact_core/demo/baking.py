"""Writing takes as an InterAct-form dataset: arrays in float32, bytes that depend on nothing but the numbers.

One rigid thing goes to object.npz; several things, or one with a hinge, go to a file per part as ParaHome's do.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Caption, Mesh
from interact_core.demo.performance import Take
from interact_core.demo.props import Prop
from interact_core.demo.rotation import Array, about, exp, log
from interact_core.demo.words import record

ACTIONS: Final = (
    "Rotate", "Move", "Carry", "Hold", "Play", "Manipulate", "Sit", "Bowling", "Lift", "Eat", "Adjust", "Swing", "Pass",
    "Exercise", "Kick", "Drink",
)  # fmt: skip
"""InterAct's sixteen classes in their index order."""


@dataclass(frozen=True)
class Recording:
    """A clip as numbers: what is written, and what corruptions work on.

    poses (T, 156) axis-angle; trans (T, 3); parts: prop key -> (angles (T, 3), trans (T, 3)) of the centred mesh;
    contact: name -> (T,) 0 or 1.
    """

    clip_id: str
    poses: Array
    trans: Array
    betas: Array
    gender: str
    props: Mapping[str, Prop]
    parts: Mapping[str, tuple[Array, Array]]
    contact: Mapping[str, NDArray[np.float32]]
    captions: tuple[Caption, ...]
    action: str
    metadata: Mapping[str, str]

    @property
    def frames(self) -> int:
        return len(self.poses)


def recording(clip_id: str, take: Take) -> Recording:
    """A take in InterAct's canonical frame: frame 0 has the pelvis at x = z = 0 and faces +Z."""
    script, body = take.script, take.body
    turn, shift, rest = _canonical(take)
    pelvis = (np.asarray(body.transl) + rest) @ turn.T + shift
    orient = log(turn @ exp(np.asarray(body.global_orient)))
    hands = [np.asarray(h).reshape(body.num_frames, 45) for h in (body.left_hand_pose, body.right_hand_pose)]
    poses = np.concatenate([orient, np.asarray(body.body_pose).reshape(body.num_frames, 63), *hands], axis=1)
    parts = {
        key: (log(turn @ track.rotation), (track.rotation @ track.prop.centre + track.position) @ turn.T + shift)
        for key, track in script.props.items()
    }
    contact = {name: mask.astype(np.float32) for name, mask in take.contact.items()}
    contact |= {f"{side}_foot_planted": mask.astype(np.float32) for side, mask in take.planted.items()}
    moving = np.any([track.cause == 2 for track in script.props.values()], axis=0)
    contact["object_supported"] = 1.0 - moving.astype(np.float32)
    props = {key: track.prop for key, track in script.props.items()}
    metadata = {"title": script.title, "fps": "30", "parent": "", "corruption": ""}
    return Recording(
        clip_id, poses, pelvis - rest, script.actor.betas, script.actor.gender, props, parts, contact, script.captions, script.action, metadata
    )


def _canonical(take: Take) -> tuple[Array, Array, Array]:
    rest = take.script.actor.rest[0]
    r0 = exp(np.asarray(take.body.global_orient[0]))
    turn = about("y", float(np.arctan2(r0[2, 0], r0[0, 0])))
    pelvis = turn @ (np.asarray(take.body.transl[0]) + rest)
    return turn, np.array([-pelvis[0], 0.0, -pelvis[2]]), rest


def write_recording(clip: Recording, root: Path) -> Path:
    """Write one clip folder under root/sequences_canonical, and the meshes it needs that are not there yet."""
    folder = root / "sequences_canonical" / clip.clip_id
    work = folder.with_name(f".{clip.clip_id}.part")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    np.savez_compressed(
        work / "human.npz", poses=_rounded(clip.poses), betas=np.float32(clip.betas), trans=_rounded(clip.trans), gender=np.array(clip.gender)
    )
    single = len(clip.props) == 1 and not next(iter(clip.props.values())).part
    for key, (angles, trans) in clip.parts.items():
        prop = clip.props[key]
        part = prop.part or "base"
        file = "object.npz" if single else f"object_{prop.object}_{part}.npz"
        name = prop.object if single else f"{prop.object}_{part}"
        np.savez_compressed(work / file, angles=_rounded(angles), trans=_rounded(trans), name=np.array(name))
        mesh = root / "objects" / prop.object / f"{prop.object if single else part}.obj"
        if not mesh.exists():
            write_obj(prop.mesh, mesh)
    np.savez_compressed(work / "contact.npz", allow_pickle=False, **dict(clip.contact))
    _write_words(clip, work)
    shutil.rmtree(folder, ignore_errors=True)
    work.rename(folder)
    return folder


def _write_words(clip: Recording, folder: Path) -> None:
    (folder / "text.txt").write_text("\n".join(record(c.text) for c in clip.captions), encoding="utf-8")
    thing = next(iter(clip.props.values())).object
    (folder / "action.txt").write_text(record(f"A person {clip.action.lower()} the {thing}."), encoding="utf-8")
    np.save(folder / "action.npy", np.eye(16)[ACTIONS.index(clip.action)])
    (folder / "meta.json").write_text(json.dumps(dict(clip.metadata), indent=1, sort_keys=True) + "\n", encoding="utf-8")


def write_obj(mesh: Mesh, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"v {x:.5f} {y:.5f} {z:.5f}" for x, y, z in mesh.vertices]
    lines += [f"f {a} {b} {c}" for a, b, c in mesh.faces + 1]
    partial = path.with_suffix(".obj.part")
    partial.write_text("\n".join(lines) + "\n", encoding="ascii")
    os.replace(partial, path)


def _rounded(values: Array) -> NDArray[np.float32]:
    """10 micrometres or microradians-ish: below anything measurable here, and it halves the files."""
    return np.round(values, 5).astype(np.float32)
