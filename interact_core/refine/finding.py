"""What a reference says of itself: which regions touch which part, and when the soles stand."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.inspection.evidence import Evidence
from interact_core.inspection.fields import DistanceFields
from interact_core.inspection.posed import PosedClip
from interact_core.inspection.signals import stride_for
from interact_core.inspection.thresholds import Thresholds
from interact_core.jobs.context import JobContext, NullContext
from interact_core.refine.contacts import REGIONS, Contacts, find_contacts, region_vertices
from interact_core.refine.feet import Feet, find_feet
from interact_core.refine.measuring import cut
from interact_core.refine.options import RefineOptions
from interact_core.refine.scene import Scene
from interact_core.refine.state import State, clip_of
from interact_core.refine.survey import Survey, Surveyor

AROUND: Final = 60
"""Frames on each side of a window that are looked at too: a grasp is known by how the object moves, and how high a sole rests
by the steps around it. Windows that overlap find the same of the frames they share."""


@dataclass(frozen=True)
class Found:
    """What was found of a reference; the survey is without the objects' points."""

    survey: Survey
    contacts: Contacts
    feet: Feet


def find(
    scene: Scene, reference: State, first: int, options: RefineOptions, made_up: dict[str, bool], context: JobContext
) -> Found:  # fmt: skip
    """Of all frames of `reference`, which begins with the clip's frame `first`."""
    survey = Surveyor(scene).survey(reference, context, first, skin=False)
    contacts = contacts_of(scene, reference, survey, first, options, made_up)
    vertices = survey.vertices.cpu().numpy()
    feet = find_feet(vertices, scene.choice.model.regions, scene.clip.fps, true_body=not scene.choice.stand_in)
    return Found(survey, contacts, feet)


def around(
    scene: Scene, reference: State, frames: slice, options: RefineOptions, made_up: dict[str, bool], context: JobContext
) -> tuple[Contacts, Feet]:  # fmt: skip
    """Contacts and feet of the frames `frames` of the whole clip's `reference`, seen with what is around them."""
    wide = slice(max(frames.start - AROUND, 0), min(frames.stop + AROUND, reference.num_frames))
    found = find(scene, reference.frames(wide), wide.start, options, made_up, context)
    own = slice(frames.start - wide.start, frames.stop - wide.start)
    return found.contacts.frames(own), found.feet.frames(own)


def contacts_of(
    scene: Scene, reference: State, survey: Survey, first: int, options: RefineOptions, made_up: dict[str, bool]
) -> Contacts:  # fmt: skip
    """The contacts that a survey of `reference` shows."""
    distance = (
        np.stack([d.cpu().numpy() for d in survey.distance]) if survey.distance else np.zeros((0, *survey.vertices.shape[:2]))
    )
    evidence = _evidence(scene, reference, survey, first) if scene.parts else None
    speed = _speeds(scene, reference, survey, distance)
    return find_contacts(distance, evidence, scene.choice.model.regions, options, scene.clip.fps, speed, made_up)


def _evidence(scene: Scene, reference: State, survey: Survey, first: int) -> Evidence:
    """What the inspection would say of the reference; holding needs no more than the body's distance."""
    clip = clip_of(cut(scene.clip, slice(first, first + reference.num_frames)), reference)
    parts = [part for obj in clip.objects for part in obj.parts]
    edges = np.cumsum([0, *(len(part.mesh.vertices) for part in parts)])
    slices = tuple(slice(int(a), int(b)) for a, b in pairwise(edges))
    things = np.concatenate([part.posed() for part in parts], axis=1)
    ready = np.ones(clip.num_frames, bool)
    posed = PosedClip(
        clip, scene.choice, survey.vertices.float().cpu().numpy(), survey.joints.float().cpu().numpy(), things,
        np.zeros((0, 3), np.int32), slices, tuple(part.name for part in parts), ready,
    )  # fmt: skip
    body = survey.nearest.float().cpu().numpy()
    fields = DistanceFields(body, np.zeros((clip.num_frames, 0), np.float32), (False,) * len(parts), 0.1, ready)
    return Evidence(posed, fields, Thresholds(), NullContext())


def _speeds(scene: Scene, reference: State, survey: Survey, distance: NDArray[np.float32]) -> NDArray[np.float64]:
    """(T, R) m/s of each region against the part it is nearest to, smoothed over a fifth of a second."""
    frames = len(survey.vertices)
    result = np.zeros((frames, len(REGIONS)))
    if frames < 3 or not scene.parts:
        return result
    step = stride_for(scene.clip.fps)
    vertices = survey.vertices.cpu().numpy()
    rotation = reference.rotation.cpu().numpy()
    translation = reference.translation.cpu().numpy()
    for r, ids in enumerate(region_vertices(scene.choice.model.regions)):
        if not len(ids):
            continue
        part = int(distance[:, :, ids].min(axis=(1, 2)).argmin())
        middle = vertices[:, ids].mean(axis=1) - translation[:, part]
        own = np.einsum("tji,tj->ti", rotation[:, part], middle)
        if frames <= 2 * step:
            continue
        velocity = np.linalg.norm(own[2 * step :] - own[: -2 * step], axis=1) * scene.clip.fps / (2 * step)
        velocity = np.concatenate([np.repeat(velocity[:1], step), velocity, np.repeat(velocity[-1:], step)])
        result[:, r] = np.convolve(np.pad(velocity, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    return result
