"""Candidates side by side as small moving views: kept, discarded, taken back. Augmentation and generation both judge on it."""
