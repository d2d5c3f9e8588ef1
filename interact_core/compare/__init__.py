"""Two versions of a clip against each other: mixed, subtracted, and in figures."""

from interact_core.compare.comparison import Comparison, Row, compare_figures, compare_inspections
from interact_core.compare.difference import DifferenceFields, difference
from interact_core.compare.mixing import MixSegment, mix_versions, mixing_weights, pose_mix

__all__ = [
    "Comparison", "DifferenceFields", "MixSegment", "Row", "compare_figures", "compare_inspections", "difference",
    "mix_versions", "mixing_weights", "pose_mix",
]  # fmt: skip
