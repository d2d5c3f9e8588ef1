"""Refinement beside the published objective on the same input in the same run: `python -m benchmarks.refinement [A B C]`.

A: injected faults and what is left of them (note 6.7 A), demo clips and real ones. B: real OMOMO clips as they are (6.7 B).
C: time and memory. Prints tables and writes them with every case to OUT/refinement.json; finished cases are kept in
OUT/cases.jsonl and not run again. The peer is slow: `--peer-cases` of each row get it.
"""

import argparse
import json
import logging
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from benchmarks.refinement_cases import Case, cases, cut, demo_clips, real_clips
from benchmarks.refinement_measures import figures, flip_detection, gaussian, view
from benchmarks.refinement_real import real_table
from benchmarks.refinement_speed import speed_table
from interact_core.clip import Clip
from interact_core.inspection.posed import pose_clip
from interact_core.refine.corrupt import KINDS
from interact_core.refine.published import PublishedOptions, refine_published
from interact_core.refine.refine import refine_clip
from interact_core.refine.report import RefineReport

log = logging.getLogger(__name__)
Row = dict[str, float]
_SIGMAS = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)

Bar = tuple[str, Callable[[Row, Row, Row], bool]]
"""What must hold of the medians (after, before, clean)."""
_PUSHED: tuple[Bar, ...] = (
    # Not below what the clean clip has, nor below the millimetre that skin gives way.
    ("pen_max -90 %", lambda a, b, c: a["pen_max"] <= max(0.1 * b["pen_max"], c["pen_max"], 1.0)),
    ("pen_mean <= 1.5 mm", lambda a, b, c: a["pen_mean"] <= 1.5),
    ("hand in object <= 40 %", lambda a, b, c: a["relative_error"] <= 0.4 * b["relative_error"]),
)
# Contact begins at 20 mm, so fingers deep in an object still count as touching: penetration is asked for beside it.
_TOUCH: tuple[Bar, ...] = (
    ("F1 >= 0.8", lambda a, b, c: a["f1"] >= 0.8),
    ("pen_max <= half", lambda a, b, c: a["pen_max"] <= max(0.5 * b["pen_max"], c["pen_max"], 1.0)),
)
BARS: dict[str, tuple[Bar, ...]] = {
    "object_pushed_in": _PUSHED, "wrist_pushed_in": _PUSHED,
    "floating": (
        ("gap <= 2 mm (5 at 30)", lambda a, b, c: a["gap"] <= (5.0 if b["level"] > 0.02 else 2.0)),
        ("F1 >= 0.9", lambda a, b, c: a["f1"] >= 0.9),
    ),
    "jitter_place": (
        ("jerk <= 1.5 clean", lambda a, b, c: a["jerk_body"] <= 1.5 * c["jerk_body"]),
        ("error < input, Gaussian", lambda a, b, c: a["error"] < min(b["error"], b["gaussian_error"])),
    ),
    "jitter_turn": (
        ("jerk <= 1.5 clean", lambda a, b, c: a["jerk_body"] <= 1.5 * c["jerk_body"]),
        ("error < input, Gaussian", lambda a, b, c: a["error"] < min(b["error"], b["gaussian_error"])),
    ),
    "drift": (("slip <= 1.5 clean", lambda a, b, c: a["slip"] <= 1.5 * c["slip"]),),
    "finger_noise": _TOUCH, "flat_hand": _TOUCH,
    "wrist_flip": (
        ("found >= 95 %", lambda a, b, c: a.get("found_share", 0.0) >= 0.95),
        ("false < 2 %", lambda a, b, c: a.get("false_share", 1.0) < 0.02),
        ("left <= 10 deg", lambda a, b, c: a["flip_residual"] <= 10),
    ),
    "ground": (
        ("sole <= 3 mm", lambda a, b, c: a["sole_error"] <= 3),
        ("skate <= clean + 1 mm/frame", lambda a, b, c: not a["skate"] > c["skate"] + 0.03),
    ),
    "none": (
        ("mean <= 2 mm", lambda a, b, c: a["joint_mean"] <= 2),
        ("max <= 10 mm", lambda a, b, c: a["joint_max"] <= 10),
        ("none worse by > 5 %", lambda a, b, c: a["worse"] <= 0.05),
    ),
}  # fmt: skip
_SHOWN = (
    "error", "relative_error", "pen_max", "pen_mean", "gap", "f1", "jerk_body", "slip", "skate", "sole_error", "finger_error",
    "flip_residual", "joint_mean", "joint_max",
)  # fmt: skip
_JUDGED = ("pen_max", "pen_mean", "gap", "jerk_body", "jerk_object", "slip", "skate", "limits", "twist")
_FLOOR = {
    "pen_max": 0.5, "pen_mean": 0.3, "gap": 0.3, "jerk_body": 2.0, "jerk_object": 2.0, "slip": 0.003, "skate": 0.003,
    "limits": 0.5, "twist": 0.5,
}  # fmt: skip
"""Smaller changes of a figure are not called worse."""


