"""What people decide about candidates: kept ones are versions with words of their own, and every decision can be taken back."""

from pathlib import Path

from interact_core.augment.carry import carried_records
from interact_core.augment.trials import Trial, TrialStore
from interact_core.clip import Clip
from interact_core.errors import InputError
from interact_core.project import Manifest, Project, Version
from interact_core.project.children import add_child


def keep(project: Project, trial: Trial, models_dir: Path | None = None, author: str = "") -> Trial:
    """A version of kind "augmented", listed as a clip with the source's words as they now have to be. InputError where it
    cannot be stored. Words that were carried ask for review; where there are none, the clip is to do."""
    store = TrialStore(project.folder)
    known = _version_of(project, trial)
    if known is not None:
        project.versions.undelete(known.id)
        return store.decide(trial, "kept", known.id)
    clip = trial.read()
    version = project.versions.add(trial.clip_id, clip, manifest_of(trial))
    try:
        words = carried_records(project.annotations(trial.clip_id), trial.draw, _source(project, trial, models_dir), clip)
        add_child(project, version, clip, words, "needs_review" if words else "todo", author)
    except BaseException:  # whatever it was goes on; a version without its clip in the library would be lost to everybody
        project.versions.delete(version.id)
        raise
    return store.decide(trial, "kept", version.id)


def drop(project: Project, trial: Trial, *, discarded: bool = True) -> Trial:
    """Discarded, or undecided again. The version that it had goes into the trash, its clip off the library."""
    known = _version_of(project, trial)
    if known is not None and not known.deleted:
        project.versions.delete(known.id)
    return TrialStore(project.folder).decide(trial, "discarded" if discarded else "", trial.version)


def manifest_of(trial: Trial) -> Manifest:
    """Everything that is needed to make it again, and what was measured."""
    record = trial.record
    notes = (*map(str, record["notes"]), *(f"Kept although {text}" for _, text in trial.reasons))
    return Manifest(
        "augmented", trial.parent, backend=str(trial.options["method"]),
        parameters={**trial.options, "candidate": trial.index, "draw": record["draw"], "quality": record["quality"]},
        seed=int(trial.options["seed"]), device=str(trial.options["device"]), seconds=round(float(record["seconds"]), 3),
        before=trial.before or {}, after=trial.after or {}, notes=notes,
    )  # fmt: skip


def _version_of(project: Project, trial: Trial) -> Version | None:
    """The version that was made of it, in the trash or not; None where there is none (any more)."""
    if not trial.version:
        return None
    try:
        return project.versions.get(trial.version)
    except InputError:
        return None


def _source(project: Project, trial: Trial, models_dir: Path | None) -> Clip:
    return project.versions.read(trial.parent) if trial.parent else project.read_clip(trial.clip_id, models_dir)
