"""Model pickles: arrays in every form the official files use come through, anything else is refused before it runs."""

import os
import pickle
import sys
import types
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csc_matrix

from interact_core.bodies.safe_pickle import read_array_pickle
from interact_core.errors import InputError


@pytest.fixture
def chumpy(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """A module of that name with the class the official pickles refer to, present only while the test file is written."""
    package, module = types.ModuleType("chumpy"), types.ModuleType("chumpy.ch")

    class Ch:
        def __init__(self, x: np.ndarray) -> None:
            self.x = x

    Ch.__module__, Ch.__qualname__ = "chumpy.ch", "Ch"
    module.Ch = Ch  # type: ignore[attr-defined]
    package.ch = module  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "chumpy", package)
    monkeypatch.setitem(sys.modules, "chumpy.ch", module)
    return module


@pytest.mark.parametrize("protocol", [0, 1, 2, 4])
def test_arrays_sparse_and_chumpy(tmp_path: Path, chumpy: types.ModuleType, protocol: int) -> None:
    dense = np.arange(12.0).reshape(4, 3)
    content = {"v_template": dense, "J_regressor": csc_matrix(dense), "shapedirs": chumpy.Ch(dense * 2), "bs_type": "lrotmin"}
    path = tmp_path / "SMPL_MALE.pkl"
    path.write_bytes(pickle.dumps(content, protocol))
    got = read_array_pickle(path)
    assert set(got) == {"v_template", "J_regressor", "shapedirs"}
    np.testing.assert_array_equal(got["v_template"], dense)
    np.testing.assert_array_equal(got["J_regressor"], dense)
    np.testing.assert_array_equal(got["shapedirs"], dense * 2)


class _Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch " + os.environ["EVIL_MARK"],)


@pytest.mark.parametrize("wrap", [lambda x: {"v_template": x}, lambda x: x, lambda x: {"a": [np.zeros(3), x]}])
def test_code_is_refused_and_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrap: "object") -> None:
    mark = tmp_path / "ran"
    monkeypatch.setenv("EVIL_MARK", str(mark))
    path = tmp_path / "SMPLH_MALE.pkl"
    path.write_bytes(pickle.dumps(wrap(_Evil())))  # type: ignore[operator]
    with pytest.raises(InputError, match="safe") as caught:
        read_array_pickle(path)
    assert not mark.exists()
    assert caught.value.path == path and caught.value.remedy


@pytest.mark.parametrize(
    "content",
    [b"", b"garbage", b"cbuiltins\neval\n(S'1'\ntR.", b"cnumpy\nload\n.", pickle.dumps([1, 2]), pickle.dumps({"a": 1})[:-3]],
)
def test_everything_else_is_an_input_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_array_pickle(path)
