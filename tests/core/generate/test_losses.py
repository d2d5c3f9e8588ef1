"""Loss terms against numbers worked out by hand, and gradients only where there is something to predict."""

import torch

from interact_core.generate.losses import Depth, contact_points, geometry, losses, mean_over, penetration, total, words_loss
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


class Ball:
    """Of radius 0.2 m around the object's place."""

    def __call__(self, points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        length = torch.linalg.vector_norm(points, dim=-1)
        return length - 0.2, torch.nn.functional.normalize(points, dim=-1)


def in_the_ball() -> tuple[Motion, torch.Tensor]:
    """The person of still_motion stands where the ball is."""
    motion, bones = still_motion()
    place = motion.joints[:, :, 15] + torch.tensor([0.02, 0.05, 0.07])
    return Motion(**{**vars(motion), "object_place": place}), bones


def test_depth_counts_late_and_where_something_is_free() -> None:
    motion, _ = in_the_ball()
    every, low = torch.ones(B, T), torch.full((B,), 0.2)
    found = float(penetration(motion, Ball(), every, low))
    assert found > 1e-4
    far = Motion(**{**vars(motion), "object_place": motion.object_place + 9.0})
    assert float(penetration(far, Ball(), every, low)) == 0.0
    assert float(penetration(motion, Ball(), every, torch.full((B,), 0.8))) == 0.0
    assert float(penetration(motion, Ball(), torch.zeros(B, T), low)) == 0.0
    assert abs(float(penetration(motion, Ball(), every, torch.tensor([0.2, 0.8]))) - found) < 1e-6, "a mean, not a sum"


def test_gradient_of_depth_is_that_of_finite_differences() -> None:
    """By the object's place, by the pelvis and by a turn of the neck's parent, in doubles."""
    motion, bones = in_the_ball()
    double = {name: value.double() for name, value in vars(motion).items()}
    turn = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    place, pelvis = double["object_place"].clone().requires_grad_(), double["joints"][:, :, 0].clone().requires_grad_()

    def energy(place: torch.Tensor, pelvis: torch.Tensor, turn: torch.Tensor) -> torch.Tensor:
        spin = torch.linalg.matrix_exp(torch.stack([
            torch.stack([turn[0] * 0, -turn[2], turn[1]]), torch.stack([turn[2], turn[0] * 0, -turn[0]]),
            torch.stack([-turn[1], turn[0], turn[0] * 0]),
        ]))  # fmt: skip
        rotations = torch.cat([double["rotations"][:, :, :9], spin @ double["rotations"][:, :, 9:]], 2)
        joints = pose_joints(pelvis, rotations, bones.double())
        moved = Motion(**{**double, "joints": joints, "rotations": rotations, "object_place": place})
        return penetration(moved, Ball(), torch.ones(B, T), torch.zeros(B))

    assert torch.autograd.gradcheck(energy, (place, pelvis, turn), eps=1e-6, atol=1e-6)
    grad = torch.autograd.grad(energy(place, pelvis, turn), (place, pelvis, turn))
    assert all(float(g.abs().max()) > 1e-5 for g in grad)


def test_depth_is_weighed_by_the_recipe() -> None:
    motion, bones = in_the_ball()
    clean = encode(motion)
    low = torch.zeros(B)
    terms = [
        losses(clean, clean, nothing_given(), torch.ones(B, T), unit_scales(), motion, bones, 15.0, Depth(Ball(), low, weight))
        for weight in (1.0, 100.0)
    ]
    assert abs(float(terms[1]["penetration"]) - 100 * float(terms[0]["penetration"])) < 1e-5
    assert float(total(terms[1])) > float(total(terms[0])) > 0
