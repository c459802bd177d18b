"""Named arrays of PyTorch and Flax, in mappings and in .safetensors files, and the order of layers."""

from __future__ import annotations

import itertools
import json
import random
import struct

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

from identifiability.errors import InvalidFile, InvalidInput, InvalidNetwork
from identifiability.files.formats import load_network, save_network
from identifiability.files.layer_order import layer_order
from identifiability.files.mappings import from_arrays, widened
from identifiability.network import Network

GENERATOR = np.random.default_rng(0)
SIZES = (3, 5, 4, 2)
WEIGHTS = [GENERATOR.standard_normal((out, inputs)) for inputs, out in itertools.pairwise(SIZES)]
BIASES = [GENERATOR.standard_normal(out) for out in SIZES[1:]]
NET = Network(WEIGHTS, BIASES, "tanh")


def torch_names(layers: list[str], separator: str = ".") -> dict[str, np.ndarray]:
    named = {f"{layer}{separator}weight": weight for layer, weight in zip(layers, WEIGHTS, strict=True)}
    named |= {f"{layer}{separator}bias": bias for layer, bias in zip(layers, BIASES, strict=True)}
    items = list(named.items())
    random.Random(1).shuffle(items)
    return dict(items)


@pytest.mark.parametrize(
    "layers",
    [
        ["0", "2", "4"],
        ["fc1", "fc2", "fc3"],
        ["fc9", "fc10", "fc11"],
        ["layers.0", "layers.2", "layers.10"],
        ["model.net.2.linear", "model.net.4.linear", "model.net.11.linear"],
        ["blocks.0.fc0", "blocks.0.fc1", "blocks.1.fc0"],
        ["stem", "body", "head"],
        ["fc1", "fc2", "out"],
    ],
)
def test_torch_names(layers):
    assert from_arrays(torch_names(layers), "tanh") == NET
    assert from_arrays(torch_names(layers), activation=["tanh", "tanh"], order=layers) == NET


@pytest.mark.parametrize("prefix", [(), ("params",), ("params", "MLP_0")])
def test_flax_dictionaries(prefix):
    nested = {
        f"Dense_{layer}": {"bias": bias, "kernel": weight.T}
        for layer, (weight, bias) in enumerate(zip(WEIGHTS, BIASES, strict=True))
    }
    flat = {
        "/".join((*prefix, layer, leaf)): array
        for layer, parts in nested.items()
        for leaf, array in parts.items()
    }
    for name in reversed(prefix):
        nested = {name: nested}
    assert from_arrays(nested, "tanh") == NET
    assert from_arrays(flat, "tanh") == NET


def test_a_single_layer_needs_no_name_and_no_activation():
    assert from_arrays({"weight": WEIGHTS[0], "bias": BIASES[0]}) == Network(WEIGHTS[:1], BIASES[:1])
    assert from_arrays({"weight": WEIGHTS[0]}) == Network(WEIGHTS[:1])


def test_square_layers_follow_their_numbers_and_not_the_mapping():
    parts = {f"fc{number}.weight": np.full((2, 2), float(number)) for number in (10, 2, 1)}
    assert [from_arrays(parts, "relu").weight(layer)[0, 0] for layer in range(3)] == [1.0, 2.0, 10.0]


def test_the_activation_must_be_passed():
    with pytest.raises(InvalidInput, match="pass activation='relu'"):
        from_arrays(torch_names(["0", "2", "4"]))


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({}, "no weight and no kernel"),
        ({"a.weight": np.ones((2, 2)), "b.kernel": np.ones((2, 2))}, "one convention"),
        ({"a.weight": np.ones((2, 2)), "a.kernel": np.ones((2, 2))}, "given twice"),
        ({"conv.weight": np.ones((2, 2, 3, 3))}, "shape \\(2, 2, 3, 3\\)"),
        ({"norm.weight": np.ones(2)}, "shape \\(2,\\)"),
        ({"a.running_mean": np.ones(2)}, "'a.running_mean' is no weight"),
        ({"a.bias": np.ones(2), "b.weight": np.ones((2, 2))}, "'a' has a bias and no weight"),
        ({"a.weight": "text"}, "array"),
        ({"a.weight": np.array([[np.nan]])}, "nan"),
        ({"a.weight": np.ones((2, 2)), "a.bias": np.ones(3)}, "shape"),
    ],
)
def test_what_is_no_affine_layer_is_refused_by_name(arrays, message):
    with pytest.raises(InvalidNetwork, match=message):
        from_arrays(arrays, "relu")


