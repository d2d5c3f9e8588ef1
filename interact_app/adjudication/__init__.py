"""Both annotators' words of a clip, and making one of them."""

from interact_app.adjudication.desk import Adjudication

__all__ = ["Adjudication"]