class Campaign:
    """Runs cases, keeps what is done, and makes tables of it."""

    def __init__(self, out: Path, peer_share: float) -> None:
        self.out, self._peer_share = out, peer_share
        self.cache = out / "cache"
        self.cache.mkdir(parents=True, exist_ok=True)
        self._file = out / "cases.jsonl"
        lines = self._file.read_text().splitlines() if self._file.exists() else []
        self.done: dict[str, dict] = {entry["name"]: entry for entry in map(json.loads, lines)}

    def run(self, case: Case, peer: bool) -> None:
        kept = self.done.get(case.name, {})
        if "ours" in kept and (not peer or "published" in kept):
            return
        clean = view(case.clean, self.cache)
        spoiled = clean if case.spoiled.truth.kind == "none" else view(case.spoiled.clip, self.cache)
        truth = case.spoiled.truth
        entry = {
            "name": case.name,
            "kind": truth.kind,
            "level": truth.level,
            "source": case.source,
            "frames": case.clean.num_frames,
        }
        if truth.kind == "none":
            entry["level"] = 0.0
        entry["clean"] = figures(clean, clean, case)
        entry["before"] = figures(spoiled, clean, case) | {"level": truth.level}
        if truth.kind.startswith("jitter"):
            entry["before"]["gaussian_error"] = self._best_gaussian(case, clean)
        ours = refine_clip(case.spoiled.clip, cache_dir=self.cache)
        entry["ours"] = self._after(ours.clip, ours.report, clean, case) | {"skipped": float(ours.report.skipped is not None)}
        if peer:
            result = refine_published(case.spoiled.clip, PublishedOptions(share=self._peer_share))
            entry["published"] = self._after(result.clip, result.report, clean, case)
        self.done[case.name] = entry
        with self._file.open("a") as stream:
            stream.write(json.dumps(entry) + "\n")
        print(f"  {case.name}: {entry['ours']['seconds']:.1f} s", file=sys.stderr, flush=True)

    def _after(self, clip: Clip, report: RefineReport, clean, case: Case) -> Row:
        found = figures(view(clip, self.cache), clean, case)
        before = figures(clean, clean, case)
        found["worse"] = max(
            ((found[n] - before[n]) / max(abs(before[n]), _FLOOR[n]) if found[n] - before[n] > _FLOOR[n] else 0.0)
            for n in _JUDGED
        )  # fmt: skip
        found["seconds"] = report.seconds
        return found | flip_detection(report.repairs, case)

    def _best_gaussian(self, case: Case, clean) -> float:
        """Error of the smoothing width that is best in hindsight: no filter of that kind could do better."""
        errors = []
        for sigma in _SIGMAS:
            posed = pose_clip(gaussian(case.spoiled.clip, sigma))
            moved = np.linalg.norm(posed.joints - clean.joints, axis=-1)
            errors.append(1e3 * float(moved.mean()))
        return min(errors)

    def rows(self) -> list[dict]:
        """Medians per fault, level and source, with the bars."""
        groups: dict[tuple, list[dict]] = defaultdict(list)
        for entry in self.done.values():
            groups[entry["kind"], entry["level"], entry["source"]].append(entry)
            groups[entry["kind"], entry["level"], "all"].append(entry)
        return [_row(key, found) for key, found in sorted(groups.items())]


