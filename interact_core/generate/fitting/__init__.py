"""Markers to body: 77 surface points a frame become joint rotations, translation and one person's shape."""
