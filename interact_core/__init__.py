"""InterAct Studio's core: clips, bodies, geometry, inspection and storage. No Qt, no VTK."""

__version__ = "0.1.0"
