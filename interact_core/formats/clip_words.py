"""A clip folder's captions and action labels, with the known defects of those files said by name."""

from pathlib import Path

from interact_core.clip import Caption, Notice
from interact_core.errors import InputError
from interact_core.formats.npz_files import read_npy
from interact_core.formats.text_files import read_text
from interact_core.formats.words.action_txt import actions_of_vector, parse_action
from interact_core.formats.words.text_txt import parse_captions


def read_captions(folders: tuple[Path, ...], fps: float, num_frames: int, notices: list[Notice]) -> tuple[Caption, ...]:
    """From text.txt of the clip, else of its base dataset's twin. Words never stop a clip from opening."""
    text = _first_text(folders, "text.txt", notices)
    return parse_captions(text, fps, num_frames) if text else ()


def read_actions(folders: tuple[Path, ...], notices: list[Notice]) -> tuple[str, ...]:
    """Class names from action.npy, else action.txt; captions copied over them (defect D1) are recognised and reported."""
    for folder in folders:
        from_array = _action_array(folder, notices)
        from_text = _action_text(folder, notices)
        if from_array or from_text:
            if from_array and from_text and set(from_array) != set(from_text):
                told = f"action.npy says {', '.join(from_array)}, action.txt {', '.join(from_text)}; the first is used"
                notices.append(Notice("actions-disagree", told, "action"))
            return from_array or from_text
    return ()


def _first_text(folders: tuple[Path, ...], name: str, notices: list[Notice]) -> str:
    for folder in folders:
        path = folder / name
        if not path.is_file():
            continue
        try:
            text = read_text(path)
        except InputError as error:
            notices.append(Notice("text-unreadable", f"{error} It is left out.", name))
            continue
        if text.strip():
            if folder != folders[0]:
                notices.append(Notice("text-borrowed", f"Captions come from {folder}.", name, "info"))
            return text
    return ""


def _action_text(folder: Path, notices: list[Notice]) -> tuple[str, ...]:
    text = _first_text((folder,), "action.txt", notices)
    if not text:
        return ()
    actions = parse_action(text)
    if not actions:
        same = text.strip() == _first_text((folder,), "text.txt", []).strip()
        what = (
            "is a copy of text.txt (InterAct's canonicalisation writes captions there)"
            if same
            else "names none of the 16 actions"
        )
        notices.append(
            Notice("action-is-caption" if same else "action-unknown", f"action.txt {what}; it is ignored.", "action.txt")
        )
    return actions


def _action_array(folder: Path, notices: list[Notice]) -> tuple[str, ...]:
    path = folder / "action.npy"
    if not path.is_file():
        return ()
    try:
        vector = read_npy(path)
    except InputError as error:
        if _holds_text(path):
            told = "action.npy holds a caption, not numbers (InterAct's canonicalisation copies text.txt there); it is ignored."
            notices.append(Notice("action-is-caption", told, "action.npy"))
        else:
            notices.append(Notice("action-unreadable", f"{error} It is left out.", "action.npy"))
        return ()
    try:
        return actions_of_vector(vector, path)
    except InputError as error:
        notices.append(Notice("action-unknown", f"action.npy {error.problem}; it is ignored.", "action.npy"))
        return ()


def _holds_text(path: Path) -> bool:
    try:
        return bool(read_text(path).strip())
    except InputError:
        return False
