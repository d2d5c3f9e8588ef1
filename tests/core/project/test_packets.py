"""Clips handed out as packets, annotated elsewhere, handed in and made one: without a server, through plain folders."""

import itertools
import json
import os
import random
import shutil
import zipfile

import pytest

from interact_core.annotation import Editing, SegmentRecord
from interact_core.annotation.adjudication import compare, take_all_agreed
from interact_core.annotation.review import begin_work, reject, set_state
from interact_core.annotation.vocabulary import default_vocabulary
from interact_core.clip import Segment
from interact_core.errors import InputError
from interact_core.project import Project
from interact_core.project.packets import (
    assign,
    begin_packet,
    make_packets,
    open_packet,
    packet_progress,
    packet_status,
    return_packet,
)
from interact_core.project.queue import queue
from interact_core.project.submissions import collect_packet, submissions, take_single

NAMES = ("Ada", "Bertram", "Cyril")


@pytest.mark.parametrize(("clips", "people", "overlap"), [(100, 3, 0.2), (7, 2, 1.0), (50, 4, 0.5), (3, 5, 0.0), (0, 2, 0.5)])
def test_dealing_is_fair_complete_and_repeatable(clips, people, overlap):
    ids, names = [f"c{k:03d}" for k in range(clips)], [f"n{k}" for k in range(people)]
    dealt = assign(ids, names, overlap, seed=4)
    assert dealt == assign(ids, names, overlap, seed=4)
    holders = {clip: [name for name in names if clip in dealt[name]] for clip in ids}
    assert all(len(who) in (1, 2) for who in holders.values())
    assert sum(len(who) == 2 for who in holders.values()) == round(overlap * clips)
    sizes = [len(mine) for mine in dealt.values()]
    assert max(sizes) - min(sizes) <= 2
    assert all(list(mine) == sorted(mine) for mine in dealt.values()), "the order gives no hint of what is double"
    if clips == 100:
        assert {frozenset(who) for who in holders.values() if len(who) == 2} == set(
            map(frozenset, itertools.combinations(names, 2))
        )
        assert dealt != assign(ids, names, overlap, seed=5)


@pytest.mark.parametrize(
    ("people", "overlap"), [((), 0), (("a", "a"), 0), ((" ",), 0), (("a",), 0.5), (("a", "b"), 1.5), (("a", "b"), -0.1)]
)
def test_what_cannot_be_dealt_is_said(people, overlap):
    with pytest.raises(InputError, match=r"annotators|overlap"):
        assign(["x"], people, overlap)


def do(project, clip, edit, author):
    document = project.document(clip)
    edit = begin_work(document, edit(document), author)
    project.record(edit.apply(document), document, author)
    project.flush()


def annotate(project, clip, author, start=0, label="Lift", state="done"):
    def words(document):
        editing = Editing(document, "Write")
        editing.put(SegmentRecord.new(Segment("action", start, start + 10, label=label, author=author)))
        return editing.edit()

    do(project, clip, words, author)
    do(project, clip, lambda document: set_state(document, state, author), author)


@pytest.fixture
def elsewhere(tmp_path, dataset):
    """A copy of the data as another annotator has it, with a home of its own."""
    projects = []

    def open_there(name):
        place = tmp_path / name / "data"
        if not place.exists():
            shutil.copytree(dataset, place)
        projects.append(Project.open(place, projects_dir=tmp_path / name / "projects"))
        return projects[-1]

    yield open_there
    for project in projects:
        project.close(discard=True)


def ids(project):
    return [row.id for row in project.library.search()]


@pytest.mark.parametrize("zipped", [False, True])
def test_the_whole_way_round(project, elsewhere, tmp_path, zipped):
    clips = ids(project)
    do(project, clips[0], lambda d: reject(d, "The wrong hand.", "Lead", frame=3), "Lead")
    before = {clip: project.document(clip).records for clip in clips}
    made = make_packets(project, NAMES[:2], clips, tmp_path / "out", overlap=1.0, zipped=zipped, instructions="Mark all lifts.",
                        vocabulary=default_vocabulary())  # fmt: skip
    assert [one.annotator for one in packet_status(project)] and all(one.out == len(clips) for one in packet_status(project))
    for number, packet in enumerate(made):
        name = packet.annotator
        told = zipfile.ZipFile(packet.path).read("packet.json") if zipped else (packet.path / "packet.json").read_bytes()
        assert not any(other in told.decode() for other in NAMES if other != name), "nobody is told who else has a clip"
        there = elsewhere(name)
        info, place = open_packet(packet.path, there.data)
        assert (place, info.instructions, info.vocabulary) == (there.data, "Mark all lifts.", default_vocabulary())
        assert begin_packet(there, info) == 1 and begin_packet(there, info) == 0
        assert there.document(clips[0]).remarks[0].text == "The wrong hand." and there.library.row(clips[0]).state == "rejected"
        for clip in clips[:3]:
            annotate(there, clip, name, start=number, label="Lift" if clip != clips[1] else name)
        progress = packet_progress(there, info.clips)
        assert (progress["done"], progress["todo"]) == (3, len(clips) - 3)
        back = tmp_path / f"{name}-back{'.zip' if zipped else ''}"
        report = return_packet(there, info, back)
        assert (report.documents, len(report.untouched), report.absent) == (3, len(clips) - 3, ())
        assert set(collect_packet(project, back).clips) == set(clips[:3])
        assert collect_packet(project, back).unchanged == 3, "a second time nothing is new"
    assert {clip: project.document(clip).records for clip in clips} == before, "the project's own words are as they were"
    assert [one.annotator for one in submissions(project, clips[0])] == ["Ada", "Bertram"]
    assert {(one.annotator, one.states["done"], one.out) for one in packet_status(project)} == {("Ada", 3, 2), ("Bertram", 3, 2)}
    worst = queue(project, "disagreement")
    assert worst[0].clip_id == clips[1] and {item.clip_id for item in worst} == set(clips[:3])
    a, b = (one.document for one in submissions(project, clips[2]))
    do(project, clips[2], lambda d: take_all_agreed(d, compare(a, b, tolerance=1), "Lead"), "Lead")
    assert project.document(clips[2]).segments[0].origin == "merge"


