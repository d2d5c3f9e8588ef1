"""An export as a job: writes the request, watches the child, kills it when the job is cancelled."""

import contextlib
import subprocess
import sys
import tempfile
import threading
from collections import deque
from pathlib import Path
from typing import IO, Final

from interact_app.export.request import ExportRequest, Shown, write_request
from interact_core.errors import InputError
from interact_core.jobs.context import JobContext

_POLL_SECONDS: Final = 0.1


def export(request: ExportRequest, shown: Shown, context: JobContext) -> Path:
    """The file that was written. InputError where that failed; a cancelled export leaves nothing behind."""
    out = Path(request.out)
    if not out.parent.is_dir():
        raise InputError("there is no such folder", path=out.parent, remedy="Choose another place for the file")
    context.progress(0.0, "preparing")
    with tempfile.TemporaryDirectory(prefix="interact-export-") as folder:
        try:
            write_request(Path(folder), request, shown)
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(
                f"the export could not be prepared ({reason})", path=folder, remedy="Free some disk space"
            ) from error
        context.checkpoint()
        _run(Path(folder), out, context)
    return out


def _run(folder: Path, out: Path, context: JobContext) -> None:
    command = [sys.executable, "-m", "interact_app.export.worker", str(folder)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    errors: deque[str] = deque(maxlen=20)
    readers = [
        threading.Thread(target=_follow, args=(child.stdout, context), daemon=True),
        threading.Thread(target=_collect, args=(child.stderr, errors), daemon=True),
    ]
    for reader in readers:
        reader.start()
    try:
        while child.poll() is None:
            context.checkpoint()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(_POLL_SECONDS)
    finally:
        if child.poll() is None:
            child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(2.0)
            child.kill()
            child.wait()
            out.with_name(f".{out.stem}.part{out.suffix}").unlink(missing_ok=True)
    for reader in readers:
        reader.join(1.0)
    if child.returncode != 0:
        reason = errors[-1] if errors else f"exit code {child.returncode}"
        raise InputError(f"the export failed: {reason}", path=out, remedy="The log has the details")


def _follow(stream: "IO[str]", context: JobContext) -> None:
    for line in stream:
        done, _, total = line.strip().partition(" ")
        if total:
            context.progress(int(done) / max(int(total), 1), f"frame {done} of {total}")


def _collect(stream: "IO[str]", errors: "deque[str]") -> None:
    for line in stream:
        if line.strip():
            errors.append(line.strip())
