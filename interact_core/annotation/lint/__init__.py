"""Checks of captions and segments: against their form, and against what the motion shows. Rules: docs/lint.md."""

from interact_core.annotation.lint.findings import SEVERITIES, Finding, Fix, Severity
from interact_core.annotation.lint.fixing import apply_fix
from interact_core.annotation.lint.options import LintOptions
from interact_core.annotation.lint.registry import RULES, Rule, lint

__all__ = ["RULES", "SEVERITIES", "Finding", "Fix", "LintOptions", "Rule", "Severity", "apply_fix", "lint"]
