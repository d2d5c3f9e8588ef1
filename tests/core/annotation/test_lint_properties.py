"""Whatever is written: lint answers, points into the text, and its fixes answer it."""

from evidence_cases import Scene, carried_box, ease
from hypothesis import given, settings
from hypothesis import strategies as st

from interact_core.annotation import AnnotationDocument, CaptionRecord, SegmentRecord
from interact_core.annotation.lint import LintOptions, apply_fix, lint
from interact_core.annotation.vocabulary import HANDS, default_vocabulary
from interact_core.clip import Caption, Segment

POOL = (
    "a the person someone lifts lifted lift lifting is was carries carried box table mug with using left right both hand hands "
    "one foot forward backward clockwise walks steps pushes pulls and then , . from to on puts it down up é # - — ' "
    "rotated possess"
)
WORDS = POOL.split()
KNOWN = frozenset(WORDS)
TIERS = [tier.id for tier in default_vocabulary().tiers]
EVIDENCE = (
    carried_box().evidence(),
    Scene().thing("ball", ease(200, 70, 150, 0, 0, 4), up=False).touch("left_foot", "ball", 69, 71).evidence(),
    Scene().evidence(),
    None,
)

texts = st.one_of(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join), st.text(max_size=40))
captions = st.builds(
    lambda text, start, more: Caption(text, "natural", (), start, start + more if more else None),
    texts, st.integers(0, 260), st.integers(0, 200),
)  # fmt: skip
segments = st.builds(
    lambda tier, start, more, text, label, hand, thing: Segment(tier, start, start + more, text, label, object=thing, hand=hand),
    st.sampled_from([*TIERS, "other"]), st.integers(0, 260), st.integers(1, 200), texts,
    st.sampled_from(["", "Lift", "lift", "grasp"]),
    st.sampled_from(["", "tail", *HANDS]), st.sampled_from(["", "box", "bxo", "mug"]),
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(captions, max_size=4), st.lists(segments, max_size=5), st.sampled_from(EVIDENCE), st.booleans())
def test_lint_answers_and_its_fixes_answer_it(spoken, marked, evidence, strict: bool) -> None:
    records = [CaptionRecord(f"c{k}", c) for k, c in enumerate(spoken)] + [
        SegmentRecord(f"s{k}", s) for k, s in enumerate(marked)
    ]
    document = AnnotationDocument("clip", records)
    options = LintOptions(("box",), 200, strict, strict, knows=KNOWN.__contains__)
    findings = lint(document, evidence, None, options)
    assert len({f.key for f in findings}) == len(findings)
    for finding in findings:
        record = document.get(finding.uid)
        text = record.caption.text if isinstance(record, CaptionRecord) else record.segment.text if record else ""  # type: ignore[union-attr]
        assert 0 <= finding.start <= finding.end <= len(text)
        assert finding.message.endswith(".") and finding.why
        if finding.fix is not None:
            mended = AnnotationDocument("clip", records)
            edit = apply_fix(mended, finding)
            assert edit
            edit.apply(mended)
            assert sum(f.key == finding.key for f in lint(mended, evidence, None, options)) == 0 or _again(document, finding)
            edit.revert(mended)
            assert mended.records == document.records


def _again(document: AnnotationDocument, finding) -> bool:
    """The same words stand in the text more than once: one click mends one of them, the key is that of all."""
    record = document[finding.uid]
    text = record.caption.text if isinstance(record, CaptionRecord) else record.segment.text  # type: ignore[union-attr]
    return text.lower().count(text[finding.start : finding.end].lower()) > 1
