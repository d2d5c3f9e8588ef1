"""What is wrong with the words, as a list to work through."""

from interact_app.panels.findings.section import FindingSection

__all__ = ["FindingSection"]
