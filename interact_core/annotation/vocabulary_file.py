"""The vocabulary on disk: `vocabulary.toml` in the config folder, whole and replaced in one step; and what changes with it."""

import tomllib
from pathlib import Path

from interact_core.annotation.commands import Edit, Editing
from interact_core.annotation.documents import AnnotationDocument
from interact_core.annotation.vocabulary import (
    Vocabulary,
    default_vocabulary,
    vocabulary_from_dict,
    vocabulary_to_dict,
)
from interact_core.errors import InputError
from interact_core.paths import app_paths, write_atomic


def vocabulary_path() -> Path:
    return app_paths().config / "vocabulary.toml"


def load_vocabulary(path: Path | None = None) -> Vocabulary:
    """The default one where there is no file. InputError for a file that is broken: it is somebody's work, not to be replaced."""
    path = path or vocabulary_path()
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return default_vocabulary()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"cannot be read ({error})", path=path, remedy="Mend the file or remove it") from error
    try:
        return vocabulary_from_dict(content)
    except InputError as error:
        raise InputError(error.problem, path=path, field=error.field, remedy="Mend the file or remove it") from error


def save_vocabulary(vocabulary: Vocabulary, path: Path | None = None) -> None:
    """InputError where the file cannot be written."""
    import tomlkit

    path = path or vocabulary_path()
    try:
        write_atomic(path, tomlkit.dumps(vocabulary_to_dict(vocabulary)).encode())
    except OSError as error:
        raise InputError(
            f"could not be written ({error.strerror})", path=path, remedy="Choose a folder you may write to"
        ) from error


def relabel(document: AnnotationDocument, tier: str, old: str, new: str, author: str = "") -> Edit:
    """Every segment of the tier that says `old` says `new`. With `new` "" the label goes, and its word is kept as text."""
    editing = Editing(document, f"Rename label {old}" if new else f"Remove label {old}")
    for record in document.segments_on(tier):
        said = record.segment
        if said.label == old:
            text = said.text if new or said.text else old
            editing.put(record.changed(label=new, text=text, author=author or said.author))
    return editing.edit()


def unknown_labels(document: AnnotationDocument, vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """Per tier: labels in use that it does not have, in the order of the document. Tiers without labels take any."""
    found: dict[str, dict[str, None]] = {}
    for record in document.segments:
        labels = vocabulary.labels_of(record.segment.tier)
        if labels and record.segment.label and record.segment.label not in labels:
            found.setdefault(record.segment.tier, {})[record.segment.label] = None
    return {tier: tuple(names) for tier, names in found.items()}