def test_a_later_packet_replaces_an_earlier_and_single_work_is_taken_over(project, tmp_path):
    clips = ids(project)
    (packet,) = make_packets(project, ["Ada"], clips[:2], tmp_path / "out")
    annotate(project, clips[0], "Ada")
    return_packet(project, packet, tmp_path / "back")
    assert collect_packet(project, tmp_path / "back").clips == (clips[0],)
    annotate(project, clips[0], "Ada", start=20, state="needs_review")
    return_packet(project, packet, tmp_path / "back")
    assert collect_packet(project, tmp_path / "back").clips == (clips[0],)
    (only,) = submissions(project, clips[0])
    assert only.state == "needs_review" and len(only.document.segments) == 2
    document = project.document(clips[0])
    editing = Editing(document, "Remove")
    for record in document.segments:
        editing.remove(record.uid)
    project.record(editing.edit().apply(document), document, "Lead")
    assert take_single(project, clips[:2]) == (clips[0],)
    assert [r.segment for r in project.document(clips[0]).segments] == [r.segment for r in only.document.segments]
    assert take_single(project, clips[:2]) == ()


def test_the_data_is_found_beside_the_packet_or_asked_for(project, dataset, tmp_path):
    (packet,) = make_packets(project, ["Ada"], ids(project), tmp_path / "out")
    moved = tmp_path / "stick"
    moved.mkdir()
    shutil.move(dataset, moved / "data")
    with pytest.raises(InputError, match="--data"):
        open_packet(packet.path)
    shutil.move(tmp_path / "out", moved / "out")
    path = moved / "out" / packet.path.name
    assert open_packet(path)[1] == moved / "data", "data and packets moved together are found by the way between them"
    assert open_packet(path, moved)[1] == moved
    with pytest.raises(InputError, match="does not exist"):
        open_packet(path, moved / "nowhere")


def test_bad_documents_are_named_and_the_rest_is_taken(project, tmp_path):
    clips = ids(project)
    (packet,) = make_packets(project, ["Ada"], clips[:3], tmp_path / "out")
    for clip in clips[:3]:
        annotate(project, clip, "Ada")
    back = tmp_path / "back"
    return_packet(project, packet, back)
    first, second, _ = sorted((back / "annotations").iterdir())
    first.write_text("{")
    content = json.loads(second.read_text())
    content["clip"] = "somewhere/else"
    second.write_text(json.dumps(content))
    report = collect_packet(project, back)
    assert len(report.clips) == 1 and len(report.problems) == 2
    assert any(one.path == first for one in report.problems) and any("somewhere/else" in str(one) for one in report.problems)


def test_another_packet_is_not_written_over(project, tmp_path):
    made = make_packets(project, NAMES[:2], ids(project), tmp_path / "out")
    with pytest.raises(InputError, match="another packet"):
        return_packet(project, made[0], made[1].path)
    with pytest.raises(InputError, match="no clip 'x'"):
        make_packets(project, ["Ada"], ["x"], tmp_path / "out")


def test_damaged_packets_never_crash(project, tmp_path):
    (packet,) = make_packets(project, ["Ada"], ids(project), tmp_path / "out", vocabulary=default_vocabulary())
    file = packet.path / "packet.json"
    good = file.read_bytes()
    refused = 0
    for number in range(int(os.environ.get("INTERACT_MUTATIONS", "150"))):
        chance = random.Random(number)
        data = bytearray(good)
        if number % 3:
            for _ in range(chance.randint(1, 6)):
                data[chance.randrange(len(data))] = chance.choice(b'"{}[],:0aZ\\-\xff ')
        else:
            content = json.loads(good)
            where = content[chance.choice(["data", "vocabulary"])] if number % 2 else content
            where[chance.choice(list(where))] = chance.choice([None, -1, 1e300, True, "", [], {}, [[]], [1], [{}], "\ud800"])
            data = bytearray(json.dumps(content).encode())
        file.write_bytes(data)
        try:
            open_packet(packet.path)
        except InputError as error:
            refused += 1
            assert error.problem
    assert refused > 50
