"""What draws: the OpenGL behind a window, and whether it is a graphics card or the processor."""

from dataclasses import dataclass
from typing import Any

_SOFTWARE = ("llvmpipe", "softpipe", "swrast", "software", "swr ", "gdi generic", "basic render driver")


@dataclass(frozen=True)
class Renderer:
    """As the driver names itself, for the about box and the choice of quality."""

    name: str
    vendor: str
    version: str
    window: str
    """The VTK window class: GLX, EGL, OSMesa, Win32 or Cocoa."""

    @property
    def software(self) -> bool:
        return any(word in self.name.lower() for word in _SOFTWARE)

    def __str__(self) -> str:
        kind = "software" if self.software else "hardware"
        return f"{self.name} ({kind}), OpenGL {self.version}, {self.window}"


def probe(window: Any) -> Renderer:
    """Ask a vtkRenderWindow; its context is made now if it has none yet. InputError if there is no OpenGL to be had."""
    window.Initialize()
    found = {"renderer": "", "vendor": "", "version": ""}
    for line in window.ReportCapabilities().splitlines():
        label, _, value = line.partition("string:")
        key = label.strip().removeprefix("OpenGL").strip()
        if label.startswith("OpenGL") and key in found:
            found[key] = value.strip()
    return Renderer(found["renderer"] or "unknown", found["vendor"], found["version"], window.GetClassName())
