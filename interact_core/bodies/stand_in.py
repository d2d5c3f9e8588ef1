"""Puts the open body where a licensed model would stand, when only that model's coefficients are known.

`transl` moves a model's own frame, whose origin is not the pelvis: about 23 cm above it in SMPL and SMPL-H, 36 cm in SMPL-X.
Without this offset a stand-in would float by that much.
"""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.open_body import BoundOpenBody, OpenBody
from interact_core.clip import Betas, BodyMotion, Floats, TemplateVertices

_MEAN_PELVIS: Final = {"smpl": (0.0, -0.23, 0.028), "smplh": (0.0, -0.23, 0.028), "smplx": (0.0, -0.36, 0.012)}
"""J0 of the average shapes, metres, rounded; people differ from it by 2 to 3 cm."""


def bind_stand_in(body: OpenBody, motion: BodyMotion) -> BoundOpenBody:
    """The open body in average shape, or as tall as the subject's template, with its pelvis at the model's J0."""
    if isinstance(motion.shape, TemplateVertices):
        bound, pelvis = _like_template(body, motion.shape.vertices)
    else:
        bound, pelvis = body.bind(Betas(np.zeros(0))), np.array(_MEAN_PELVIS[motion.family])
    offset = (pelvis - bound.rest_joints[0]).astype(np.float32)
    return replace(bound, rest_vertices=bound.rest_vertices + offset, rest_joints=bound.rest_joints + offset, _matrices={})


def _like_template(body: OpenBody, template: Floats) -> tuple[BoundOpenBody, NDArray[np.float64]]:
    """As tall as the template by the first shape direction; the pelvis at our own share of the height."""
    low, stature = float(template[:, 1].min()), float(np.ptp(template[:, 1]))
    top, bottom = body.template[:, 1].argmax(), body.template[:, 1].argmin()
    growth = float(body.shape_vertices[0, top, 1] - body.shape_vertices[0, bottom, 1])
    ours = float(np.ptp(body.template[:, 1]))
    bound = body.bind(Betas(np.clip(np.array([(stature - ours) / growth]), -3, 3)))
    reach = bound.rest_joints[0, 1] - bound.rest_vertices[:, 1].min()
    share = float(reach / np.ptp(bound.rest_vertices[:, 1]))
    return bound, np.array([0.0, low + share * stature, _MEAN_PELVIS["smplx"][2]])
