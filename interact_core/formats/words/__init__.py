"""Captions and segments in the forms that the field reads and writes: one file a form, no project needed."""
