"""Loss terms against numbers worked out by hand, and gradients only where there is something to predict."""

import torch

from interact_core.generate.losses import contact_points, geometry, losses, mean_over, total, words_loss
from interact_core.generate.motion import NUM_POINTS, Motion, pose_joints
from interact_core.generate.representation import STREAMS, WIDTH, Scales, Streams, encode

B, T = 2, 5


def still_motion() -> tuple[Motion, torch.Tensor]:
    """A T-pose of unit bones hovering at 1 m, an object 1 m ahead, ways of 5 cm."""
    bones = torch.full((B, 22, 3), 0.1)
    bones[:, 0] = 0
    rotations = torch.eye(3).expand(B, T, 22, 3, 3).contiguous()
    joints = pose_joints(torch.ones(B, T, 3), rotations, bones)
    reach = torch.tensor([0.05, 0.0, 0.0]).expand(B, T, NUM_POINTS, 3).contiguous()
    place = torch.tensor([0.0, 0.5, 1.0]).expand(B, T, 3).contiguous()
    eye = torch.eye(3).expand(B, T, 3, 3).contiguous()
    return Motion(joints, rotations, torch.zeros(B, T, 90), torch.ones(B, T, 2), eye, place, reach), bones


def unit_scales() -> Scales:
    return Scales({n: torch.zeros(WIDTH[n]) for n in STREAMS}, {n: torch.ones(WIDTH[n]) for n in STREAMS})


def nothing_given() -> Streams:
    return {name: torch.zeros(B, T) for name in STREAMS}


def test_a_perfect_prediction_costs_nothing_but_the_shortening() -> None:
    motion, bones = still_motion()
    clean = encode(motion)
    terms = losses(clean, clean, nothing_given(), torch.ones(B, T), unit_scales(), motion, bones, 15.0)
    assert all(float(value) < 1e-6 for value in terms.values()), terms


def test_reconstruction_and_velocity_by_hand() -> None:
    """Object places off by 1 in one of 5 frames: block mean 1/5, half the object's weight 2; two of four differences."""
    motion, bones = still_motion()
    clean = encode(motion)
    off = {name: value.clone() for name, value in clean.items()}
    off["object"][:, 2, 6:] += 1.0
    terms = losses(off, clean, nothing_given(), torch.ones(B, T), unit_scales(), motion, bones, 15.0)
    assert abs(float(terms["reconstruction"]) - 2.0 * 0.5 / 5) < 1e-6
    assert abs(float(terms["velocity"]) - 2.0 * 0.5 * 2 / 4) < 1e-6


def test_contact_term_by_hand() -> None:
    """The object moved by 0.1 m: every point errs by 0.1 m, weighted exp(-(5/15)^2)."""
    motion, _ = still_motion()
    moved = Motion(**{**vars(motion), "object_place": motion.object_place + torch.tensor([0.1, 0, 0])})
    wanted = 0.01 * float(torch.exp(torch.tensor(-1 / 9)))
    assert abs(float(contact_points(moved, motion, torch.ones(B, T))) - wanted) < 1e-6
    half = torch.ones(B, T)
    half[0] = 0
    assert abs(float(contact_points(moved, motion, half)) - wanted) < 1e-6


def test_stance_and_floor_by_hand() -> None:
    """The whole person slides 1 cm a frame at 15 fps: (0.15 m/s)^2. Sunk by 2 m, feet are 1 to 2 m deep."""
    motion, bones = still_motion()
    streams = encode(motion)
    streams["human"][..., 0] += torch.arange(T) * 0.01
    free = {name: torch.ones(B, T) for name in STREAMS}
    terms = geometry(streams, motion, bones, torch.ones(B, T), free, 15.0)
    assert abs(float(terms["stance"]) - 0.15**2) < 1e-5
    streams = encode(motion)
    streams["human"][..., 1] -= 2.0
    sunk = geometry(streams, motion, bones, torch.ones(B, T), free, 15.0)
    ball = 1.0 + 0.4 - 2.0  # four bones of 0.1 m up from the pelvis at 1 m
    assert abs(float(sunk["floor"]) - (0.02 - ball) ** 2) < 1e-4


def test_given_and_padded_frames_get_no_gradient() -> None:
    motion, bones = still_motion()
    clean = encode(motion)
    predicted = {name: (value + 0.3).requires_grad_() for name, value in clean.items()}
    given = nothing_given()
    given["human"][:, :2] = 1
    present = torch.ones(B, T)
    present[:, 4] = 0
    total(losses(predicted, clean, given, present, unit_scales(), motion, bones, 15.0)).backward()
    human = predicted["human"].grad
    assert human is not None and torch.equal(human[:, :2], torch.zeros_like(human[:, :2]))
    assert human[:, 2:4].abs().sum() > 0
    assert torch.equal(human[:, 4], torch.zeros_like(human[:, 4]))


def test_everything_given_is_finite_and_free_of_cost() -> None:
    motion, bones = still_motion()
    clean = encode(motion)
    all_given = {name: torch.ones(B, T) for name in STREAMS}
    noise = {name: torch.randn_like(value).requires_grad_() for name, value in clean.items()}
    value = total(losses(noise, clean, all_given, torch.ones(B, T), unit_scales(), motion, bones, 15.0))
    value.backward()
    assert float(value.detach()) < 1e-5
    assert all(torch.isfinite(x.grad).all() and not x.grad.any() for x in noise.values() if x.grad is not None)


def test_means_and_words() -> None:
    values = torch.tensor([[1.0, 3.0], [5.0, 7.0]])
    assert float(mean_over(values, torch.tensor([[1.0, 0], [0, 1]]))) == 4.0
    assert float(mean_over(values, torch.zeros(2, 2))) == 0.0
    guess = torch.zeros(2, 4)
    assert abs(float(words_loss(guess, torch.tensor([1, 2]), ("a kick", ""))) - float(torch.log(torch.tensor(4.0)))) < 1e-6
    assert float(words_loss(guess, torch.tensor([-1, 2]), ("a kick", ""))) == 0.0
