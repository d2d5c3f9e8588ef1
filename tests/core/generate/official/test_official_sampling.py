"""The schedule against its definition, walks back with a network that knows the answer, guidance, contact, cancelling."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from official_cases import t2i_state

from interact_core.errors import Cancelled, InputError
from interact_core.generate.evaluation.features import basis_points
from interact_core.generate.official.contact import ContactGuide, rotations
from interact_core.generate.official.sampling import SamplingRequest, estimated_seconds, sample, seconds_per_pass
from interact_core.generate.official.schedule import PRESETS, Preset, Walk, kept_signal
from interact_core.generate.official.shape import object_code
from interact_core.generate.official.text_to_interaction import TextToInteraction, completed
from interact_core.generate.official.weights import Shapes, load_into
from interact_core.geometry.rotations import rotation_6d_to_matrix
from interact_core.jobs.context import NullContext


class Knows(TextToInteraction):
    """Always says the same frames, and remembers what it was asked."""

    def __init__(self, answer: torch.Tensor) -> None:
        torch.nn.Module.__init__(self)
        self.answer, self.text_width, self.basis = answer, 4, 6
        self.asked: list[tuple[int, int]] = []
        self.nothing = torch.nn.Parameter(torch.zeros(1))

    def forward(self, noisy: torch.Tensor, steps: torch.Tensor, text: torch.Tensor, basis: torch.Tensor) -> torch.Tensor:
        self.asked.append((int(steps[0]), len(noisy)))
        return self.answer[None, :, None] * (1 + text.sum(dim=1)[:, None, None, None])


def request(preset: str = "draft", text: float = 0.0, frames: int = 5, **more: object) -> SamplingRequest:
    return SamplingRequest(torch.full((2, 4), text), torch.zeros(2, 6), frames, preset, **more)  # type: ignore[arg-type]


def answer(frames: int = 5) -> torch.Tensor:
    rows = torch.randn(1, 962, 1, frames, generator=torch.Generator().manual_seed(0))
    return completed(rows)[0, :, 0]


def test_the_schedule_is_the_published_cosine() -> None:
    def curve(t: float) -> float:
        return math.cos((t / 1000 + 0.008) / 1.008 * math.pi / 2) ** 2

    kept = kept_signal()
    assert len(kept) == 1000 and float(kept[0]) == pytest.approx(curve(1) / curve(0), rel=1e-12)
    assert float(kept[499]) == pytest.approx(curve(500) / curve(0), rel=1e-9)
    assert float(kept[999] / kept[998]) == pytest.approx(0.001, rel=1e-6)


@pytest.mark.parametrize(("name", "steps"), [("draft", 10), ("normal", 20), ("fine", 50), ("reference", 1000)])
def test_presets_take_their_steps_from_the_last_to_the_first(name: str, steps: int) -> None:
    walk = Walk(PRESETS[name])
    assert len(walk) == steps and int(walk.steps[0]) == 0 and int(walk.steps[-1]) == 999
    assert estimated_seconds(0.5, name) == 0.5 * steps


@pytest.mark.parametrize("ancestral", [True, False])
def test_walking_back_from_noised_frames_keeps_their_share_of_signal(ancestral: bool) -> None:
    """With the true clean frames, step k leads to a sample of the noised frames at step k - 1."""
    walk = Walk(Preset(20, ancestral))
    noise = torch.Generator().manual_seed(0)
    clean, k = torch.full((200_000,), 2.0, dtype=torch.float64), 12
    kept, before = (float(kept_signal()[walk.steps[n]]) for n in (k, k - 1))
    noisy = kept**0.5 * clean + (1 - kept) ** 0.5 * torch.randn(200_000, generator=noise, dtype=torch.float64)
    back = walk.back(noisy, clean, k, torch.randn(200_000, generator=noise, dtype=torch.float64))
    assert float(back.mean()) == pytest.approx(2 * before**0.5, abs=0.01)
    assert float(back.var()) == pytest.approx(1 - before, rel=0.02)


@pytest.mark.parametrize("preset", ["draft", "fine"])
def test_what_the_network_knows_comes_out_and_twice_the_same(preset: str) -> None:
    model = Knows(answer())
    found = sample(model, request(preset))
    assert found.shape == (2, 5, 962) and np.allclose(found[1], answer().T, atol=1e-5)
    assert [step for step, _ in model.asked] == Walk(PRESETS[preset]).steps.flip(0).tolist()
    assert {count for _, count in model.asked} == {4}  # with and without the sentence in one batch
    assert np.array_equal(found, sample(Knows(answer()), request(preset)))


def test_guidance_goes_on_beyond_the_sentence() -> None:
    plain, guided = (sample(Knows(answer()), request(text=0.25, guidance=g)) for g in (1.0, 2.5))
    assert np.allclose(plain, 2 * answer().T, atol=1e-4)  # four numbers of 0.25: once more the answer
    assert np.allclose(guided, 3.5 * answer().T, atol=1e-4)


def test_it_stops_when_asked_and_says_how_far_it_is() -> None:
    class Watch(NullContext):
        def __init__(self) -> None:
            self.told: list[float] = []

        def progress(self, fraction: float, stage: str = "", metrics: object = None) -> None:
            self.told.append(fraction)

        def checkpoint(self) -> None:
            if len(self.told) == 4:
                raise Cancelled

    watch = Watch()
    with pytest.raises(Cancelled):
        sample(Knows(answer()), request(), watch)
    assert watch.told == pytest.approx([0.1, 0.2, 0.3, 0.4])


def test_the_time_of_a_pass_is_measured_at_the_request_s_size() -> None:
    model = Knows(answer())
    assert seconds_per_pass(model, request()) > 0 and {count for _, count in model.asked} == {4}


def test_bad_requests_are_named() -> None:
    with pytest.raises(InputError, match="preset"):
        request("quick")
    with pytest.raises(InputError, match="frames"):
        request(frames=0)
    with pytest.raises(InputError, match="text"):
        sample(Knows(answer()), SamplingRequest(torch.zeros(1, 5), torch.zeros(1, 6), 3))
    with pytest.raises(InputError, match="basis"):
        sample(Knows(answer()), SamplingRequest(torch.zeros(1, 4), torch.full((1, 6), torch.nan), 3))


def agreeing(frames: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    """Frames whose relation is right, and the object's samples."""
    noise = torch.Generator().manual_seed(5)
    samples = torch.randn(30, 3, generator=noise)
    rows = torch.zeros(frames, 962)
    rows[:, :231] = torch.randn(frames, 231, generator=noise)
    rows[:, 476:485] = torch.randn(frames, 9, generator=noise)
    rotation = rotations(rows[:, 476:482])
    rows[:, 476:482] = rotation[:, :2].flatten(1)
    shift = rows[:, 482:485]
    entries = torch.cat([rows[:, :231].unflatten(1, (77, 3)), (shift * torch.tensor([1.0, 0, 1]))[:, None]], dim=1)
    posed = samples @ rotation.mT + shift[:, None]
    nearest = torch.cdist(entries, posed).argmin(dim=2)
    where = torch.gather(posed, 1, nearest[..., None].expand(-1, -1, 3))
    rows[:, 494:] = torch.cat([where - entries, samples[nearest]], dim=-1).flatten(1)
    return completed(rows.T[None, :, None]), samples


