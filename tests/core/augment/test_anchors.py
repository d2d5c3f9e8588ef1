"""Places on parts: what they do not care about, and how contact is led in and out."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from interact_core.augment.placement import rotation_y  # noqa: E402
from interact_core.augment.solve import spread  # noqa: E402
from interact_core.augment.source import faded, region_places  # noqa: E402
from interact_core.refine.pairs import Touching  # noqa: E402
from interact_core.refine.state import State  # noqa: E402

rng = np.random.default_rng(4)


def turns(*shape: int) -> "torch.Tensor":
    q, _ = np.linalg.qr(rng.normal(size=(*shape, 3, 3)))
    return torch.as_tensor(q * np.linalg.det(q)[..., None, None])


def test_places_do_not_change_when_hand_and_part_move_together() -> None:
    t, parts = 7, 2
    state = State(
        turns(t, 52), torch.zeros(t, 3, dtype=torch.float64), turns(t, parts), torch.as_tensor(rng.normal(size=(t, parts, 3)))
    )
    vertices = torch.as_tensor(rng.normal(size=(t, 40, 3)))
    touching = Touching(np.array([[0, 5, 7, 9], [30, 2, 11, 12]]), np.array([1, 0]), np.ones((t, 2)))
    places = region_places(state, vertices, touching)
    assert places.shape == (t, 2, 3)
    turn, shift = turns(t), torch.as_tensor(rng.normal(size=(t, 3)))
    moved = State(
        state.local, state.transl, turn[:, None] @ state.rotation,
        (turn[:, None] @ state.translation[..., None])[..., 0] + shift[:, None],
    )  # fmt: skip
    again = region_places(moved, (turn[:, None] @ vertices[..., None])[..., 0] + shift[:, None], touching)
    assert torch.allclose(places, again, atol=1e-12)
    # And they are what they say: the mean vertex, back in the world.
    world = (state.rotation[:, 1] @ places[:, 0, :, None])[..., 0] + state.translation[:, 1]
    assert torch.allclose(world, vertices[:, [0, 5, 7, 9]].mean(dim=1), atol=1e-12)


def test_contact_is_led_in_and_out_and_never_lowered() -> None:
    weight = np.zeros((60, 2))
    weight[20:30, 0] = 0.8
    weight[58:, 1] = 0.5
    near = faded(weight, 10)
    assert (near >= weight).all() and near[20:30, 0] == pytest.approx(0.8)
    assert (np.diff(near[9:21, 0]) > 0).all() and (np.diff(near[29:41, 0]) < 0).all()
    assert near[:10, 0].max() == 0 and near[40:, 0].max() == 0
    assert near[48:58, 1].min() > 0 and near[:48, 1].max() == 0


@pytest.mark.parametrize("frames", [13, 14, 15])
def test_corrections_on_every_third_frame_reach_the_frames_between(frames: int) -> None:
    """A correction that grows evenly is found again exactly; where there are knots it always is."""
    start = State(turns(frames, 52), torch.as_tensor(rng.normal(size=(frames, 3))), turns(frames, 1), torch.zeros(frames, 1, 3))
    angle = np.minimum(np.arange(frames), (frames - 1) // 3 * 3) * 0.01
    way = angle[:, None] * np.array([0.1, 0.2, -0.3])
    full = State(
        start.local @ torch.as_tensor(rotation_y(angle))[:, None],
        start.transl + torch.as_tensor(way),
        start.rotation,
        start.translation,
    )
    found = spread(start, full.frames(slice(0, None, 3)), 3)
    assert torch.allclose(found.local, full.local, atol=1e-6)
    assert torch.allclose(found.transl, full.transl, atol=1e-9)
    assert found.rotation is start.rotation
