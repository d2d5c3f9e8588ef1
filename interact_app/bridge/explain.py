"""Errors in words for a person."""

from interact_core.errors import InteractError


def explain(error: BaseException) -> str:
    """What a person should read: the message of an error meant for users, a pointer to the log for any other."""
    if isinstance(error, InteractError):
        return str(error)
    if isinstance(error, MemoryError):
        return "There is not enough memory for this. Close other programs or lower the cache in the preferences."
    return f"Something unexpected happened ({type(error).__name__}: {error}). The details are in Help > Log."
