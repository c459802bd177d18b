"""Archives of arrays: everything comes back, and nothing hostile gets in."""

from __future__ import annotations

import io
import itertools
import struct
import tracemalloc
import zipfile
from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from identifiability.errors import InvalidFile
from identifiability.files.formats import load_network, save_network
from identifiability.network import Network
from identifiability.weights import Rationals, SparseRationals

large = st.one_of(
    st.integers(-3, 3),
    st.integers(-(2**64), 2**64),
    st.sampled_from(
        [2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**127, -(2**127), 255, 256, -128, -129, 10**400]
    ),
)
rationals = st.builds(Fraction, large, st.sampled_from([1, 2, 3, 2**70, 10**30 + 57]))


@st.composite
def exact_networks(draw: st.DrawFn) -> Network:
    sizes = [draw(st.integers(1, 3)), *draw(st.lists(st.integers(0, 3), max_size=2)), draw(st.integers(1, 3))]
    weights = []
    for inputs, out in itertools.pairwise(sizes):
        entries = [draw(rationals) for _ in range(inputs * out)]
        if draw(st.booleans()):
            rows, columns = np.divmod(np.arange(inputs * out), max(1, inputs))
            weights.append(SparseRationals((out, inputs), rows, columns, entries))
        else:
            whole = np.empty(inputs * out, dtype=object)
            whole[:] = entries
            weights.append(Rationals(whole.reshape(out, inputs)))
    biases = [Rationals(np.array([draw(rationals) for _ in range(out)], dtype=object)) for out in sizes[1:]]
    names = ["relu", "prelu(a=-2/3)", "polynomial(1/3,0,2)", "sin"]
    return Network(weights, biases, [draw(st.sampled_from(names)) for _ in sizes[1:-1]])


@given(net=exact_networks())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_exact_networks_come_back(tmp_path, net):
    path = tmp_path / "net.npz"
    save_network(net, path)
    again = load_network(path)
    assert again == net
    assert again.is_exact
    assert list(map(type, again.weights)) == list(map(type, net.weights))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sparse_floats_come_back_sparse(tmp_path, dtype):
    generator = np.random.default_rng(0)
    sparse = scipy.sparse.random_array((40, 30), density=0.1, rng=generator, dtype=dtype, format="csr")
    net = Network([sparse, generator.standard_normal((2, 40)).astype(dtype)], activation="tanh")
    save_network(net, tmp_path / "net.npz")
    again = load_network(tmp_path / "net.npz")
    assert again == net
    assert again.arithmetic == dtype
    assert scipy.sparse.issparse(again.weights[0])
    assert again.weights[0].data.tobytes() == net.weights[0].data.tobytes()
    assert load_network(tmp_path / "net.npz", exact=True) == net.to_exact()


def test_a_sparse_matrix_with_a_billion_columns(tmp_path):
    wide = SparseRationals((2, 10**9), [0, 1], [5, 10**9 - 1], ["1/7", 3])
    for weight in (wide, scipy.sparse.csr_array(([1.5], ([0], [10**9 - 1])), shape=(2, 10**9))):
        net = Network([weight])
        save_network(net, tmp_path / "net.npz")
        assert load_network(tmp_path / "net.npz") == net


def test_numpy_opens_the_file_without_pickles(tmp_path):
    save_network(Network([[[1.5, 2.5]]], [[0.5]]), tmp_path / "net.npz")
    with np.load(tmp_path / "net.npz", allow_pickle=False) as arrays:
        assert arrays["weight.0"].tolist() == [[1.5, 2.5]]
        assert '"version": 1' in arrays["netbounds"].item()


# What is refused.  Each archive differs in one thing from one that is read.


def member(array: np.ndarray) -> bytes:
    content = io.BytesIO()
    np.lib.format.write_array(content, np.asarray(array), allow_pickle=True)
    return content.getvalue()