def test_tensors_that_give_no_array_are_refused_with_their_reason():
    class Tensor:
        def __array__(self, dtype=None, copy=None):
            raise RuntimeError("Can't call numpy() on Tensor that requires grad")

    with pytest.raises(InvalidNetwork, match="requires grad"):
        from_arrays({"weight": Tensor()})
    with pytest.raises(InvalidInput, match="mapping"):
        from_arrays([np.ones((2, 2))])


# Orders


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        ({"fc1": (5, 4), "fc2": (4, 3)}, "'fc2' of shape \\(4, 3\\) comes after 'fc1'"),
        ({"a": (3, 3), "b": (3, 3)}, "several orders"),
        ({"fc1": (3, 3), "fc2": (3, 3), "out": (3, 3)}, "several orders"),
        ({"a": (3, 2), "b": (5, 4)}, "no order"),
        ({"fc1": (3, 3), "fc01": (3, 3)}, "the same number"),
    ],
)
def test_unclear_orders_are_asked_for(shapes, message):
    with pytest.raises(InvalidInput, match=message) as refusal:
        layer_order(shapes)
    assert "pass order=[" in str(refusal.value)


def test_an_order_resolves_what_names_and_shapes_do_not():
    arrays = {"b.weight": np.full((2, 2), 1.0), "a.weight": np.full((2, 2), 2.0)}
    assert from_arrays(arrays, "relu", order=["b", "a"]).weight(0)[0, 0] == 1.0
    assert from_arrays(arrays, "relu", order=["a", "b"]).weight(0)[0, 0] == 2.0
    for order in (["a"], ["a", "b", "b"], ["a", "c"], "ab", ["a", "a"]):
        with pytest.raises(InvalidInput, match="each layer once"):
            from_arrays(arrays, "relu", order=order)


@given(
    shapes=st.dictionaries(
        st.sampled_from(["a", "b", "c", "d", "e1", "e2", "e3", "f.1.w", "f.2.w"]),
        st.tuples(st.integers(1, 3), st.integers(1, 3)),
        min_size=1,
        max_size=6,
    )
)
def test_orders_agree_with_all_permutations(shapes):
    def fits(path):
        numbered = [name for name in path if name[0] == "e"], [name for name in path if name[0] == "f"]
        chain = all(shapes[after][1] == shapes[before][0] for before, after in itertools.pairwise(path))
        return chain and all(run == sorted(run) for run in numbered)

    possible = [list(path) for path in itertools.permutations(shapes) if fits(path)]
    try:
        found = layer_order(shapes)
    except InvalidInput:
        assert len(possible) != 1
    else:
        assert possible == [found]


def test_many_layers_without_numbers_do_not_hang():
    names = ["".join(letters) for letters in itertools.product("abcdef", repeat=4)]
    with pytest.raises(InvalidInput, match="pass order="):
        layer_order(dict.fromkeys(names, (2, 2)))
    # Two nodes, many layers there and back, and one that never fits.
    shapes = {name: ((2, 3) if index % 2 else (3, 2)) for index, name in enumerate(names)}
    with pytest.raises(InvalidInput, match="no order"):
        layer_order(shapes | {"z": (7, 9)})
    with pytest.raises(InvalidInput, match="too many orders"):
        layer_order(dict(list(shapes.items())[:100]) | {"z": (7, 7)})
    chain = {name: (index + 2, index + 1) for index, name in enumerate(names[:200])}
    assert layer_order(dict(reversed(chain.items()))) == names[:200]


# .safetensors


@pytest.mark.parametrize("layers", [["0", "2", "4"], ["stem", "body", "head"]])
def test_foreign_files(tmp_path, layers):
    path = tmp_path / "net.safetensors"
    safetensors.numpy.save_file(torch_names(layers), path, metadata={"format": "pt"})
    with pytest.raises(InvalidInput, match="pass activation='relu'"):
        load_network(path)
    assert load_network(path, activation="tanh") == NET
    assert load_network(path, activation="tanh", order=layers) == NET
    assert load_network(path, activation="tanh", exact=True) == NET.to_exact()


