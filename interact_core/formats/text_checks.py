"""text.txt against its grammar."""

from collections.abc import Iterator
from pathlib import Path

from interact_core.errors import InputError
from interact_core.formats.findings import Finding
from interact_core.formats.words.model import decode
from interact_core.formats.words.sentences import foreign_characters
from interact_core.formats.words.text_txt import TextFile, TextLine
from interact_core.formats.zip_members import read_bytes

_MAX_BYTES = 4 << 20


def check_text(folder: Path) -> Iterator[Finding]:
    """Findings about one clip's text.txt; a missing one is only worth a remark."""
    path = folder / "text.txt"
    if not path.is_file():
        yield Finding("text-missing", "info", folder, "text.txt", "the clip has no caption of its own", "Write one in the app")
        return
    try:
        lines = TextFile.split(decode(read_bytes(path, _MAX_BYTES), path)).lines
    except InputError:
        return  # the reader's notice has said it
    if all(line.blank for line in lines):
        yield Finding("text-empty", "warning", path, "text.txt", "the file holds no caption", "Write one in the app")
    for number, line in enumerate(lines, start=1):
        if not line.blank:
            yield from _check_line(line, path, f"line {number}")


def _check_line(line: TextLine, path: Path, field: str) -> Iterator[Finding]:
    problem, remedy = line.problem
    if problem:
        code = "text-tokens" if problem.endswith("word/POS") else "text-times" if "starts" in problem else "text-grammar"
        yield Finding(code, "warning", path, field, problem, remedy)
    elif line.record.form == "bare":
        told = "Loaders that need caption#tokens#start#end drop such clips; ours reads it"
        yield Finding("text-bare", "info", path, field, "a bare sentence without '#'", told)
    elif line.record.form == "short":
        told = "Loaders that need caption#tokens#start#end drop such clips; ours reads it"
        yield Finding("text-grammar", "warning", path, field, "two '#', no token field", told)
    if foreign := foreign_characters(line.record.sentence):
        text = f"holds the character '{foreign[0]}', which InterAct's captions never have"
        yield Finding("text-characters", "info", path, field, text, "Export leaves it out or writes it plainly")
