"""Clips cut to the lengths that the model knows, each piece with the words and the action that are about it."""

from dataclasses import dataclass

from interact_core.clip import Clip
from interact_core.errors import InputError
from interact_core.generate.clips import Person, Thing, motion_from
from interact_core.generate.motion import Motion, canonical


@dataclass(frozen=True)
class Window:
    """A piece of a clip: motion (a batch of one, its first person at the origin facing +Z) at the model's frame rate, every
    sentence about it, its class or ""."""

    id: str
    motion: Motion
    person: Person
    thing: Thing
    sentences: tuple[str, ...]
    action: str


def windows_of(clip: Clip, fps: float, shortest: int, longest: int) -> list[Window]:
    """Pieces of `longest` frames one after the other; a rest of at least `shortest` is one too. InputError on clips without an
    object, with broken poses, or shorter than `shortest`."""
    motion, person, thing = motion_from(clip, fps)
    if motion.num_frames < shortest:
        raise InputError(f"has {motion.num_frames} frames at {fps:g} a second, {shortest} are needed", field=clip.id)
    found = []
    for start in range(0, motion.num_frames, longest):
        stop = min(start + longest, motion.num_frames)
        if stop - start >= shortest:
            at = f"{clip.id}@{start}" if start else clip.id
            words = sentences_of(clip, start / fps, stop / fps)
            action = clip.actions[0].lower() if clip.actions else ""
            found.append(Window(at, canonical(motion.cut(start, stop)), person, thing, words, action))
    return found


def sentences_of(clip: Clip, start: float, stop: float) -> tuple[str, ...]:
    """What is said about at least half of these seconds; where nothing is, what is said of the clip anywhere."""
    said = []
    for caption in clip.captions:
        first = caption.start_frame / clip.fps
        last = (clip.num_frames if caption.end_frame is None else caption.end_frame) / clip.fps
        if caption.text.strip() and min(stop, last) - max(start, first) >= 0.5 * (stop - start) - 1e-6:
            said.append(caption.text.strip())
    every = [caption.text.strip() for caption in clip.captions if caption.text.strip()]
    return tuple(dict.fromkeys(said or every))
