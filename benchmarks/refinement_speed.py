"""Campaign C: one 300-frame clip held in both hands, ours and the published objective, time and peak memory."""

import multiprocessing
import resource
import time
from pathlib import Path

from benchmarks.refinement_cases import demo_clips, palindrome
from interact_core.refine.corrupt import corrupt
from interact_core.refine.published import PublishedOptions, refine_published
from interact_core.refine.refine import refine_clip

FRAMES = 300
_PEER_SHARE = 0.02
"""Of the published iterations; their times are equal within a stage, so the whole is told from these."""


def speed_table(cache: Path, *, quick: bool) -> dict[str, float]:
    frames = 120 if quick else FRAMES
    ours, peer = (_alone(who, frames, cache) for who in ("ours", "published"))
    result = {
        "frames": frames, "ours_seconds": ours[0], "ours_peak_gb": ours[1], "published_seconds": peer[0],
        "published_peak_gb": peer[1], "ratio": peer[0] / max(ours[0], 1e-9),
    }  # fmt: skip
    print(
        f"{frames} frames in both hands: ours {ours[0]:.1f} s wall, {ours[1]:.2f} GB peak; published objective {peer[0]:.0f} s"
        f" (told from {_PEER_SHARE:.0%} of its iterations), {peer[1]:.2f} GB; ratio {result['ratio']:.1f}"
    )
    return result


def _alone(who: str, frames: int, cache: Path) -> tuple[float, float]:
    """Seconds and peak GB in a process of its own."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        result: tuple[float, float] = pool.apply(_measure, (who, frames, cache))
        return result


def _measure(who: str, frames: int, cache: Path) -> tuple[float, float]:
    box = next(c for c in demo_clips() if c.id == "demo_turn_crate")
    clip = corrupt(palindrome(box, frames), "wrist_pushed_in", 0.02).clip
    began = time.perf_counter()
    if who == "ours":
        refine_clip(clip, cache_dir=cache)
        seconds = time.perf_counter() - began
    else:
        report = refine_published(clip, PublishedOptions(share=_PEER_SHARE)).report
        seconds = sum(stage.seconds for stage in report.stages) / _PEER_SHARE
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
