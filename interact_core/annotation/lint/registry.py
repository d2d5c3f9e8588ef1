"""All rules, and the run over them."""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from interact_core.annotation.documents import AnnotationDocument
from interact_core.annotation.evidence import Evidence
from interact_core.annotation.lint import (
    rules_direction,
    rules_form,
    rules_hands,
    rules_objects,
    rules_segments,
    rules_tense,
    rules_words,
)
from interact_core.annotation.lint.context import LintContext
from interact_core.annotation.lint.findings import SEVERITIES, Finding
from interact_core.annotation.lint.options import LintOptions
from interact_core.annotation.vocabulary import Vocabulary, default_vocabulary


@dataclass(frozen=True)
class Rule:
    """`ids` are the rules its findings name; `needs` says without what it keeps silent: "", evidence, objects, dictionary."""

    ids: tuple[str, ...]
    title: str
    needs: str
    run: Callable[[LintContext], Iterator[Finding]]


RULES: Final[tuple[Rule, ...]] = (
    Rule(("empty",), "Empty or missing variants", "", rules_form.empty),
    Rule(("duplicate",), "Variants with the same words", "", rules_form.duplicate),
    Rule(("characters",), "Characters that the export drops", "", rules_form.characters),
    Rule(("length",), "Very short, very long, or shortened text longer than the natural one", "", rules_form.length),
    Rule(("tense",), "Past tense, commands and reports mixed, verb forms that cannot stand", "", rules_tense.tense),
    Rule(("mirror",), "Words that mirroring left and right gets wrong", "", rules_words.mirror),
    Rule(("vocabulary_spelling",), "Near misses of objects, verbs and body parts", "dictionary", rules_words.spelling),
    Rule(("object_missing",), "Objects that the clip does not have", "objects", rules_objects.objects),
    Rule(("left_right", "hand_count"), "Which hand or foot, and how many hands, against measured contact", "evidence",
         rules_hands.hands),
    Rule(("direction",), "Up, down, forward, back, left, right, round about, against the object's way", "evidence",
         rules_direction.direction),
    Rule(("segment_bounds",), "Segments outside the clip or hardly there", "", rules_segments.bounds),
    Rule(("segment_label",), "Segments without a label or with one that is not in the vocabulary", "", rules_segments.labels),
    Rule(("segment_twin",), "Two segments that say the same about the same frames", "", rules_segments.twins),
    Rule(("slot_hand", "slot_object"), "Hand and object of segments against contact and scene", "objects", rules_segments.slots),
)  # fmt: skip


def lint(
    document: AnnotationDocument, evidence: Evidence | None = None, vocabulary: Vocabulary | None = None,
    options: LintOptions | None = None,
) -> tuple[Finding, ...]:  # fmt: skip
    """Worst first, then in the order of the document. Dismissed findings are there, with the reason in `dismissed`."""
    options = options or LintOptions()
    context = LintContext(document, evidence, vocabulary or default_vocabulary(), options)
    dismissed = {record.finding: record.reason for record in document.dismissals}
    places = {record.uid: k for k, record in enumerate(document.records)}
    found: dict[str, Finding] = {}
    for rule in RULES:
        if options.off.issuperset(rule.ids):
            continue
        for finding in rule.run(context):
            if finding.rule not in options.off:
                reason = dismissed.get(finding.key)
                found.setdefault(finding.key, finding if reason is None else dataclasses.replace(finding, dismissed=reason))
    return tuple(sorted(found.values(), key=lambda f: (SEVERITIES.index(f.severity), places.get(f.uid, -1), f.start, f.rule)))
