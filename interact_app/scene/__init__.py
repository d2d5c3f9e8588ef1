"""The 3D scene: PyVista/VTK without Qt."""