DESCRIPTION = np.array('{"version": 1, "activations": []}')
GOOD = {"netbounds": DESCRIPTION, "weight.0": np.ones((2, 3)), "bias.0": np.zeros(2)}
SPARSE = {
    "netbounds": DESCRIPTION,
    "weight.0.shape": np.array([2, 3]),
    "weight.0.data": np.ones(2),
    "weight.0.indices": np.array([0, 2]),
    "weight.0.indptr": np.array([0, 1, 2]),
    "bias.0": np.zeros(2),
}
EXACT = {
    "netbounds": DESCRIPTION,
    "weight.0.shape": np.array([1, 2]),
    "weight.0.numerators": np.array([1, 2]),
    "weight.0.denominator": np.array([3]),
    "bias.0.shape": np.array([1]),
    "bias.0.numerators": np.array([0]),
    "bias.0.denominator": np.array([1]),
}


def write(path, parts, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, part in parts.items():
            archive.writestr(f"{name}.npy", part if isinstance(part, bytes) else member(part))
    return path


@pytest.mark.parametrize("parts", [GOOD, SPARSE, EXACT])
def test_the_archives_below_are_read_when_nothing_is_changed(tmp_path, parts):
    assert load_network(write(tmp_path / "net.npz", parts)).depth == 1


HUGE = member(np.ones((2, 3))).replace(b"(2, 3), }      ", b"(2, 1000000), }")
LYING = member(np.ones((2, 3))).replace(b"(2, 3)", b"(3, 3)")
CHANGED = [
    (GOOD, "weight.0", None, "no array 'weight.0.numerators"),
    (GOOD, "netbounds", None, "no array 'netbounds'"),
    (GOOD, "bias.0", None, "no array 'bias.0.numerators"),
    (GOOD, "weight.0", np.array([[1.0, np.nan, 1.0], [1.0, 1.0, 1.0]]), "nan"),
    (GOOD, "bias.0", np.array([np.inf, 0.0]), "inf"),
    (GOOD, "weight.0", np.ones((2, 3), dtype=complex), "no header that numpy writes"),
    (GOOD, "weight.0", np.ones((2, 3), dtype=np.int64), "axes of int64"),
    (GOOD, "weight.0", np.ones((2, 3), dtype=">f8"), "no header that numpy writes"),
    (GOOD, "weight.0", np.asfortranarray(np.ones((2, 3))), "no header that numpy writes"),
    (GOOD, "weight.0", np.array([[Fraction(1, 2)]], dtype=object), "no header that numpy writes"),
    (GOOD, "weight.0", np.ones(6), "1 axes of float64, not 2"),
    (GOOD, "weight.0", np.ones((3, 3)), "shape"),
    (GOOD, "bias.0", np.ones(3), "shape"),
    (GOOD, "weight.0", HUGE, "does not fill"),
    (GOOD, "weight.0", LYING, "does not fill"),
    (GOOD, "weight.0", b"\x93NUMPY\x01\x00", "no header"),
    (GOOD, "weight.0", b"", "no header"),
    (GOOD, "weight.1", np.ones((1, 2)), "'weight.1.npy', which is no part"),
    (GOOD, "netbounds", np.array("{"), "not JSON"),
    (GOOD, "netbounds", np.array("[" * 50_000), "not JSON"),
    (GOOD, "netbounds", np.array("[1]"), "version"),
    (GOOD, "netbounds", np.array('{"version": 2, "activations": []}'), "of version 2 and not 1"),
    (GOOD, "netbounds", np.array('{"version": 1, "activations": 3}'), "names no activations"),
    (GOOD, "netbounds", np.array('{"version": 1, "activations": ["cubic"]}'), "'cubic'"),
    (GOOD, "netbounds", np.array('{"version": 1, "activations": ["relu"]}'), "no array 'weight.1"),
    (GOOD, "netbounds", np.ones(3), "not a text"),
    (SPARSE, "weight.0.indptr", np.array([0, 2, 1]), "sparse rows"),
    (SPARSE, "weight.0.indptr", np.array([1, 1, 2]), "sparse rows"),
    (SPARSE, "weight.0.indptr", np.array([0, 1, 2, 2]), "sparse rows"),
    (SPARSE, "weight.0.indices", np.array([0, 3]), "outside its 3 columns"),
    (SPARSE, "weight.0.indices", np.array([-1, 2]), "outside its 3 columns"),
    (SPARSE, "weight.0.data", np.array([1.0, np.nan]), "nan"),
    (SPARSE, "weight.0.shape", np.array([2**62, 3]), "sparse rows"),
    (SPARSE, "weight.0.shape", np.array([2, -3]), "shape"),
    (EXACT, "weight.0.denominator", np.array([0]), "no positive denominator"),
    (EXACT, "weight.0.denominator", np.array([-3]), "no positive denominator"),
    (EXACT, "weight.0.shape", np.array([2, 2]), "2 numerators"),
    (EXACT, "weight.0.shape", np.array([2**40, 2**40]), "2 numerators"),
    (EXACT, "weight.0.numerators", np.array([0.5, 1.0]), "axes of float64"),
]


@pytest.mark.parametrize(("parts", "name", "part", "message"), CHANGED)
def test_archives_with_one_thing_wrong_are_refused(tmp_path, parts, name, part, message):
    changed = {key: value for key, value in (parts | {name: part}).items() if value is not None}
    with pytest.raises(InvalidFile, match=message):
        load_network(write(tmp_path / "net.npz", changed))


@pytest.mark.parametrize("lengths", [[1, 1], [3, 1], [-1, 4], [0, 3], [2**62, 2**62], [1, 2, 0]])
def test_lengths_that_do_not_fit_the_bytes_are_refused(tmp_path, lengths):
    parts = {name: part for name, part in EXACT.items() if name != "weight.0.numerators"}
    parts["weight.0.numerators.bytes"] = np.array([1, 2, 3], dtype=np.uint8)
    with pytest.raises(InvalidFile):
        load_network(write(tmp_path / "net.npz", parts | {"weight.0.numerators.lengths": np.array(lengths)}))
    good = parts | {"weight.0.numerators.lengths": np.array([1, 2])}
    assert load_network(write(tmp_path / "net.npz", good)).weight(0)[0, 1] == Fraction(2 + 3 * 256, 3)


def test_a_compressed_bomb_is_not_inflated(tmp_path):
    path = write(tmp_path / "net.npz", GOOD | {"weight.0": np.zeros((4000, 4000))}, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 10**6
    tracemalloc.start()
    with pytest.raises(InvalidFile, match="compressed or overlap"):
        load_network(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10**6


def test_a_declared_size_beyond_the_file_is_refused(tmp_path):
    path = write(tmp_path / "net.npz", GOOD)
    content = bytearray(path.read_bytes())
    # The central directory says that the second member has 2 GiB, stored.
    entry = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    content[entry + 20 : entry + 28] = struct.pack("<II", 2**31, 2**31)
    path.write_bytes(content)
    with pytest.raises(InvalidFile, match="overlap"):
        load_network(path)


def test_two_members_of_one_name_are_refused(tmp_path):
    path = write(tmp_path / "net.npz", GOOD)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("weight.0.npy", member(np.zeros((2, 3))))
    with pytest.raises(InvalidFile, match="two members"):
        load_network(path)


def test_a_flipped_bit_in_a_weight_is_noticed(tmp_path):
    path = tmp_path / "net.npz"
    save_network(Network([np.full((3, 3), 1.5)]), path)
    content = bytearray(path.read_bytes())
    content[content.index(struct.pack("<d", 1.5))] ^= 1
    path.write_bytes(content)
    with pytest.raises(InvalidFile, match="damaged"):
        load_network(path)
