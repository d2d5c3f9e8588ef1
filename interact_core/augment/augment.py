"""Augmenting one clip: draw, change, move the person, measure, judge. The one door for the window and the command line."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interact_core.augment.changes.changed import Changed
from interact_core.augment.compose import compose, rebased
from interact_core.augment.diversity import most_different, nearest, signature
from interact_core.augment.options import DEFAULT, AugmentOptions
from interact_core.augment.placement import follow, move_objects, pivot_of
from interact_core.augment.published import align_published
from interact_core.augment.quality import UNMEASURED, Quality, Rejection, judge, quality
from interact_core.augment.sampling import Draw, draw
from interact_core.augment.solve import Mover
from interact_core.augment.source import Source, footing_of, read_source
from interact_core.clip import Clip, Mesh, ObjectPart
from interact_core.errors import InputError
from interact_core.inspection.fields import distance_fields
from interact_core.inspection.inspect import inspect_clip
from interact_core.inspection.posed import pose_clip
from interact_core.inspection.results import Value
from interact_core.jobs.context import JobContext, NullContext, SubContext
from interact_core.refine.options import DEFAULT as REFINE
from interact_core.refine.pipeline import check_poses, device_for
from interact_core.refine.report import Measured, Preview
from interact_core.refine.solving import one_thread
from interact_core.refine.state import State

_PREVIEW = 0.5
"""Seconds between previews."""


@dataclass(frozen=True)
class Candidate:
    """One attempt: `clip` as it came out of the solver, kept or not. `reasons` is empty where it passed every limit;
    `twin` is the index of the kept candidate that it is too near to, -1 for none."""

    index: int
    draw: Draw
    clip: Clip
    quality: Quality
    reasons: tuple[Rejection, ...]
    seconds: float
    notes: tuple[str, ...] = ()
    twin: int = -1
    chosen: bool = True
    """False where others were more different and only so many were wanted."""

    @property
    def kept(self) -> bool:
        return not self.reasons and self.twin < 0 and self.chosen


@dataclass(frozen=True)
class AugmentResult:
    """All candidates of a clip, in the order of their indices."""

    source: Quality
    candidates: tuple[Candidate, ...]

    @property
    def kept(self) -> tuple[Candidate, ...]:
        return tuple(c for c in self.candidates if c.kept)


@dataclass(frozen=True)
class _Base:
    """The source as it is, mirrored or re-timed, with what is known of it."""

    source: Source
    measured: Measured
    quality: Quality


StateListener = Callable[[int, Preview], None]
CandidateListener = Callable[[Candidate], None]


def augment_clip(
    clip: Clip, options: AugmentOptions = DEFAULT, *, cache_dir: Path, models_dir: Path | None = None,
    context: JobContext | None = None, meshes: Sequence[tuple[str, Mesh]] = (), on_state: StateListener | None = None,
    on_candidate: CandidateListener | None = None,
) -> AugmentResult:  # fmt: skip
    """`options.count` candidates of a clip, judged. Raises Cancelled; InputError if it has no object or no finite pose.

    `meshes` (name, mesh) are what a swap may put in the object's place. The listeners are called on this thread.
    """
    work = Augmentation(clip, options, cache_dir, models_dir, context or NullContext(), meshes, on_state)
    found: list[Candidate] = []
    for candidate in work.candidates():
        found.append(candidate)
        if on_candidate is not None:
            on_candidate(candidate)
    return AugmentResult(work.source_quality, _chosen(found, work, options.keep))


class Augmentation:
    """The candidates of one clip; a source that was mirrored or re-timed alike is measured once."""

    def __init__(
        self, clip: Clip, options: AugmentOptions, cache_dir: Path, models_dir: Path | None, context: JobContext,
        meshes: Sequence[tuple[str, Mesh]] = (), on_state: StateListener | None = None,
    ) -> None:  # fmt: skip
        if not clip.objects:
            raise InputError("the clip has no object that could be moved", field=clip.id)
        check_poses(clip)
        self._clip, self._options, self._cache, self._models = clip, options, cache_dir, models_dir
        self._context, self._meshes, self._on_state = context, tuple(meshes), on_state
        self._device = device_for(options.device)
        self._bases: dict[tuple[bool, float], _Base] = {}
        self._marks: dict[int, NDArray[np.float64]] = {}
        self.measured: Measured | None = None
        """The candidate that was made last, posed and measured; None where it could not be made."""

    @property
    def source_quality(self) -> Quality:
        return self._base(Draw(), self._context).quality

    @property
    def source_figures(self) -> Mapping[str, Value]:
        """What an inspection says of the source."""
        return self._base(Draw(), self._context).measured.inspection.summary

    def mark(self, candidate: Candidate) -> NDArray[np.float64]:
        """What tells a candidate from others."""
        return self._marks[candidate.index]

    @property
    def source_mark(self) -> NDArray[np.float64]:
        return _mark(self._base(Draw(), self._context).measured)

    def candidates(self) -> Iterator[Candidate]:
        """One after the other; near duplicates of those that passed are marked as they come."""
        passed: list[int] = []
        count = self._options.count
        for index in range(count):
            found = self.candidate(index, SubContext(self._context, index / count, (index + 1) / count))
            if not found.reasons:
                place, away = nearest(self._marks[index], [self._marks[k] for k in passed])
                if away < self._options.limits.twin:
                    found = replace(found, twin=passed[place])
                else:
                    passed.append(index)
            yield found

    def candidate(self, index: int, context: JobContext) -> Candidate:
        """The candidate of this index, whatever was made before."""
        began = time.perf_counter()
        o = self._options
        drawn = draw(o.variations, o.following, o.seed, index, len(self._meshes))
        self.measured = None
        context.progress(0.0, f"candidate {index + 1}")
        try:
            base = self._base(drawn, SubContext(context, 0.0, 0.2))
            composed = compose(base.source.clip, drawn, self._meshes, self._models)
        except InputError as error:  # this clip cannot be changed like that; other draws may do
            why = Rejection("applicable", 0.0, 1.0, str(error))
            seconds = time.perf_counter() - began
            return Candidate(index, drawn, self._clip, UNMEASURED, (why,), seconds)
        with one_thread():
            solved = self._solved(base, composed, drawn, index, SubContext(context, 0.2, 0.85))
        named = replace(solved, id=f"{self._clip.id}__augmented_{o.seed}_{index:04d}")
        measured = self.measured = self._measure(named, SubContext(context, 0.85, 1.0))
        found = quality(measured, base.measured)
        self._marks[index] = _mark(measured)
        reasons = judge(found, base.quality, o.limits, named.fps)
        seconds = time.perf_counter() - began
        return Candidate(index, drawn, named, found, reasons, seconds, composed.notes)

    def _solved(self, base: _Base, composed: Changed, drawn: Draw, index: int, context: JobContext) -> Clip:
        o, source = self._options, base.source
        same = composed.clip is source.clip
        footing = source.footing if same else footing_of(composed.clip, source, self._models)
        pivot = pivot_of(composed.clip, footing.touched)
        placed, wander = move_objects(composed.clip, drawn, o.variations, footing, pivot)
        way = follow(footing, drawn, o.following, pivot, placed.fps, wander)
        if o.method == "published":
            return align_published(source, placed, way, context.checkpoint, o.seed)
        mover = Mover(
            source, placed, way, composed.anchors, o.following, REFINE, cache_dir=self._cache, models_dir=self._models,
            context=context,
        )  # fmt: skip
        return mover.solve(_Shown(mover, self._on_state, index, context))

    def _base(self, drawn: Draw, context: JobContext) -> _Base:
        key = (drawn.mirror, drawn.warp)
        if key not in self._bases:
            clip = rebased(self._clip, drawn, self._models)
            measured = self._measure(clip, SubContext(context, 0.0, 0.5))
            source = read_source(
                clip, REFINE, self._options.following.fade, cache_dir=self._cache, models_dir=self._models,
                device=self._device, context=SubContext(context, 0.5, 1.0),
            )  # fmt: skip
            self._bases[key] = _Base(source, measured, quality(measured, measured))
        return self._bases[key]

    def _measure(self, clip: Clip, context: JobContext) -> Measured:
        posed = pose_clip(clip, self._models, self._device, SubContext(context, 0.0, 0.2))
        fields = distance_fields(posed, self._cache, self._device, SubContext(context, 0.2, 0.9))
        return Measured(posed, fields, inspect_clip(posed, fields, context=SubContext(context, 0.9, 1.0)))


class _Shown:
    """Hands the state of the solver to the listener, at most every _PREVIEW seconds."""

    def __init__(self, mover: Mover, listener: StateListener | None, index: int, context: JobContext) -> None:
        self._mover, self._listener, self._index, self._context = mover, listener, index, context
        self._last = 0.0

    def __call__(self, stage: str, state: State) -> None:
        self._context.progress(0.5, stage)
        if self._listener is None or time.perf_counter() - self._last < _PREVIEW:
            return
        self._listener(self._index, self._mover.preview(stage, state))
        self._last = time.perf_counter()


def _mark(measured: Measured) -> NDArray[np.float64]:
    corners = [part_corners(part) for part in measured.posed.parts]
    return signature(measured.posed.joints, np.concatenate(corners, axis=1))


def part_corners(part: ObjectPart) -> NDArray[np.float64]:
    """(T, 8, 3) of the part's box in the world."""
    low, high = part.mesh.vertices.min(axis=0), part.mesh.vertices.max(axis=0)
    box = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])], np.float64)
    return np.einsum("tij,kj->tki", part.rotation, box) + np.asarray(part.translation)[:, None]


def _chosen(found: list[Candidate], work: Augmentation, keep: int) -> tuple[Candidate, ...]:
    """All, with those left out marked where only the `keep` most different are wanted."""
    passed = [k for k, c in enumerate(found) if c.kept]
    if not 0 < keep < len(passed):
        return tuple(found)
    places = most_different([work.mark(found[k]) for k in passed], keep, work.source_mark)
    wanted = {passed[place] for place in places}
    return tuple(replace(c, chosen=not c.kept or k in wanted) for k, c in enumerate(found))