def _row(key: tuple, entries: list[dict]) -> dict:
    row: dict = {"kind": key[0], "level": key[1], "source": key[2], "cases": len(entries)}
    for who in ("clean", "before", "ours", "published"):
        found = [e[who] for e in entries if who in e]
        if found:
            row[who] = _medians(found)
            row[who]["cases"] = len(found)
    row["bars"] = {
        who: {text: bool(holds(row[who], row["before"], row["clean"])) for text, holds in BARS[key[0]]}
        for who in ("ours", "published") if who in row
    }  # fmt: skip
    return row


def _medians(found: list[Row]) -> Row:
    names = {n for f in found for n in f}
    values = {n: [v for f in found if np.isfinite(v := f.get(n, np.nan))] for n in names}
    result = {n: float(np.median(v)) if v else float("nan") for n, v in values.items()}
    if sum(f.get("segments", 0) for f in found):
        result["found_share"] = sum(f["found"] for f in found) / sum(f["segments"] for f in found)
        result["false_share"] = float(np.mean([f["false_share"] for f in found]))
    return result


def print_rows(rows: Iterable[dict]) -> None:
    print(f"{'fault':18}{'level':>8}{'source':>7}{'who':>10}{'n':>4} " + "".join(f"{n[:9]:>10}" for n in _SHOWN) + "  bars")
    for row in rows:
        for who in ("clean", "before", "ours", "published"):
            if who not in row:
                continue
            values = "".join(f"{row[who].get(n, float('nan')):10.2f}" for n in _SHOWN)
            missed = [text for text, met in row["bars"].get(who, {}).items() if not met]
            verdict = "" if who not in row["bars"] else "all met" if not missed else "MISSED: " + ", ".join(missed)
            print(f"{row['kind']:18}{row['level']:8.3f}{row['source']:>7}{who:>10}{row[who]['cases']:4} {values}  {verdict}")


def campaign_a(campaign: Campaign, options: argparse.Namespace) -> list[dict]:
    kinds = options.kinds or [*KINDS, "none"]
    for kind in kinds:
        levels = (0.0,) if kind == "none" else KINDS[kind].levels
        if options.quick:
            levels = levels[len(levels) // 2 :][:1]
        for level in levels:
            # No recording is clean, and no hand of theirs was captured.
            real = min(len(real_clips()), max(options.cases // 4, 1)) if kind not in ("flat_hand", "none") else 0
            for source, clips, count in (("demo", demo_clips(), options.cases - real), ("real", real_clips(), real)):
                for k, case in enumerate(cases(kind, level, count, options.frames, clips, source)):
                    campaign.run(case, peer=k < options.peer_cases)
    return [row for row in campaign.rows() if row["kind"] in kinds]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=["A", "B", "C"], help="which campaigns")
    parser.add_argument("--cases", type=int, default=50, help="cases in each row of A")
    parser.add_argument("--peer-cases", type=int, default=2, help="of them (demo and real each) also by the published objective")
    parser.add_argument("--peer-share", type=float, default=1.0, help="of the published iterations; 1 is the published method")
    parser.add_argument("--frames", type=int, default=80, help="frames of a case in A")
    parser.add_argument("--real-frames", type=int, default=0, help="frames of a clip in B; 0 is all")
    parser.add_argument("--kinds", nargs="*", help="faults of A to run")
    parser.add_argument("--quick", action="store_true", help="two cases of one level of each fault, short clips, no full peer")
    parser.add_argument("--out", type=Path, default=Path("build/refinement"))
    options = parser.parse_args(arguments)
    if options.quick:
        options.cases, options.peer_cases, options.real_frames = 2, 0, 80
    options.out.mkdir(parents=True, exist_ok=True)
    campaign = Campaign(options.out, options.peer_share)
    results: dict = {"settings": {k: str(v) for k, v in vars(options).items()}}
    if "A" in options.parts:
        results["A"] = campaign_a(campaign, options)
        print_rows(results["A"])
    if "B" in options.parts:
        clips = [cut(c, 0, options.real_frames) if options.real_frames else c for c in real_clips()]
        results["B"] = real_table(clips, campaign.cache, options.peer_cases, options.peer_share)
    if "C" in options.parts:
        results["C"] = speed_table(campaign.cache, quick=options.quick)
    (options.out / "refinement.json").write_text(json.dumps(results, indent=1))
    missed = [r for r in results.get("A", []) if r["source"] == "all" and not all(r["bars"]["ours"].values())]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
