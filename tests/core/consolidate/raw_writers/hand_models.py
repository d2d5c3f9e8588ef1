"""A stand-in for the licensed hand basis: orthonormal components and a mean, in a file where a user's would lie."""

import numpy as np


class HandModel:
    def __init__(self, folder, seed=3):
        random = np.random.default_rng(seed)
        self.components = {side: np.linalg.qr(random.normal(size=(45, 45)))[0] for side in "lr"}
        self.mean = {side: random.normal(scale=0.15, size=45) for side in "lr"}
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        np.savez(
            folder / "SMPLX_NEUTRAL.npz", **{f"hands_components{s}": self.components[s] for s in "lr"},
            **{f"hands_mean{s}": self.mean[s] for s in "lr"},
        )  # fmt: skip

    def encode(self, side, hands, count):
        return (hands - self.mean[side]) @ self.components[side][:count].T

    def project(self, side, hands, count):
        """The nearest hands that `count` numbers can say."""
        return self.encode(side, hands, count) @ self.components[side][:count] + self.mean[side]
