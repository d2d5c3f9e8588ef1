"""Clips for other programs: simulators, Blender, plain arrays; one file a form, `forms` is the table, `write` the way out."""
