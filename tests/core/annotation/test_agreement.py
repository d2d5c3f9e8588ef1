"""Agreement of two annotators, against counting by hand, brute force over all pairings and published values."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interact_core.annotation import AnnotationDocument, CaptionRecord, SegmentRecord
from interact_core.annotation.agreement import agree, clip_score, cohen_kappa, frame_table
from interact_core.annotation.matching import iou, match_segments
from interact_core.annotation.similarity import similarity
from interact_core.clip import Caption, Segment


def seg(start, end, label="", tier="action", **rest):
    return Segment(tier, start, end, label=label, **rest)


def doc(*said, clip="one"):
    """Segments, or (variant, text) of captions."""
    records = [
        SegmentRecord(f"u{k}", one) if isinstance(one, Segment) else CaptionRecord(f"u{k}", Caption(one[1], one[0]))
        for k, one in enumerate(said)
    ]
    return AnnotationDocument(clip, records)


segments = st.lists(
    st.builds(lambda start, length, label: seg(start, start + length, label), st.integers(0, 30), st.integers(1, 12),
              st.sampled_from(["", "Lift", "Hold"])), max_size=5,
)  # fmt: skip


def best_total(a, b):
    """The greatest sum of IoU over all one-to-one pairings, by trying them all."""
    if len(a) > len(b):
        a, b = b, a
    return max(
        sum(iou(one, b[j]) for one, j in zip(a, order, strict=True)) for order in itertools.permutations(range(len(b)), len(a))
    )


@given(segments, segments)
@settings(deadline=None)  # the first call imports scipy
def test_pairing_is_one_to_one_and_the_best(a, b):
    matches = match_segments(a, b)
    assert len({m.a for m in matches}) == len({m.b for m in matches}) == len(matches)
    assert sum(m.iou for m in matches) == pytest.approx(best_total(a, b))
    for m in matches:
        covered_a, covered_b = (set(range(s.start_frame, s.end_frame)) for s in (a[m.a], b[m.b]))
        assert m.iou == pytest.approx(len(covered_a & covered_b) / len(covered_a | covered_b)) and m.iou > 0


def test_the_best_pairing_is_not_the_greedy_one():
    """Greedy takes the second of A with the first of B (0.73), and leaves the others without a partner."""
    a, b = [seg(0, 10), seg(4, 14)], [seg(3, 12), seg(12, 16)]
    assert {(m.a, m.b) for m in match_segments(a, b)} == {(0, 0), (1, 1)}


def test_thousands_of_segments_and_huge_frames_are_no_trouble():
    a = [seg(10**6 + 20 * k, 10**6 + 20 * k + 15) for k in range(5000)]
    b = [seg(10**6 + 20 * k + 3, 10**6 + 20 * k + 15) for k in range(5000)]
    result = agree([doc(*a)], [doc(*b)])
    assert result.overall.matched == 5000 and result.overall.mean_iou == pytest.approx(12 / 15)


def test_kappa_of_the_textbook():
    """Two readers, 50 proposals: yes/yes 20, yes/no 5, no/yes 10, no/no 15. Observed 0.7, by chance 0.5: kappa 0.4."""
    cell = {("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}
    table = frame_table([], [], 0)
    table.update({((one,), (other,)): count for (one, other), count in cell.items()})
    assert cohen_kappa(table) == pytest.approx(0.4)
    assert cohen_kappa(frame_table([], [], 0)) is None
    assert cohen_kappa(frame_table([], [], 100)) is None, "both say nothing all the time: chance agrees always"
    assert cohen_kappa(frame_table([seg(0, 50)], [seg(50, 100)], 100)) == pytest.approx(-1.0)
    assert cohen_kappa(frame_table([seg(0, 50)], [seg(0, 50)], 100)) == 1.0


@given(segments, segments, st.integers(0, 60))
def test_frames_are_counted_as_one_by_one(a, b, extra):
    frames = max((s.end_frame for s in (*a, *b)), default=0) + extra
    counted = {}
    for frame in range(frames):
        pair = tuple(tuple(sorted({s.label or "*" for s in side if s.start_frame <= frame < s.end_frame})) for side in (a, b))
        counted[pair] = counted.get(pair, 0) + 1
    table = frame_table(a, b, frames)
    assert dict(table) == counted
    names = sorted({name for pair in counted for name in pair})
    if not frames:
        return
    matrix = np.array([[counted.get((one, other), 0) for other in names] for one in names], float).reshape(len(names), -1)
    total = matrix.sum()
    expected = (matrix.sum(0) * matrix.sum(1)).sum() / total**2 if total else 1.0
    kappa = cohen_kappa(table)
    if kappa is None:
        assert expected == pytest.approx(1.0)
    else:
        assert kappa == pytest.approx((np.trace(matrix) / total - expected) / (1 - expected))


def test_every_figure_of_a_small_case_counted_by_hand():
    a = doc(seg(0, 10, "Lift", hand="left", object="mug", text="lifts it"), seg(20, 30, "Hold", hand="left"), seg(40, 50, "Eat"))
    b = doc(seg(0, 10, "Lift", hand="left", text="lifts a"), seg(22, 36, "Move", hand="right"), seg(90, 95, "Eat"))
    result = agree([a, doc(clip="mine")], [b, doc(clip="yours")], {"one": 100})
    assert (result.clips, result.only_a, result.only_b) == (("one",), ("mine",), ("yours",))
    tier = result.tiers["action"]
    assert (tier.matched, tier.only_a, tier.only_b) == (2, 1, 1)
    assert tier.mean_iou == pytest.approx((1 + 8 / 16) / 2)
    assert tier.f1 == {0.5: pytest.approx(4 / 6), 0.75: pytest.approx(2 / 6)}
    assert (tier.start_error.mean, tier.start_error.signed, tier.end_error.mean, tier.end_error.p90) == (1, 1, 3, 5.4)
    assert tier.label_kappa == pytest.approx((0.5 - 0.25) / 0.75)
    same, chance = 0.10 + 0.59, 0.10 * 0.10 + 0.10 * 0 + 0.10 * 0.05 + 0.70 * 0.71
    assert tier.frame_kappa == pytest.approx((same - chance) / (1 - chance))
    hand, thing = tier.slots["hand"], tier.slots["object"]
    assert (hand.both, hand.same, hand.one, hand.fraction) == (2, 1, 0, 0.5)
    assert (thing.both, thing.one, thing.fraction) == (0, 1, None)
    assert tier.text == pytest.approx(0.5)
    assert result.overall.matched == 2 and result.overall.frame_kappa == tier.frame_kappa


def test_tiers_do_not_mix():
    result = agree([doc(seg(0, 10), seg(0, 10, tier="free"))], [doc(seg(0, 10), seg(50, 60, tier="free"))])
    assert (result.tiers["action"].matched, result.tiers["free"].matched, result.overall.matched) == (1, 0, 1)
    assert result.overall.f1[0.5] == pytest.approx(0.5)
    kappas = [result.tiers[name].frame_kappa for name in ("action", "free")]
    assert result.overall.frame_kappa == pytest.approx(sum(kappas) / 2)


def test_captions_pair_by_variant():
    a = doc(("natural", "A person lifts the mug."), ("change", "The mug goes up."), ("shorten", " "))
    b = doc(("natural", "A person lifts the cup."), ("change", "The mug goes up."), ("shorten", "Lift."))
    result = agree([a], [b]).captions
    assert result["natural"].words == pytest.approx(4 / 5) == result["natural"].overlap
    assert (result["natural"].exact, result["change"].exact, result["change"].words) == (0.0, 1.0, 1.0)
    assert (result["shorten"].both, result["shorten"].only_b, result["shorten"].words) == (0, 1, None)


def distance(a, b):
    """Levenshtein's, straight from its recursion."""
    row = list(range(len(b) + 1))
    for i, one in enumerate(a, 1):
        row, before = [i], row
        for j, other in enumerate(b, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (one != other)))
    return row[-1]


