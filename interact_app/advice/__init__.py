"""What the motion says about the text of the open clip, and what can be said about the text itself."""

from interact_app.advice.desk import Advice

__all__ = ["Advice"]
