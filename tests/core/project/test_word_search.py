"""Search that says which record matched: the same answers as reading every text, kept up to date by every edit."""

import sqlite3
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from interact_core.annotation import CaptionRecord, Editing, SegmentRecord
from interact_core.annotation.adjudication import compare, take
from interact_core.annotation.review import add_remark
from interact_core.clip import Caption, Segment
from interact_core.project.facts import ClipFacts
from interact_core.project.index import write_facts
from interact_core.project.text_search import folded, search_terms
from interact_core.project.word_search import snippet


def found(project, query, limit=100):
    return {(hit.uid, hit.kind) for hit in project.library.search_words(query, limit)}


def apply(project, document, edit):
    project.record(edit.apply(document), document, "Ada")
    project.flush()


def test_every_kind_of_words_is_found_and_forgotten_again(project, clip_id):
    document = project.document(clip_id)
    editing = Editing(document, "Write")
    editing.put(CaptionRecord("c1", Caption("Über the mug, two hands", "natural")))
    editing.put(SegmentRecord("s1", Segment("action", 12, 20, text="grips the mug", label="Hold", object="mug")))
    apply(project, document, editing.edit())
    remark = add_remark(document, "Is this a mug?", frame=3)
    apply(project, document, remark)
    assert {kind for _, kind in found(project, "MUG")} == {"caption", "segment", "remark"}
    assert found(project, "uber mug") == {("c1", "caption")}
    assert found(project, "hold mug") == {("s1", "segment")}
    assert found(project, '"two hands"') == {("c1", "caption")} and not found(project, '"hands two"')
    hit = project.library.search_words("grips")[0]
    assert (hit.clip_id, hit.tier, hit.start_frame, hit.snippet) == (clip_id, "action", 12, "grips the mug Hold mug")
    assert hit.snippet[slice(*hit.marks[0])] == "grips"
    removing = Editing(document, "Remove")
    removing.remove("c1")
    apply(project, document, removing.edit())
    assert not found(project, "uber mug")


def test_nothing_is_found_for_nothing_and_a_limit_holds(project, clip_id):
    assert project.library.search_words("") == [] == project.library.search_words('"" ')
    for query in ('"', "NEAR(", "a* OR b", "';--", "\0", "-"):
        project.library.search_words(query)
    project.set_caption(clip_id, "one", "the zebra")
    project.set_caption(clip_id, "two", "a zebra")
    project.flush()
    assert len(project.library.search_words("zebra", 1)) == 1
    assert len(project.library.search_words("zebra")) == len(project.library.search_words("ze")) == 2


TEXTS = "Mug mugs lift Lifts crème CREME to a left left-hand straße ﬁne 桌子 上的桌子"
words = st.lists(st.sampled_from(TEXTS.split()), max_size=6)


@given(words, words)
def test_marks_lie_on_what_was_searched(said, asked):
    text = "  ".join(said)
    terms = search_terms(" ".join(asked))
    line, marks = snippet(text, terms)
    for start, end in marks:
        assert any(term in folded(line[start:end]) for term in terms)
    if terms and all(term in folded(text) for term in terms):
        assert marks, "what matched is shown"
    assert len(line) <= 82 and list(marks) == sorted(marks)


def test_a_long_text_is_cut_around_the_word():
    text = (
        unicodedata.normalize("NFD", "A person walks around the wooden table in a very wide circle and then lifts the crème cup ")
        * 3
    )
    line, marks = snippet(text, ("creme",))
    assert line.startswith("…") and line.endswith("…") and len(line) <= 82
    assert folded(line[slice(*marks[0])]) == "creme"


def test_an_older_project_is_searched_after_opening(opened, clip_id):
    project = opened()
    project.set_caption(clip_id, "natural", "a zebra")
    path = project.folder / "project.db"
    project.close()
    connection = sqlite3.connect(path)
    for sql in ("DROP TABLE words", "DROP TABLE submissions", "DROP TABLE packets", "DROP TABLE packet_clips",
                "ALTER TABLE clips DROP COLUMN agreement", "DROP INDEX idx_revisions_ended",
                "DELETE FROM _sqlite_migrations WHERE name = '0003'", "PRAGMA user_version = 2"):  # fmt: skip
        connection.execute(sql)
    connection.commit()
    connection.close()
    assert [hit.clip_id for hit in opened().library.search_words("zebra")] == [clip_id]


def test_a_decision_between_annotators_survives_the_next_indexing(project, clip_id):
    """It keeps the uid of the source's caption, which the source must not take back."""
    with project.database.writing() as connection:
        write_facts(connection, clip_id, ClipFacts(30, 30.0, (Caption("As it was."),)))
    document, theirs = project.document(clip_id), project.document(clip_id)
    uid = theirs.captions[0].uid
    theirs.replace(theirs.captions[0].with_text("Decided text.", "Ada"))
    for item in compare(theirs, document):
        apply(project, document, take(document, item, "a"))
    with project.database.writing() as connection:
        write_facts(connection, clip_id, ClipFacts(30, 30.0, (Caption("From the source."),)))
    assert project.document(clip_id)[uid].caption.text == "Decided text."