@given(
    st.lists(st.sampled_from(["lift", "hold", "mug", "left"]), max_size=7),
    st.lists(st.sampled_from(["lift", "hold", "mug"]), max_size=7),
)
def test_similarity_is_one_minus_the_edit_distance(a, b):
    found = similarity(" ".join(a), " ".join(b).upper() + ".")
    longest = max(len(a), len(b))
    assert found.words == pytest.approx(1 - distance(a, b) / longest if longest else 1.0)
    first, second = " ".join(a), " ".join(b)
    assert found.characters == pytest.approx(1 - distance(first, second) / max(len(first), len(second), 1))
    assert 0 <= found.overlap <= 1 and found.overlap >= found.words - 1e-9


def test_clips_are_ranked_by_what_differs():
    same = doc(seg(0, 10, "Lift"), ("natural", "Lifts it."))
    label = doc(seg(0, 10, "Hold"), ("natural", "Lifts it."))
    nothing = doc()
    assert clip_score(same, same) == 1.0
    assert clip_score(same, label) == pytest.approx(0.5)
    assert clip_score(same, nothing) == 0.0
    assert clip_score(nothing, nothing) is None


@given(segments, segments)
@settings(deadline=None)
def test_nobody_is_first(a, b):
    one, other = agree([doc(*a)], [doc(*b)]).overall, agree([doc(*b)], [doc(*a)]).overall
    assert one.f1 == other.f1 or sum(m.iou for m in match_segments(a, b)) > 0  # ties may pair differently
    assert (one.frame_kappa is None) == (other.frame_kappa is None)
    if one.frame_kappa is not None:
        assert one.frame_kappa == pytest.approx(other.frame_kappa)


def test_what_the_source_said_is_nobodys_agreement():
    source = CaptionRecord("source-0", Caption("As it came."), "source")
    edited = CaptionRecord("source-0", Caption("As it was made."), "source", modified="2026-01-01T00:00:00.000+00:00")
    same = [AnnotationDocument("one", [source])] * 2
    assert agree(same[:1], same[1:]).captions == {} and clip_score(*same) is None
    assert agree(same[:1], [AnnotationDocument("one", [edited])]).captions["natural"].both == 1