def test_contact_guidance_leaves_what_agrees_and_brings_a_shifted_object_back() -> None:
    frames, samples = agreeing()
    guide = ContactGuide(samples)
    parts = (frames[:, :231], frames[:, 476:485], frames[:, 494:])
    assert float(guide.energy(*parts)) == pytest.approx(0.0, abs=1e-4)
    away = frames.clone()
    away[:, 482:485] += 0.2
    nudged = guide.nudged(away, 0.0)
    before = float(guide.energy(away[:, :231], away[:, 476:485], away[:, 494:]))
    assert float(guide.energy(nudged[:, :231], nudged[:, 476:485], nudged[:, 494:])) < before
    towards = (nudged - away)[:, 482:485]
    assert float(towards.mean()) < 0 and torch.equal(nudged[:, 494:], away[:, 494:])
    assert torch.equal(nudged, completed(nudged))


def test_contact_guidance_happens_once_near_step_fifty(monkeypatch: pytest.MonkeyPatch) -> None:
    frames, samples = agreeing(5)
    seen: list[int] = []
    model = Knows(frames[0, :, 0])
    guide = ContactGuide(samples)

    def nudged(self: ContactGuide, clean: torch.Tensor, variance: float) -> torch.Tensor:
        seen.append(model.asked[-1][0])
        return clean

    monkeypatch.setattr(ContactGuide, "nudged", nudged)
    sample(model, request("fine", contact=guide))
    assert seen == [int(min(Walk(PRESETS["fine"]).steps.tolist(), key=lambda s: abs(s - 50)))]


def test_rotations_are_those_of_the_rest_of_the_program() -> None:
    rows = torch.randn(7, 6, generator=torch.Generator().manual_seed(1))
    assert np.allclose(rotations(rows).numpy(), rotation_6d_to_matrix(rows.numpy()), atol=1e-6)


def test_the_object_s_code_is_the_way_from_the_points_to_its_nearest_vertex() -> None:
    corners = np.array([[x, y, z] for x in (0, 0.4) for y in (0, 0.4) for z in (0, 0.4)])
    code, remark = object_code(corners + np.array([5.0, 0.0, 0.0]))
    points = basis_points(1024)
    centred = corners - 0.2
    nearest = centred[np.linalg.norm(points[:, None] - centred, axis=-1).argmin(axis=1)]
    assert not remark and np.allclose(code.numpy().reshape(-1, 3), nearest - points, atol=1e-6)
    assert "1.7 m" in object_code(5 * corners)[1]
    with pytest.raises(InputError, match="object"):
        object_code(np.full((3, 3), np.nan))


def test_a_real_network_samples() -> None:
    model = TextToInteraction(Shapes(t2i_state(), Path("none")), with_text=True)
    load_into(model, t2i_state(), "text2interaction", Path("none"))
    found = sample(model.eval(), SamplingRequest(torch.zeros(1, 32), torch.zeros(1, 3072), 12, "draft"))
    assert found.shape == (1, 12, 962) and np.isfinite(found).all()
    assert np.allclose(found[0, 1:, :231] - found[0, :-1, :231], found[0, :-1, 231:462], atol=1e-4)
