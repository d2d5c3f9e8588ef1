"""Clips out in one form: a file for one clip, a folder for several, whole or not at all, never inside the data."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from interact_core.bodies.library import choose_body
from interact_core.clip import Clip
from interact_core.consolidate.exports.forms import MOTION_FORMS, Form
from interact_core.consolidate.exports.intermimic import InterMimicFolder
from interact_core.errors import InputError
from interact_core.formats.atomic import new_folder, npz_bytes, write_bytes
from interact_core.formats.findings import Finding
from interact_core.formats.interact_writer import obj_text
from interact_core.inspection.posed import pose_clip
from interact_core.jobs.context import JobContext, NamedContext, NullContext, SubContext
from interact_core.paths import cache_dir

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Job:
    """A clip to export: its id, where it lies and how to read it."""

    id: str
    path: Path
    read: Callable[[], Clip]


@dataclass(frozen=True)
class MotionReport:
    """`problems`: clips that were left out and why; `notes`: what the form could not hold of the others."""

    path: Path
    form: Form
    clips: int
    files: tuple[str, ...]
    notes: tuple[str, ...]
    problems: tuple[Finding, ...]


def export_motion(
    jobs: Sequence[Job], out: Path, form: Form, *, data: Path, models_dir: Path | None = None, device: str = "cpu",
    context: JobContext | None = None,
) -> MotionReport:  # fmt: skip
    """Write the clips. InputError where nothing may be or could be written; Cancelled leaves nothing behind."""
    context = context or NullContext()
    single = len(jobs) == 1 and out.suffix.lower() == (MOTION_FORMS[form].suffix or None)
    _check_target(out, data, single=single)
    work = _work(form, models_dir, device)
    written: list[str] = []
    notes: list[str] = []
    problems: list[Finding] = []
    with _sink(out, single=single) as put:
        for k, job in enumerate(jobs):
            context.checkpoint()
            part = NamedContext(SubContext(context, k / len(jobs), (k + 1) / len(jobs)), job.id)
            try:
                files, more = work.add(job.read(), part)
            except InputError as error:
                problems.append(Finding("not-exported", "error", error.path or job.path, job.id, error.problem, error.remedy))
                continue
            notes += more
            written += [put(name, data) for name, data in files.items()]
        if len(problems) == len(jobs):
            first = problems[0]
            raise InputError(
                f"no clip could be exported ({first.message})", path=first.path, field=first.field, remedy=first.remedy
            )
        written += [put(name, data) for name, data in work.finish().items()]
    return MotionReport(out, form, len(jobs) - len(problems), tuple(dict.fromkeys(written)), tuple(notes), tuple(problems))


def _check_target(out: Path, data: Path, *, single: bool) -> None:
    if out.absolute().resolve().is_relative_to(data.absolute().resolve()):
        raise InputError("lies inside the data, which is never written", path=out, remedy="Choose another place")
    if not single and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError("exists and is not an empty folder", path=out, remedy="Choose another place")


@contextmanager
def _sink(out: Path, *, single: bool) -> Iterator[Callable[[str, bytes], str]]:
    """Takes name and bytes and says the name; a single file goes to `out` itself."""
    if single:

        def put_one(_name: str, data: bytes) -> str:
            write_bytes(out, data)
            return out.name

        yield put_one
        return
    with new_folder(out, overwrite=True) as folder:

        def put(name: str, data: bytes) -> str:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            return name

        yield put


class _PerClip:
    """Forms of one file a clip."""

    def __init__(self, make: Callable[[Clip, JobContext], bytes], suffix: str) -> None:
        self._make, self._suffix = make, suffix

    def add(self, clip: Clip, context: JobContext) -> tuple[Files, tuple[str, ...]]:
        return {f"{clip.id}{self._suffix}": self._make(clip, context)}, ()

    def finish(self) -> Files:
        return {}


class _Things:
    """Each object once, however many clips it is in."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def add(self, clip: Clip, context: JobContext) -> tuple[Files, tuple[str, ...]]:
        files = _object_files(clip)
        for name, data in files.items():
            if self._known.setdefault(name, data) != data:
                raise InputError(f"'{name}' would be two different things", field=clip.id, remedy="Rename one of them")
        context.progress(1.0)
        return files, ()

    def finish(self) -> Files:
        return {}


class _InterMimic:
    def __init__(self, models_dir: Path | None, device: str) -> None:
        self._folder = InterMimicFolder(models_dir, cache_dir(), device)

    def add(self, clip: Clip, context: JobContext) -> tuple[Files, tuple[str, ...]]:
        return self._folder.add(clip, context)

    def finish(self) -> Files:
        return {"names.json": self._folder.names()}


def _work(form: Form, models_dir: Path | None, device: str) -> _PerClip | _Things | _InterMimic:
    if form == "intermimic":
        return _InterMimic(models_dir, device)
    if form == "urdf":
        return _Things()
    return _PerClip(lambda clip, context: clip_file(form, clip, models_dir, device, context), MOTION_FORMS[form].suffix)


def clip_file(form: Form, clip: Clip, models_dir: Path | None, device: str, context: JobContext) -> bytes:
    """The one file that a clip is in this form. Each library is imported where its form is asked for."""
    if form == "npz":
        from interact_core.consolidate.exports.arrays import clip_arrays

        return npz_bytes(clip_arrays(pose_clip(clip, models_dir, device, context)))
    choice = choose_body(clip.body, models_dir)
    if form == "mjcf":
        from interact_core.consolidate.exports.mjcf import mjcf_text

        return mjcf_text(choice.bound, clip.id.rsplit("/", 1)[-1]).encode()
    if form == "bvh":
        from interact_core.consolidate.exports.bvh import bvh_text

        return bvh_text(clip.body, choice.bound.rest_joints, clip.fps).encode()
    from interact_core.consolidate.exports.gltf import glb_bytes, gltf_text

    return glb_bytes(clip, choice) if form == "glb" else gltf_text(clip, choice).encode()


def _object_files(clip: Clip) -> Files:
    from interact_core.consolidate.exports.urdf import urdf_text

    files = {}
    folder = f"{clip.source.dataset}/" if clip.source and clip.source.dataset else ""
    for obj in clip.objects:
        for part in obj.parts:
            name = obj.name if len(obj.parts) == 1 else f"{obj.name}_{part.name}"
            files[f"{folder}{name}.urdf"] = urdf_text(name, part.mesh, f"{name}/{name}.obj").encode()
            files[f"{folder}{name}/{name}.obj"] = obj_text(part.mesh).encode()
    return files
