"""The evaluator: what it sees, that it learns, that padding does not matter, that a file brings it back."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from interact_core.errors import Cancelled, InputError
from interact_core.generate.evaluation.embeddings import r_precision
from interact_core.generate.evaluation.evaluator import Evaluator, EvaluatorSize, buckets_of, load_evaluator, save_evaluator
from interact_core.generate.evaluation.evaluator_training import EvaluatorTraining, alike, info_nce, train_evaluator
from interact_core.generate.evaluation.features import WIDTH, basis_points, evaluator_features
from interact_core.jobs.context import NullContext

SMALL = EvaluatorSize(features=6, width=32, layers=1, heads=2, between=32)
WORDS = ("lift", "push", "carry", "kick", "turn", "pull", "sit", "drop")


def worlds(count: int, seed: int) -> tuple[list[np.ndarray], list[list[str]]]:
    """Clips whose frames swing around a point that the word tells."""
    rng = np.random.default_rng(seed)
    which = rng.integers(len(WORDS), size=count)
    places = np.random.default_rng(1).normal(size=(len(WORDS), 6))
    clips = [(places[k] + rng.normal(0, 0.3, (int(rng.integers(8, 20)), 6))).astype(np.float32) for k in which]
    return clips, [[f"a person will {WORDS[k]} the box", f"someone {WORDS[k]}s it"] for k in which]


def test_a_trained_evaluator_finds_the_sentence_of_unseen_clips() -> None:
    clips, said = worlds(96, 0)
    model = train_evaluator(clips, said, EvaluatorTraining(SMALL, steps=40, batch=24, rate=5e-3))
    fresh, words = worlds(64, 9)
    unique = [next(k for k, w in enumerate(words) if WORDS[n] in w[0]) for n in range(len(WORDS))]
    text, motion = model.embed_text([words[k][0] for k in unique]), model.embed([fresh[k] for k in unique])
    assert r_precision(text, motion, np.random.default_rng(0))[0] >= 0.85
    untrained = Evaluator(SMALL).eval()
    assert r_precision(untrained.embed_text([words[k][0] for k in unique]), untrained.embed([fresh[k] for k in unique]),
                       np.random.default_rng(0))[0] < 0.85  # fmt: skip


def test_a_clip_beside_a_longer_one_means_the_same() -> None:
    torch.manual_seed(0)
    model = Evaluator(SMALL).eval()
    short, long = np.ones((5, 6), np.float32), np.zeros((30, 6), np.float32)
    assert np.allclose(model.embed([short, long])[0], model.embed([short])[0], atol=1e-5)


def test_sentences_that_say_the_same_are_no_counterexamples() -> None:
    assert alike(["Lift the box!", "lift the box", "push a chair"]).tolist() == [[True, True, False]] * 2 + [[False, False, True]]
    text = torch.eye(3)
    motion = torch.eye(3)[[1, 0, 2]]  # the first two are mixed up, which is no mistake where they say the same
    none = np.eye(3, dtype=bool)
    both = none.copy()
    both[0, 1] = both[1, 0] = True
    assert info_nce(text, motion, both, 0.1) < 0.2 * info_nce(text, motion, none, 0.1)
    assert float(info_nce(text, text, none, 0.1)) == pytest.approx(np.log(1 + 2 * np.exp(-10.0)), rel=1e-3)


def test_a_file_brings_back_the_same_figures_and_others_are_refused(tmp_path: Path) -> None:
    clips, said = worlds(8, 0)
    model = train_evaluator(clips, said, EvaluatorTraining(SMALL, steps=2, batch=4))
    save_evaluator(model, tmp_path / "evaluator.safetensors")
    again = load_evaluator(tmp_path / "evaluator.safetensors")
    assert np.array_equal(again.embed(clips), model.embed(clips)) and np.array_equal(
        again.embed_text(said[0]), model.embed_text(said[0])
    )
    data = (tmp_path / "evaluator.safetensors").read_bytes()
    (tmp_path / "cut.safetensors").write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match="evaluator"):
        load_evaluator(tmp_path / "cut.safetensors")


def test_training_repeats_itself_says_how_far_it_is_and_stops_when_asked() -> None:
    clips, said = worlds(8, 0)
    options = EvaluatorTraining(SMALL, steps=3, batch=4)
    first, second = train_evaluator(clips, said, options), train_evaluator(clips, said, options)
    assert np.array_equal(first.embed(clips), second.embed(clips))

    class Stop(NullContext):
        def checkpoint(self) -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        train_evaluator(clips, said, options, Stop())


def test_bad_training_data_is_named() -> None:
    clips, said = worlds(4, 0)
    options = EvaluatorTraining(SMALL, steps=1)
    with pytest.raises(InputError, match="clip 2"):
        train_evaluator([*clips[:2], np.full((5, 6), np.nan, np.float32), clips[3]], said, options)
    with pytest.raises(InputError, match="clip 1 has no sentence"):
        train_evaluator(clips, [said[0], [], *said[2:]], options)
    with pytest.raises(InputError, match="shape"):
        train_evaluator(clips, said, replace(options, size=replace(SMALL, features=7)))


def test_words_of_any_script_and_no_words_have_buckets() -> None:
    assert buckets_of("", 64) == [0] == buckets_of("?!", 64)
    assert len(buckets_of("человек поднимает ящик", 4096)) == 5
    assert buckets_of("Lift it", 4096) == buckets_of("lift  it.", 4096) != buckets_of("it lift", 4096)


def test_features_are_markers_and_vectors_from_points_that_do_not_turn() -> None:
    rng = np.random.default_rng(0)
    rest, markers = rng.normal(0, 0.2, (50, 3)), rng.normal(size=(4, 77, 3))
    rotation, place = Rotation.random(4, random_state=1).as_matrix(), rng.normal(size=(4, 3))
    found = evaluator_features(markers, rotation, place, rest)
    assert found.shape == (4, WIDTH) and np.allclose(found[:, :231].reshape(4, 77, 3), markers, atol=1e-6)
    posed = rest @ rotation[2].T + place[2]
    cloud = basis_points() + place[2]
    nearest = posed[np.linalg.norm(cloud[:, None] - posed[None], axis=-1).argmin(axis=1)]
    assert np.allclose(found[2, 231:].reshape(-1, 3), nearest - cloud, atol=1e-6)
    radii = np.linalg.norm(basis_points(), axis=1)
    assert radii.max() < 1 and abs(np.mean(radii < 0.5 ** (1 / 3)) - 0.5) < 0.15
