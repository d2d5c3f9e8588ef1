"""Facts, drafts and lint on the demo clips and on real ones: contact against the script's truth, drafts beside what people
wrote, planted lies found, and the time of one live check. `python -m benchmarks.evidence [FOLDER ...]`; bar: 10 ms a check.
"""

import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from interact_core.annotation import AnnotationDocument, CaptionRecord, SegmentRecord
from interact_core.annotation.drafts import draft_captions
from interact_core.annotation.evidence import Evidence
from interact_core.annotation.lint import lint
from interact_core.annotation.proposals import propose_segments
from interact_core.clip import Caption, Clip
from interact_core.demo import demo_root
from interact_core.formats.registry import open_path, read_clip
from interact_core.inspection.clip_evidence import evidence_of
from interact_core.inspection.fields import distance_fields
from interact_core.inspection.inspect import inspect_clip
from interact_core.inspection.posed import pose_clip

BAR_MS = 10.0
_SWAP = {"left": "right", "right": "left"}
LIES = {
    "left_right": lambda text: re.sub(r"\b(left|right)(?= (?:hand|arm|foot))", lambda m: _SWAP[m[1]], text),
    "hand_count": lambda text: re.sub(r"\bthe (?:left|right) hand\b", "both hands", text),
    "direction": lambda text: text.replace("forward", "backward"),
    "object_missing": lambda text: re.sub(r"\b(an?|the) (box|mug|ball|table|bottle|suitcase|broom|crate|chair|dumbbell)\b",
                                          r"\1 umbrella", text, count=1),
}  # fmt: skip
"""How a true sentence is made false, by the rule that must notice."""


def facts_of(clip: Clip, cache: Path) -> Evidence:
    posed = pose_clip(clip)
    return evidence_of(posed, inspect_clip(posed, distance_fields(posed, cache)))


def contact(clip: Clip, evidence: Evidence) -> list[str]:
    """Intersection over union with the script's contact, per hand that has any."""
    found = []
    for hand in ("left", "right"):
        truth = np.asarray(clip.recorded_contact.get(f"{hand}_hand", np.zeros(clip.num_frames)), np.float64) > 0.5
        if truth.ndim == 1 and truth.any():
            seen = evidence.contact[hand]
            found.append(f"{hand} {(truth & seen).sum() / (truth | seen).sum():.3f}")
    return found


def lies(clip: Clip, evidence: Evidence, planted: Counter[str], noticed: Counter[str]) -> None:
    for caption in clip.captions:
        for rule, lie in LIES.items():
            text = lie(caption.text)
            if text != caption.text:
                planted[rule] += 1
                found = lint(AnnotationDocument(clip.id, [CaptionRecord("c", Caption(text))]), evidence)
                noticed[rule] += any(f.rule == rule for f in found)


def check_ms(clip: Clip, evidence: Evidence) -> float:
    """Median of one lint run over the captions and everything that is proposed, facts known."""
    proposals = [p.segment for p in propose_segments(evidence)]
    records = [CaptionRecord(f"c{k}", c) for k, c in enumerate(clip.captions)]
    document = AnnotationDocument(clip.id, [*records, *(SegmentRecord(f"s{k}", s) for k, s in enumerate(proposals))])
    spans = []
    for _ in range(21):
        start = time.perf_counter()
        lint(document, evidence)
        spans.append(1e3 * (time.perf_counter() - start))
    return float(np.median(spans[1:]))


def main(folders: list[str]) -> int:
    planted: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    times = []
    with tempfile.TemporaryDirectory() as cache:
        for folder in (demo_root(), *map(Path, folders)):
            for ref in open_path(folder).refs:
                clip = read_clip(ref)
                if clip.metadata.get("parent"):
                    continue  # a corrupted twin: its motion is not what its words say
                evidence = facts_of(clip, Path(cache))
                times.append(check_ms(clip, evidence))
                lies(clip, evidence, planted, noticed)
                findings = lint(AnnotationDocument(clip.id, [CaptionRecord(c.variant, c) for c in clip.captions]), evidence)
                print(f"{clip.id}  {', '.join(contact(clip, evidence))}  findings {len(findings)}  check {times[-1]:.1f} ms")
                print(f"    said:  {' / '.join(c.text for c in clip.captions)}")
                print(f"    draft: {' / '.join(d.text for d in draft_captions(evidence).values())}", flush=True)
    for rule, count in planted.items():
        print(f"{rule}: {noticed[rule]} of {count} planted lies noticed")
    print(f"live check: median {np.median(times):.1f} ms, worst {max(times):.1f} ms (bar {BAR_MS:g} ms)")
    return 0 if np.median(times) < BAR_MS else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
