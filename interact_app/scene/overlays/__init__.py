"""Things drawn over the surfaces: one file each, one class each, all alike (see base.Overlay)."""
