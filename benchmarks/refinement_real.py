"""Campaign B: real recordings as they are, before and after, beside the published objective."""

import sys
from pathlib import Path

import numpy as np

from benchmarks.refinement_measures import View, view
from interact_core.clip import Clip
from interact_core.clip.skeleton import NUM_BODY_JOINTS
from interact_core.refine.corrupt_tools import hand_label
from interact_core.refine.published import PublishedOptions, refine_published
from interact_core.refine.refine import refine_clip

_NAMES = (
    "pen_max_mm", "pen_frame_mm", "recall", "hand_recall", "contact_ratio", "body_mean_mm", "body_p95_mm", "object_mean_mm",
    "jerk_body", "jerk_object", "skate", "limits_deg", "seconds",
)  # fmt: skip


def real_figures(seen: View, raw: View, seconds: float) -> dict[str, float]:
    """`pen_frame` is the deepest body vertex per frame, mean over frames (the paper's figure, to the surface)."""
    moved = np.linalg.norm(seen.joints[:, :NUM_BODY_JOINTS] - raw.joints[:, :NUM_BODY_JOINTS], axis=-1)
    thing = np.linalg.norm(seen.corners - raw.corners, axis=-1)
    touched = seen.track("contact_object") > 0.5
    said = np.asarray(seen.clip.recorded_contact.get("object", touched.astype(float))) > 0.5
    return {
        "pen_max_mm": 1e3 * seen.value("penetration_max"), "pen_frame_mm": 1e3 * seen.value("paper_penetration"),
        "recall": float(touched[said].mean()) if said.any() else float("nan"),
        "hand_recall": _hand_recall(seen),
        "contact_ratio": 100 * seen.value("paper_contact_ratio"),
        "body_mean_mm": 1e3 * float(moved.mean()), "body_p95_mm": 1e3 * float(np.percentile(moved, 95)),
        "object_mean_mm": 1e3 * float(thing.mean()), "jerk_body": seen.value("jerk_body"),
        "jerk_object": seen.value("jerk_object"),
        "skate": float(np.nanmean([seen.value(f"foot_skate_{s}_mean") for s in ("left", "right")])),
        "limits_deg": seen.value("hand_range"), "seconds": seconds,
    }  # fmt: skip


def _hand_recall(seen: View) -> float:
    """Of the frames in which a hand is labelled as touching, the share in which its skin is within 10 mm of the object."""
    near = []
    for k, side in enumerate(("left", "right")):
        said = hand_label(seen.clip, side) > 0.5
        near.append(seen.hand_gap[said, k] < 0.010)
    joined = np.concatenate(near)
    return float(joined.mean()) if joined.size else float("nan")


def real_table(clips: list[Clip], cache: Path, peers: int, peer_share: float) -> list[dict]:
    rows: list[dict] = []
    print(f"{'clip':34}{'who':>10}" + "".join(f"{n[:11]:>12}" for n in _NAMES) + "  bars")
    for k, clip in enumerate(clips):
        raw = view(clip, cache)
        row: dict = {"clip": clip.id, "frames": clip.num_frames, "thin_shell": any(raw.measured.fields.thin_shell)}
        row["raw"] = real_figures(raw, raw, 0.0)
        ours = refine_clip(clip, cache_dir=cache)
        row["ours"] = real_figures(view(ours.clip, cache), raw, ours.report.seconds)
        if k < peers:
            peer = refine_published(clip, PublishedOptions(share=peer_share))
            row["published"] = real_figures(view(peer.clip, cache), raw, peer.report.seconds)
        for who in ("raw", "ours", "published"):
            if who in row:
                missed = [] if who == "raw" else _missed(row[who], row["raw"])
                verdict = "" if who == "raw" else "MISSED: " + ", ".join(missed) if missed else "all met"
                thin = " thin" if row["thin_shell"] else ""
                name = f"{clip.id} ({clip.num_frames} f{thin})"
                print(f"{name[-33:]:34}{who:>10}" + "".join(f"{row[who][n]:12.2f}" for n in _NAMES) + f"  {verdict}", flush=True)
        rows.append(row)
    if not clips:
        print("no shared recordings here", file=sys.stderr)
    return rows


def _missed(after: dict[str, float], raw: dict[str, float]) -> list[str]:
    bars = {
        "pen_max <= 50 %": after["pen_max_mm"] <= 0.5 * raw["pen_max_mm"],
        "recall": after["recall"] >= raw["recall"] - 1e-9,
        "body <= 15 mm": after["body_mean_mm"] <= 15, "body p95 <= 40 mm": after["body_p95_mm"] <= 40,
        "object <= 10 mm": after["object_mean_mm"] <= 10,
        "jerk": after["jerk_body"] <= raw["jerk_body"] and after["jerk_object"] <= raw["jerk_object"],
        "skate": not after["skate"] > raw["skate"], "limits": after["limits_deg"] <= 0.01,
    }  # fmt: skip
    return [text for text, met in bars.items() if not met]
