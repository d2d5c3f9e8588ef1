"""Objects of another size or kind: where they stand, what stands on them, where hands hold them."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from interact_core.augment.changes.align import Alignment, align
from interact_core.augment.changes.scale import scale_object
from interact_core.augment.changes.surface import nearest, samples
from interact_core.augment.changes.swap import Correspondence, swap_object
from interact_core.clip import Caption, Clip, Mesh, ObjectMotion, ObjectPart
from interact_core.errors import InputError

T = 24


def boxes(*sizes_and_places: tuple[tuple[float, float, float], tuple[float, float, float]]) -> Mesh:
    """Several boxes as one mesh."""
    import trimesh

    parts = []
    for extents, place in sizes_and_places:
        parts.append(trimesh.creation.box(extents=extents).apply_translation(place).subdivide().subdivide())
    whole = trimesh.util.concatenate(parts)
    return Mesh(np.asarray(whole.vertices, np.float32), np.asarray(whole.faces, np.int32), "boxes")


def seat(width: float = 0.45, height: float = 0.45, back: float = 0.5) -> Mesh:
    """A chair: four legs, a seat and a back at -z."""
    side = width / 2 - 0.02
    legs = [((0.04, height, 0.04), (x, height / 2, z)) for x in (-side, side) for z in (-side, side)]
    return boxes(*legs, ((width, 0.04, width), (0, height, 0)), ((width, back, 0.04), (0, height + back / 2, -side)))


def standing(clip: Clip, mesh: Mesh, name: str, path: np.ndarray, turn: float = 0.0) -> Clip:
    turns = np.repeat(Rotation.from_rotvec([0, turn, 0]).as_matrix()[None], T, 0)
    return replace(clip, objects=(ObjectMotion(name, (ObjectPart(name, mesh, turns, path),)),))


def lifted_path(start: float) -> np.ndarray:
    """Eight frames at `start`, then up by 0.8 m, then held."""
    path = np.zeros((T, 3))
    path[:, 1] = start + 0.8 * np.clip((np.arange(T) - 8) / 10, 0, 1)
    path[:, 0] = 0.3
    return path


def lowest(part: ObjectPart) -> np.ndarray:
    return part.posed()[..., 1].min(axis=1)


def test_on_the_floor_the_underside_stays_and_in_the_air_the_middle(clip: Clip) -> None:
    mesh = boxes(((0.4, 0.2, 0.3), (0.1, 0.05, 0)))
    source = standing(clip, mesh, "case", lifted_path(0.05), turn=0.7)
    part = scale_object(source, "case", (1.2, 1.5, 0.9)).clip.objects[0].parts[0]
    before = source.objects[0].parts[0]
    assert np.abs(lowest(part)[:8] - lowest(before)[:8]).max() < 1e-6
    middle, old = (np.ptp(p.mesh.vertices, axis=0) / 2 + p.mesh.vertices.min(axis=0) for p in (part, before))
    here = part.rotation @ middle + part.translation
    there = before.rotation @ old + before.translation
    assert np.abs(here[18:] - there[18:]).max() < 1e-6
    assert np.abs((here - there)[:, [0, 2]]).max() < 1e-6
    assert np.ptp(part.mesh.vertices, axis=0) == pytest.approx([0.48, 0.3, 0.27], rel=1e-5)


def test_anchors_of_a_scaled_thing_stay_on_its_surface(clip: Clip) -> None:
    changed = scale_object(clip, "box", (1.1, 0.8, 1.3))
    local = samples(clip.objects[1].parts[0].mesh, 50).points
    assert nearest(changed.anchors(1, local), changed.clip.objects[1].parts[0].mesh)[0].max() < 1e-6
    for part in (0, 2, 3):
        assert (changed.anchors(part, local) == local).all()


def test_a_scaled_chest_keeps_its_lid_on(clip: Clip) -> None:
    changed = scale_object(clip, "chest", 1.25)
    base, lid = changed.clip.objects[2].parts
    assert lid.hinge is not None
    point = base.rotation @ lid.hinge.point + base.translation
    assert np.abs(point - lid.translation).max() < 1e-6  # the lid's origin is on the hinge
    with pytest.raises(InputError, match="no longer fit"):
        scale_object(clip, "chest", (1.0, 1.2, 1.0))


def test_what_stands_on_a_table_rises_with_it(clip: Clip) -> None:
    table, mug = boxes(((0.8, 0.7, 0.8), (0, 0.35, 0))), boxes(((0.08, 0.1, 0.08), (0, 0.05, 0)))
    path = np.zeros((T, 3))
    scene = standing(clip, table, "table", path)
    on_top = ObjectPart("mug", mug, np.repeat(np.eye(3)[None], T, 0), lifted_path(0.7) - [0.2, 0, 0])
    scene = replace(scene, objects=(*scene.objects, ObjectMotion("mug", (on_top,))))
    changed = scale_object(scene, "table", 1.2)
    mug_now = changed.clip.objects[1].parts[0]
    assert np.abs(lowest(mug_now)[:8] - 0.84).max() < 1e-6
    assert np.abs(mug_now.translation[-1] - on_top.translation[-1]).max() < 1e-6  # held in the air it stays
    assert changed.notes == ("'mug' moves with 'table', on which it stands.",)
    smaller = scale_object(scene, "mug", 0.5).clip.objects[1].parts[0]
    assert np.abs(lowest(smaller)[:8] - 0.7).max() < 1e-6  # a small mug does not hover over the table


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan")])
def test_no_size_is_refused(clip: Clip, scale: float) -> None:
    with pytest.raises(InputError, match="scale"):
        scale_object(clip, "box", scale)
    with pytest.raises(InputError, match="no object 'mug'"):
        scale_object(clip, "mug", 1.1)


def test_a_turned_copy_is_laid_back_over_the_original() -> None:
    mesh = seat(back=0.6)
    turn = Rotation.from_rotvec([0.4, -2.0, 0.9]).as_matrix()
    copy = Mesh((mesh.vertices @ turn.T + [0.3, -0.2, 0.5]).astype(np.float32), mesh.faces)
    found = align(copy, mesh)
    assert np.abs(found.apply(copy.vertices.astype(np.float64)) - mesh.vertices).max() < 5e-3
    assert found.residual < 0.01


def test_a_swapped_chair_stands_where_the_old_one_stood_and_is_held_alike(clip: Clip) -> None:
    old = seat()
    turn = Rotation.from_rotvec([0, np.pi / 2, 0]).as_matrix()
    new = seat(width=0.5, height=0.42, back=0.45)
    new = Mesh((new.vertices @ turn.T).astype(np.float32), new.faces)  # its own front looks along x
    source = replace(standing(clip, old, "chair", lifted_path(0.0)), captions=(Caption("He moves the chair."),))
    changed = swap_object(source, "chair", new, "stool")
    part, before = changed.clip.objects[0].parts[0], source.objects[0].parts[0]
    assert changed.clip.objects[0].name == "stool"
    assert changed.clip.captions[0].text == "He moves the stool."
    assert (part.mesh.vertices == new.vertices).all()
    assert np.abs(lowest(part) - lowest(before))[:8].max() < 1e-6
    feet = part.posed(slice(0, 1))[0]
    feet = feet[feet[:, 1] < 2e-3]
    assert (np.ptp(feet, axis=0)[[0, 2]] > 0.45).all()  # on all four legs
    back = np.array([[0.1, 0.8, -0.185], [-0.1, 0.8, -0.225], [0.0, 0.47, 0.1]])  # front and back of the back, the seat
    there = (part.rotation[0] @ changed.anchors(0, back).T).T + part.translation[0]
    assert nearest(changed.anchors(0, back), part.mesh)[0].max() < 2e-3
    assert np.abs(there - back - before.translation[0]).max() < 0.06
    assert there[0, 2] > there[1, 2] + 0.03  # each side of the thin back has its own place


def test_a_place_on_the_front_stays_on_the_front() -> None:
    """The new board lies so far in front that its back is nearer to the old front."""
    board, ahead = boxes(((0.4, 0.3, 0.02), (0, 0, 0))), boxes(((0.4, 0.3, 0.02), (0, 0, 0.03)))
    mapping = Correspondence(board, ahead, Alignment(np.eye(3), np.zeros(3)))
    front = mapping(np.array([[0.05, 0.02, 0.01], [-0.1, 0.0, 0.015]]))
    assert front[:, 2] == pytest.approx([0.04, 0.045], abs=1e-6)  # the second is held 5 mm above the board
    assert np.abs(front[:, :2] - [[0.05, 0.02], [-0.1, 0.0]]).max() < 0.01
    assert mapping(np.array([[0.0, 0.0, -0.01]]))[0, 2] == pytest.approx(0.02, abs=1e-6)


def test_stretched_to_fit_a_box_is_the_old_box(clip: Clip) -> None:
    old, new = boxes(((0.4, 0.3, 0.2), (0, 0, 0))), boxes(((0.35, 0.4, 0.26), (0.1, 0, 0)))
    changed = swap_object(standing(clip, old, "box", lifted_path(0.15)), "box", new, "crate", fit=True)
    part = changed.clip.objects[0].parts[0]
    corners = np.abs((part.rotation[0] @ part.mesh.vertices.T).T + part.translation[0] - [0.3, 0.15, 0])
    assert corners.max(axis=0) == pytest.approx([0.2, 0.15, 0.1], abs=2e-3)


def test_things_too_unlike_are_refused(clip: Clip) -> None:
    chair = standing(clip, seat(), "chair", lifted_path(0.0))
    with pytest.raises(InputError, match=r"'pole' is .* cm where 'chair' is"):
        swap_object(chair, "chair", boxes(((0.03, 1.0, 0.03), (0, 0, 0))), "pole", fit=True)
    with pytest.raises(InputError, match="too unlike"):
        swap_object(chair, "chair", boxes(((0.45, 0.95, 0.45), (0, 0, 0))), "block", too_unlike=0.02)
    with pytest.raises(InputError, match="parts"):
        swap_object(clip, "chest", seat(), "chair")


def test_the_same_twice(clip: Clip, frozen: Callable[[Clip], str]) -> None:
    source = standing(clip, seat(), "chair", lifted_path(0.0))
    new = seat(width=0.5)
    assert frozen(swap_object(source, "chair", new, "b").clip) == frozen(swap_object(source, "chair", new, "b").clip)
