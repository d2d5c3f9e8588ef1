"""BVH files, read by a small evaluator written from the format's description, against our joints."""

from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from interact_core.bodies.library import choose_body
from interact_core.clip import Betas, BodyMotion
from interact_core.clip.skeleton import JOINT_INDEX, NUM_JOINTS
from interact_core.consolidate.exports.bvh import bvh_text


def evaluate(text: str) -> tuple[dict[str, np.ndarray], float]:
    """World places of every named joint, and the frame time: channels are applied in the order in which they are listed."""
    head, _, motion = text.partition("MOTION\n")
    joints: list[dict[str, Any]] = []
    stack: list[dict[str, Any]] = []
    ends = 0
    for line in head.splitlines()[1:]:
        word, *rest = line.split()
        if word in ("ROOT", "JOINT"):
            joints.append({"name": rest[0], "parent": stack[-1] if stack else None})
            stack.append(joints[-1])
        elif word == "End":
            ends += 1
            stack.append({})
        elif word == "OFFSET":
            stack[-1]["offset"] = np.array(rest, float)
        elif word == "CHANNELS":
            assert int(rest[0]) == len(rest) - 1
            stack[-1]["channels"] = rest[1:]
        elif word == "}":
            stack.pop()
    assert not stack and ends == 5 * 2 + 3
    count, step, *rows = motion.splitlines()
    values = np.array([row.split() for row in rows], float)
    assert int(count.split()[1]) == len(values) and values.shape[1] == sum(len(j["channels"]) for j in joints)
    column = 0
    worlds: dict[str, np.ndarray] = {}
    places: dict[str, np.ndarray] = {}
    for joint in joints:
        turn, place = np.tile(np.eye(3), (len(values), 1, 1)), np.tile(joint["offset"], (len(values), 1))
        for channel in joint["channels"]:
            axis, what = channel[0], channel[1:]
            if what == "position":
                place[:, "XYZ".index(axis)] += values[:, column]
            else:
                turn = turn @ Rotation.from_euler(axis, values[:, column, None], degrees=True).as_matrix()
            column += 1
        if joint["parent"] is not None:
            above = joint["parent"]["name"]
            place = places[above] + (worlds[above] @ place[..., None])[..., 0]
            turn = worlds[above] @ turn
        worlds[joint["name"]], places[joint["name"]] = turn, place
    return places, float(step.split()[-1])


def test_the_hierarchy_moves_as_the_body_does() -> None:
    rng = np.random.default_rng(4)
    pose = rng.normal(0, 1.2, (7, NUM_JOINTS, 3))
    body = BodyMotion(
        "open", "female", Betas(rng.normal(0, 1, 10)), pose[:, 0], pose[:, 1:22], pose[:, 22:37], pose[:, 37:],
        rng.normal(0, 2, (7, 3)),
    )  # fmt: skip
    bound = choose_body(body, None).bound
    places, step = evaluate(bvh_text(body, bound.rest_joints, 60.0))
    joints = bound.pose(body).joints
    assert set(places) == set(JOINT_INDEX) and step == round(1 / 60, 9)
    for name, place in places.items():
        assert np.abs(place - joints[:, JOINT_INDEX[name]]).max() < 2e-5, name
