"""An inspection's figures as plain records: for manifests, reports and comparisons, which outlive the arrays."""

import math
from collections.abc import Mapping
from typing import Any

from interact_core.inspection.results import Value

Figures = Mapping[str, Mapping[str, Any]]
"""Id to `title`, `value` (null where nothing was measured), `unit`, `group`, `worst_frame`."""


def figures_of(summary: Mapping[str, Value]) -> Figures:
    """A figure that is no number becomes null, since NaN is not JSON."""
    return {
        name: {
            "title": value.title, "value": value.value if math.isfinite(value.value) else None, "unit": value.unit,
            "group": value.group, "worst_frame": value.worst_frame,
        } for name, value in summary.items()
    }  # fmt: skip
