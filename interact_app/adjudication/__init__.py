"""Both annotators' words of a clip, and making one of them."""

from interact_app.adjudication.desk import Adjudication
from interact_app.adjudication.panel import AdjudicationPanel

__all__ = ["Adjudication", "AdjudicationPanel"]
