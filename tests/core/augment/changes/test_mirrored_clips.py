"""A mirrored clip against the mirror image of what is posed."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from interact_core.augment.changes.mirror import mirror
from interact_core.augment.changes.reflection import own_planes, paired_vertices
from interact_core.bodies.library import open_body
from interact_core.clip import Clip, Mesh, RestJoints, TemplateVertices
from interact_core.clip.skeleton import JOINT_NAMES
from interact_core.inspection.posed import pose_clip

FLIP = np.array([-1.0, 1.0, 1.0])
POSES = ("global_orient", "body_pose", "left_hand_pose", "right_hand_pose", "transl")


def other(name: str) -> str:
    return {"l": "right" + name[4:], "r": "left" + name[5:]}[name[0]] if name.startswith(("left_", "right_")) else name


SWAP = [JOINT_NAMES.index(other(name)) for name in JOINT_NAMES]


def closest(points: np.ndarray, mesh: Mesh) -> np.ndarray:
    import trimesh

    surface = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
    return trimesh.proximity.closest_point_naive(surface, points)[1]


def volume(mesh: Mesh) -> float:
    corners = mesh.vertices.astype(np.float64)[mesh.faces]
    return float(np.linalg.det(corners).sum() / 6)


def test_posed_body_is_the_image_of_the_posed_body(clip: Clip) -> None:
    source, image = pose_clip(clip), pose_clip(mirror(clip).clip)
    assert np.abs(source.joints[:, SWAP] * FLIP - image.joints).max() < 1e-5
    template = open_body("neutral").template
    partner, worst = paired_vertices(template)
    assert worst < 1e-6  # the open body's surface is even
    apart = np.linalg.norm(source.body_vertices[:, partner] * FLIP - image.body_vertices, axis=2)
    assert apart[:, np.abs(template[:, 0]) > 1e-4].max() < 1e-5
    assert apart.max() < 4e-3  # on the midline a few skinning weights are not even
    assert np.abs(source.joints * FLIP - image.joints).max() > 0.05  # what a mirror without swapping would give


def test_objects_are_the_images_of_the_objects_and_look_outwards(clip: Clip) -> None:
    changed = mirror(clip)
    parts = [part for obj in clip.objects for part in obj.parts]
    images = [part for obj in changed.clip.objects for part in obj.parts]
    for number, (part, image) in enumerate(zip(parts, images, strict=True)):
        for frame in (0, 17):
            world = part.posed(slice(frame, frame + 1))[0] * FLIP
            assert closest(world, Mesh(image.posed(slice(frame, frame + 1))[0], image.mesh.faces)).max() < 1e-5
            assert abs(np.linalg.det(image.rotation[frame]) - 1) < 1e-9
            local = np.array([[0.05, 0.1, 0.02], [0.3, -0.2, 0.1]])
            there = image.rotation[frame] @ changed.anchors(number, local).T + image.translation[frame][:, None]
            here = part.rotation[frame] @ local.T + part.translation[frame][:, None]
            assert np.abs(there - here * FLIP[:, None]).max() < 1e-9
        assert volume(image.mesh) == pytest.approx(volume(part.mesh), rel=1e-5)


def test_a_mesh_that_is_its_own_image_is_kept(clip: Clip) -> None:
    changed = mirror(clip).clip
    assert changed.objects[1].parts[0].mesh is clip.objects[1].parts[0].mesh
    assert changed.objects[0].parts[0].mesh.content_hash != clip.objects[0].parts[0].mesh.content_hash


def test_own_planes_are_those_of_the_shape() -> None:
    square = np.array([[0, 0, 0], [1, 0, 0], [1, 0, 2], [0, 0, 2], [0.5, 1, 0.7]], np.float32) * 0.2
    faces = np.array([[0, 1, 2], [0, 2, 3], [0, 4, 1], [1, 4, 2], [2, 4, 3], [3, 4, 0]], np.int32)
    planes = own_planes(Mesh(square, faces))
    assert set(planes) == {0}
    assert planes[0].place == pytest.approx(0.1)
    square[4, 0] += 0.005  # its tip five millimetres off the middle
    assert not own_planes(Mesh(square, faces))


def test_the_lid_still_turns_about_its_hinge(clip: Clip) -> None:
    base, lid = mirror(clip).clip.objects[2].parts
    relative = np.swapaxes(base.rotation, 1, 2) @ lid.rotation
    hinge = lid.hinge
    assert hinge is not None
    by_hinge = Rotation.from_rotvec(hinge.angle[:, None] * hinge.axis).as_matrix()
    still = np.swapaxes(relative, 1, 2) @ by_hinge
    assert np.abs(still - still[0]).max() < 1e-6  # the lid's own frame may differ by what is the same in all frames
    point = base.rotation @ hinge.point + base.translation
    in_lid = ((point - lid.translation)[:, None] @ lid.rotation)[:, 0]
    assert np.abs(in_lid - in_lid[0]).max() < 1e-6


def test_mirrored_twice_is_the_source(clip: Clip) -> None:
    back = mirror(mirror(clip).clip).clip
    for name in POSES:
        assert np.abs(getattr(back.body, name) - getattr(clip.body, name)).max() < 1e-9
    for obj, again in zip(clip.objects, back.objects, strict=True):
        for part, same in zip(obj.parts, again.parts, strict=True):
            assert same.mesh.content_hash == part.mesh.content_hash
            assert np.abs(same.rotation - part.rotation).max() < 1e-9
            assert np.abs(same.translation - part.translation).max() < 1e-9
    assert back.captions == clip.captions
    assert {name: values.tobytes() for name, values in back.recorded_contact.items()} == {
        name: values.tobytes() for name, values in clip.recorded_contact.items()
    }


def test_contact_and_words_change_sides(clip: Clip) -> None:
    changed = mirror(clip).clip
    assert set(changed.recorded_contact) == {"right_hand", "object", "joints"}
    assert (changed.recorded_contact["right_hand"] == clip.recorded_contact["left_hand"]).all()
    assert changed.recorded_contact["joints"][0].nonzero()[0].tolist() == [21]
    assert changed.captions[0].text == "A person lifts it with the right hand."
    assert changed.captions[0].tokens[-2] == "right/ADJ"


def test_a_recorded_skeleton_is_mirrored_exactly(clip: Clip) -> None:
    joints = open_body("female").template_joints.astype(np.float64)
    joints[JOINT_NAMES.index("left_wrist")] += [0.03, 0.01, 0.0]  # one arm longer than the other
    lame = replace(clip, body=replace(clip.body, shape=RestJoints(joints)), objects=())
    source, image = pose_clip(lame), pose_clip(mirror(lame).clip)
    assert np.abs(source.joints[:, SWAP] * FLIP - image.joints).max() < 1e-5


def test_a_template_goes_to_the_partner_of_each_vertex(clip: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    average = open_body("male").template
    monkeypatch.setattr("interact_core.augment.changes.mirror._average", lambda body, models_dir: average)
    surface = average.astype(np.float64)
    surface[average[:, 0] > 0.1] *= 1.01
    mirrored = mirror(replace(clip, body=replace(clip.body, shape=TemplateVertices(surface)), objects=()))
    shape = mirrored.clip.body.shape
    assert isinstance(shape, TemplateVertices)
    right = average[:, 0] < -0.1
    assert np.abs(shape.vertices[right] - average[right] * 1.01).max() < 1e-6
    again = mirror(mirrored.clip).clip.body.shape
    assert isinstance(again, TemplateVertices)
    assert (again.vertices == surface).all()


def test_a_template_without_its_model_is_kept_and_said(clip: Clip) -> None:
    shape = TemplateVertices(np.zeros((10475, 3)))
    mirrored = mirror(replace(clip, body=replace(clip.body, family="smplx", shape=shape), objects=()))
    assert mirrored.clip.body.shape is shape
    assert "left and right" in mirrored.notes[0]


def test_the_source_is_left_alone(clip: Clip, frozen: Callable[[Clip], str]) -> None:
    before = frozen(clip)
    mirror(clip)
    assert frozen(clip) == before
