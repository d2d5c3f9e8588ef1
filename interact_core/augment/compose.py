"""From a draw to changes of the clip, before anybody moves: mirror and time first, then sizes and shapes."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from interact_core.augment.changes.changed import Changed, same_places
from interact_core.augment.changes.mirror import mirror
from interact_core.augment.changes.scale import scale_object
from interact_core.augment.changes.shape import reshape_body, scaled_joints
from interact_core.augment.changes.swap import swap_object
from interact_core.augment.changes.time_warp import time_warp
from interact_core.augment.sampling import Draw
from interact_core.clip import Betas, Clip, Mesh, RestJoints
from interact_core.errors import InputError


def rebased(clip: Clip, drawn: Draw, models_dir: Path | None) -> Clip:
    """The clip mirrored and re-timed as drawn: a sound interaction in itself. InputError where it cannot be re-timed."""
    if drawn.mirror:
        clip = mirror(clip, models_dir).clip
    if drawn.warp != 1.0:
        clip = time_warp(clip, drawn.warp).clip
    return clip


def compose(clip: Clip, drawn: Draw, meshes: Sequence[tuple[str, Mesh]], models_dir: Path | None) -> Changed:
    """The clip with things and body as drawn; the person has not followed yet. All objects get the same sizes.

    InputError where the drawn mesh is too unlike the object it should replace.
    """
    result = Changed(clip, same_places)
    if drawn.swap >= 0:
        name, mesh = meshes[drawn.swap]
        result = after(result, swap_object(result.clip, clip.objects[0].name, mesh, name))
    if drawn.scale != (1.0, 1.0, 1.0):
        for obj in result.clip.objects:
            # Parts would no longer fit together if their axes grew by different factors.
            scale = drawn.scale if len(obj.parts) == 1 else (drawn.scale[0],) * 3
            result = after(result, scale_object(result.clip, obj.name, scale))
    if drawn.limbs != (1.0, 1.0, 1.0):
        result = after(result, _reshaped(result.clip, drawn, models_dir))
    return result


def _reshaped(clip: Clip, drawn: Draw, models_dir: Path | None) -> Changed:
    shape = clip.body.shape
    if isinstance(shape, RestJoints):
        height, arms, legs = drawn.limbs
        joints = scaled_joints(np.asarray(shape.joints, np.float64), height=height, arms=arms, legs=legs)
        return reshape_body(clip, RestJoints(joints), models_dir, steps=True)
    if isinstance(shape, Betas):
        try:
            values = np.asarray(shape.values, np.float64).copy()
            values[: len(drawn.betas)] += np.asarray(drawn.betas)[: len(values)]
            return reshape_body(clip, Betas(values), models_dir, steps=True)
        except InputError as error:  # betas mean nothing without their model
            return Changed(clip, same_places, (f"The body keeps its shape: {error.problem}.",))
    return Changed(clip, same_places, ("The body keeps its shape: it is a subject's own surface.",))


def after(first: Changed, then: Changed) -> Changed:
    """Both changes, one after the other."""
    return replace(
        then, anchors=lambda part, local: then.anchors(part, first.anchors(part, local)), notes=(*first.notes, *then.notes)
    )
