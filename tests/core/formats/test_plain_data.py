"""Foreign pickles read without running them, against what pickle itself and torch would give."""

import bz2
import gzip
import lzma
import pickle
import zlib

import numpy as np
import pytest
import torch

from interact_core.errors import InputError
from interact_core.formats.npz_files import NpzFile, read_npy_data
from interact_core.formats.plain_data import read_pickle
from interact_core.formats.torch_data import read_torch_data

ARRAYS = {
    "c": np.arange(6.0).reshape(2, 3), "f": np.asfortranarray(np.arange(6, dtype="f4").reshape(2, 3)),
    "big": np.arange(3, dtype=">i4"), "empty": np.zeros((0, 3)), "bool": np.array([True, False]),
    "text": np.array(["a", "bb"]), "scalar": np.float64(2.5),
}  # fmt: skip
PLAIN = {"s": "ä", "b": b"\x00\xff", "l": [1, -2.5, None, True, 2**70], "t": (1, ("x",)), 7: {"deep": [{}]}, **ARRAYS}


def same(a, b):
    if isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in b)
    if isinstance(b, np.ndarray | np.generic):
        return np.array_equal(a, b) and np.asarray(a).dtype.kind == b.dtype.kind
    return a == b


@pytest.mark.parametrize("protocol", range(6))
def test_dictionaries_of_arrays_in_every_protocol(tmp_path, protocol):
    path = tmp_path / "x.pkl"
    path.write_bytes(pickle.dumps(PLAIN, protocol=protocol))
    assert same(read_pickle(path), PLAIN)


def test_an_array_named_twice_is_whole_both_times(tmp_path):
    one, path = np.arange(4.0), tmp_path / "x.pkl"
    path.write_bytes(pickle.dumps([one, one, {"again": one}]))
    first, second, third = read_pickle(path)
    assert np.array_equal(first, one) and np.array_equal(second, one) and np.array_equal(third["again"], one)


@pytest.mark.parametrize("pack", [zlib.compress, gzip.compress, bz2.compress, lzma.compress])
def test_compressed(tmp_path, pack):
    path = tmp_path / "x.p"
    path.write_bytes(pack(pickle.dumps(PLAIN)))
    assert same(read_pickle(path), PLAIN)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(InputError):
        read_pickle(path)


def test_object_arrays_of_npz_and_npy(tmp_path):
    np.savez(tmp_path / "a.npz", body=np.array({"params": PLAIN}, dtype=object), n=np.array(120.0, dtype=object), x=ARRAYS["c"])
    file = NpzFile(tmp_path / "a.npz")
    assert same(file.data("body")["params"], PLAIN) and file.data("n") == 120.0 and np.array_equal(file.data("x"), ARRAYS["c"])
    np.save(tmp_path / "b.npy", {"k": ARRAYS["f"]}, allow_pickle=True)
    assert np.array_equal(read_npy_data(tmp_path / "b.npy")["k"], ARRAYS["f"])


@pytest.mark.parametrize("way", ["zip", "old", 2, 3, 4, 5])
def test_tensors_in_all_the_ways_they_are_saved(tmp_path, way):
    base = torch.arange(12.0)
    content = {
        "view": base[2:8].reshape(2, 3).T, "same": base, "half": torch.ones(2, dtype=torch.float16),
        "p": torch.nn.Parameter(base[:2]), "none": torch.zeros(0, 3), "word": "male", "array": ARRAYS["f"],
    }  # fmt: skip
    path = tmp_path / "x.pkl"
    if isinstance(way, int):
        path.write_bytes(pickle.dumps(content, protocol=way))
    else:
        torch.save(content, path, _use_new_zipfile_serialization=way == "zip")
    found = read_torch_data(path)
    assert list(found) == list(content) and found["word"] == "male"
    for key in ("view", "same", "half", "p", "none"):
        wanted = content[key].detach().numpy()
        assert np.array_equal(found[key], wanted) and found[key].dtype == wanted.dtype
    data = path.read_bytes()
    for share in (0.1, 0.6, 0.99):
        path.write_bytes(data[: int(share * len(data))])
        with pytest.raises(InputError):
            read_torch_data(path)


class Run:
    def __reduce__(self):
        return exec, ("raise SystemExit('run')",)


class Made:
    """An object that a plain unpickler would rebuild."""


@pytest.mark.parametrize("bad", [Run(), {"a": [Run()]}, Made(), print, np.array([Run()], dtype=object), {1, 2}])
def test_anything_that_would_call_is_refused(tmp_path, bad):
    path = tmp_path / "x.pkl"
    path.write_bytes(pickle.dumps(bad))
    for reader in (read_pickle, read_torch_data):
        with pytest.raises(InputError, match="can run code"):
            reader(path)


def test_shapes_that_their_bytes_do_not_fill_are_refused(tmp_path):
    path = tmp_path / "x.pkl"
    data = pickle.dumps(np.arange(6.0), protocol=2)
    path.write_bytes(data.replace(b"K\x06\x85", b"K\x60\x85"))
    with pytest.raises(InputError, match="damaged"):
        read_pickle(path)


def test_nesting_and_sharing_do_not_blow_up(tmp_path):
    path = tmp_path / "x.pkl"
    shared = [0]
    for _ in range(40):
        shared = [shared, shared]
    path.write_bytes(pickle.dumps(shared))
    assert len(read_pickle(path)) == 2  # 2**40 if every reference were copied
    deep = []
    for _ in range(200):
        deep = [deep]
    path.write_bytes(pickle.dumps(deep))
    with pytest.raises(InputError, match="nested"):
        read_pickle(path)
    ring = []
    ring.append(ring)
    path.write_bytes(pickle.dumps(ring))
    with pytest.raises(InputError, match="nested"):
        read_pickle(path)
