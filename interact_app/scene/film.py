"""Writing an MP4 while it is drawn: a pipe to ffmpeg, so that memory and time per frame stay constant."""

import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import imageio_ffmpeg
import numpy as np

from interact_app.scene.pixels import Pixels
from interact_core.errors import InputError

_REMEDY = "Choose a folder that exists, that you may write to, and that has room"


class Film:
    """H.264, yuv420p, of even size (width, height). Appears at `path` when `finish` succeeds; otherwise nothing is left.

    The pipe is the queue: the system holds a frame or so, and `add` waits while the encoder is behind.
    """

    def __init__(self, path: Path, size: tuple[int, int], fps: float) -> None:
        self._path, self._part = path, path.with_name(f".{path.stem}.part.mp4")
        self._size, self._fps = size, fps
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the film
        self._process: Any = None

    def __enter__(self) -> "Film":
        if not self._path.parent.is_dir():
            raise InputError("cannot write the film: the folder does not exist", path=self._path, remedy=_REMEDY)
        command = [
            imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24",
            "-s", f"{self._size[0]}x{self._size[1]}", "-r", f"{self._fps:.6g}", "-i", "-", "-an", "-c:v", "libx264",
            "-preset", "veryfast", "-crf", "19", "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(self._part),
        ]  # fmt: skip
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self._log)
        return self

    def add(self, pixels: Pixels) -> None:
        """The next picture (height, width, 3) uint8."""
        try:
            self._process.stdin.write(np.ascontiguousarray(pixels).data)
        except OSError as error:
            raise self._failed() from error

    def finish(self) -> None:
        """Close the file and move it into place."""
        try:
            self._process.stdin.close()
            status = self._process.wait()
        except OSError as error:
            raise self._failed() from error
        if status != 0:
            raise self._failed()
        try:
            self._part.replace(self._path)
        except OSError as error:
            raise InputError(f"cannot write the film: {error.strerror}", path=self._path, remedy=_REMEDY) from error

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        if not self._process.stdin.closed:
            # Bytes still buffered for an encoder that is gone cannot be flushed, and need not be.
            self._process.stdin.detach().close()
        self._log.close()
        self._part.unlink(missing_ok=True)

    def _failed(self) -> InputError:
        self._process.wait()
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        return InputError(
            f"the video encoder stopped: {lines[-1] if lines else 'no reason given'}", path=self._path, remedy=_REMEDY
        )
