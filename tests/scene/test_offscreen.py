"""Pictures and films on disk, with and without a display."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import imageio.v3 as iio
import numpy as np
import pytest

from interact_app.scene import hidden_window
from interact_app.scene.hidden_window import HiddenWindow
from interact_app.scene.offscreen import render_png, render_thumbnail, render_video
from interact_app.scene.probe import probe
from interact_app.scene.scene import Scene
from interact_core.errors import Cancelled, InputError
from interact_core.inspection import PosedClip
from interact_core.jobs.context import NullContext


@pytest.mark.parametrize("size", [(320, 240), (333, 217)])
def test_a_picture_has_the_asked_size_and_something_on_it(posed: PosedClip, out: Path, size: tuple[int, int]) -> None:
    render_png(posed, out / "a.png", frame=3, size=size)
    picture = iio.imread(out / "a.png")
    assert picture.shape == (size[1], size[0], 3)
    assert picture.std() > 15
    assert [p.name for p in out.iterdir()] == ["a.png"]


def test_a_thumbnail_shows_the_subject_large(posed: PosedClip) -> None:
    picture = render_thumbnail(posed).astype(int)
    assert picture.shape == (192, 256, 3)
    warm = picture[..., 0] > picture[..., 2] + 12
    assert warm.mean() > 0.04


def test_another_scene_shows_the_same_with_its_look(scene: Scene, posed: PosedClip, out: Path) -> None:
    scene.set_theme("light")
    scene.hide("object")
    scene.set_overlay("skeleton", True)
    scene.camera.orbit(50, 5)
    scene.show_frame(6)
    render_png(posed, out / "b.png", frame=6, size=(400, 300), look=scene.look())
    small = lambda image: image.reshape(30, 10, 40, 10, 3).mean(axis=(1, 3))  # noqa: E731
    assert np.abs(small(iio.imread(out / "b.png").astype(float)) - small(scene.pixels().astype(float))).mean() < 3


def test_a_film_has_every_frame_at_the_clip_rate(posed: PosedClip, out: Path) -> None:
    seen: list[float] = []

    class Watching(NullContext):
        def progress(self, fraction: float, stage: str = "", metrics: object = None) -> None:
            seen.append(fraction)

    render_video(posed, out / "c.mp4", size=(203, 151), context=Watching())
    frames = iio.imread(out / "c.mp4")
    assert frames.shape == (posed.num_frames, 150, 202, 3)
    assert iio.immeta(out / "c.mp4")["fps"] == pytest.approx(30.0)
    assert np.abs(frames[0].astype(int) - frames[-1]).max() > 40
    assert seen[-1] == 1.0 and seen == sorted(seen)
    assert [p.name for p in out.iterdir()] == ["c.mp4"]


def test_chosen_frames_in_their_order(posed: PosedClip, out: Path) -> None:
    render_video(posed, out / "d.mp4", size=(160, 120), frames=[8, 4, 0], fps=10)
    assert len(iio.imread(out / "d.mp4")) == 3
    assert iio.immeta(out / "d.mp4")["fps"] == pytest.approx(10.0)


def test_a_cancelled_film_leaves_nothing(posed: PosedClip, out: Path) -> None:
    class Impatient(NullContext):
        left = 3

        def checkpoint(self) -> None:
            self.left -= 1
            if self.left < 0:
                raise Cancelled

    with pytest.raises(Cancelled):
        render_video(posed, out / "e.mp4", size=(160, 120), context=Impatient())
    assert list(out.iterdir()) == []


def test_a_failed_film_keeps_the_old_one(posed: PosedClip, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (out / "f.mp4").write_bytes(b"old")
    monkeypatch.setattr("imageio_ffmpeg.get_ffmpeg_exe", lambda: "false")
    with pytest.raises(InputError, match="encoder"):
        render_video(posed, out / "f.mp4", size=(160, 120))
    assert (out / "f.mp4").read_bytes() == b"old"
    assert [p.name for p in out.iterdir()] == ["f.mp4"]


@pytest.mark.parametrize("make", [render_png, render_video])
def test_a_folder_that_is_not_there(posed: PosedClip, out: Path, make: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="cannot write"):
        make(posed, out / "no" / "x.mp4", size=(160, 120))


def test_no_opengl_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    class Blind:
        def __getattr__(self, name: str) -> Callable[..., bool]:
            return lambda *_: False

    monkeypatch.setattr(hidden_window, "_WINDOWS", ("Blind",))
    monkeypatch.setattr(hidden_window.vtkRenderingOpenGL2, "Blind", Blind, raising=False)
    with pytest.raises(InputError, match="OpenGL"):
        HiddenWindow((64, 64))


def test_without_a_display(out: Path) -> None:
    code = (
        "from interact_app.scene.hidden_window import HiddenWindow\n"
        "from interact_app.scene.scene import Scene\n"
        "import sys\n"
        "window = HiddenWindow((200, 150)); scene = Scene(window); scene.render()\n"
        "print(scene.pixels().shape, scene.renderer_info().name)\n"
        "scene.close(); window.close()\n"
        "heavy = {'PySide6', 'torch', 'pyvista', 'scipy', 'matplotlib'} & set(sys.modules)\n"
        "assert not heavy, f'the scene pulled in {heavy}'\n"
    )
    bare = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run([sys.executable, "-c", code], env=bare, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("(150, 200, 3)")


def test_the_probe_names_the_renderer() -> None:
    plotter = HiddenWindow((64, 64))
    found = probe(plotter.render_window)
    plotter.close()
    assert found.name != "unknown" and found.version[0] in "34"
    assert found.software == ("llvmpipe" in found.name.lower() or "softpipe" in found.name.lower())
    assert found.name in str(found)
