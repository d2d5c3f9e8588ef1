"""Augmentation in the window: what to vary, where it would put things, the candidates side by side, what came of it."""
