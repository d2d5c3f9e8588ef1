"""What marks the file of figures that a run leaves; apart from the running, so that a board is read without its nets."""

from typing import Final

RECORD: Final = "evaluation.json"
SCHEMA: Final = "interact/evaluate"
REAL: Final = "real"
"""The row of the test clips themselves."""