def test_flax_files(tmp_path):
    path = tmp_path / "net.safetensors"
    named = {
        f"params.Dense_{layer}.kernel": np.ascontiguousarray(weight.T) for layer, weight in enumerate(WEIGHTS)
    }
    named |= {f"params.Dense_{layer}.bias": bias for layer, bias in enumerate(BIASES)}
    safetensors.numpy.save_file(named, path)
    assert load_network(path, activation="tanh") == NET


def test_the_library_reads_what_is_written(tmp_path):
    save_network(NET, tmp_path / "net.safetensors")
    arrays = safetensors.numpy.load_file(tmp_path / "net.safetensors")
    assert arrays["layers.1.weight"].tobytes() == WEIGHTS[1].tobytes()
    assert from_arrays(arrays, "tanh") == NET


def test_an_activation_that_contradicts_the_file_is_refused(tmp_path):
    path = tmp_path / "net.safetensors"
    save_network(NET, path)
    assert load_network(path, activation="tanh") == NET
    with pytest.raises(InvalidInput, match="leave activation out"):
        load_network(path, activation="relu")


def raw_file(path, dtype: str, array: np.ndarray, data: bytes, metadata: object = None) -> None:
    entry = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [0, len(data)]}
    header = {"0.weight": entry} | ({} if metadata is None else {"__metadata__": metadata})
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def test_half_precision_becomes_the_same_float32(tmp_path):
    path = tmp_path / "net.safetensors"
    halves = np.array([[1.0, -0.1, 65504.0], [6e-8, 0.0, -2.5]], dtype=np.float16)
    raw_file(path, "F16", halves, halves.tobytes())
    net = load_network(path)
    assert net.arithmetic == "float32"
    assert net.weight(0).tolist() == halves.astype(object).tolist()
    patterns = np.array([[0x3F80, 0xBF80, 0x4049], [0x0001, 0x7F7F, 0x8000]], dtype=np.uint16)
    raw_file(path, "BF16", patterns, patterns.tobytes())
    net = load_network(path)
    # Sign, 8 bits of exponent, 7 bits of mantissa.
    expected = [[1.0, -1.0, 3.140625], [2.0**-133, (2 - 2.0**-7) * 2.0**127, 0.0]]
    assert net.arithmetic == "float32"
    assert net.weight(0).tolist() == expected


@given(bits=st.integers(0, 2**16 - 1))
def test_bfloat16_by_its_definition(bits):
    sign, exponent, mantissa = bits >> 15, bits >> 7 & 0xFF, bits & 0x7F
    value = float(widened(np.array([bits], dtype=np.uint16))[0])
    if exponent == 0xFF:
        assert not np.isfinite(value)
    else:
        scale = 2.0 ** (max(exponent, 1) - 127)
        assert value == (-1) ** sign * scale * (mantissa / 128 + (exponent > 0))


def test_bfloat16_arrays_of_jax():
    dtype = pytest.importorskip("ml_dtypes").bfloat16
    arrays = {"Dense_0": {"kernel": np.array([[1.5], [-2.0]], dtype=dtype)}}
    assert from_arrays(arrays) == Network([np.array([[1.5, -2.0]], dtype="f")])


@pytest.mark.parametrize("shape", [(0, 2**62), (1,) * 70])
def test_a_shape_that_numpy_does_not_hold_is_refused(tmp_path, shape):
    data = bytes(8 * int(shape[0] > 0))
    header = {"0.weight": {"dtype": "F64", "shape": shape, "data_offsets": [0, len(data)]}}
    text = json.dumps(header).encode()
    (tmp_path / "net.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
    with pytest.raises(InvalidFile, match="shape"):
        load_network(tmp_path / "net.safetensors")


@pytest.mark.parametrize("dtype", ["I8", "I64", "F8_E4M3"])
def test_quantised_arrays_are_refused(tmp_path, dtype):
    size = 8 if dtype == "I64" else 1
    raw_file(tmp_path / "net.safetensors", dtype, np.ones((1, 2)), bytes(2 * size))
    with pytest.raises(InvalidFile, match=dtype):
        load_network(tmp_path / "net.safetensors")


@pytest.mark.parametrize(
    "description",
    ["{", '{"version": 9}', '{"version": 1, "activations": ["relu", "relu"]}', '{"version": 1}'],
)
def test_descriptions_that_do_not_fit_are_refused(tmp_path, description):
    data = np.ones((1, 2))
    raw_file(tmp_path / "net.safetensors", "F64", data, data.tobytes(), {"netbounds": description})
    with pytest.raises(InvalidFile):
        load_network(tmp_path / "net.safetensors")
