"""ONNX graphs, against onnx's own reference evaluator."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from identifiability.activations import activation
from identifiability.errors import InvalidFile
from identifiability.files.formats import load_network, save_network
from identifiability.network import Network

onnx = pytest.importorskip("onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402

F = Fraction
DATA = Path(__file__).parent.parent.parent / "shared/data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the published networks are not here")
ELEMENT = {"float32": TensorProto.FLOAT, "float64": TensorProto.DOUBLE}


def model(nodes, constants, shape=("batch", 3), dtype="float64", opset=17, output="y", **more):
    """A model of one input x; the constants are arrays by name."""
    source = helper.make_tensor_value_info("x", ELEMENT[dtype], list(shape))
    target = helper.make_tensor_value_info(output, ELEMENT[dtype], None)
    tensors = [numpy_helper.from_array(np.asarray(array), name) for name, array in constants.items()]
    graph = helper.make_graph(nodes, "graph", [source], [target], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8, **more)


def node(operator, inputs, output="y", **attributes):
    return helper.make_node(operator, inputs.split(), [output], f"the {operator}", **attributes)


def load(made, tmp_path, **options) -> Network:
    path = tmp_path / "graph.onnx"
    path.write_bytes(made.SerializeToString())
    return load_network(path, **options)


def evaluated(made, x: np.ndarray, shape=None) -> np.ndarray:
    """The values of a model at points as rows, one after the other."""
    run = ReferenceEvaluator(made)
    name = next(iter(set(run.input_names) - {tensor.name for tensor in made.graph.initializer}))
    return np.array([run.run(None, {name: row.reshape(shape or (1, -1))})[0].ravel() for row in x])


# Random chains of small integers, where floats are exact: equality, not closeness

integers = st.integers(-3, 3)
AFFINE = ("Gemm", "MatMul", "const MatMul", "Add", "Sub", "const Sub", "Mul", "Div", "Neg")
LAYOUT = ("Flatten", "Reshape", "Transpose", "Unsqueeze", "Identity", "Dropout", "Cast")


@st.composite
def chains(draw: st.DrawFn):
    nodes, constants, value = [], {}, "x"
    start = shape = draw(st.sampled_from([(1, 1), (1, 2), (1, 3), (2, 3), (3, 2), (1, 2, 2)]))

    def constant(array) -> str:
        name = f"c{len(constants)}"
        constants[name] = np.asarray(array)
        return name

    def whole(*dims):
        return np.array([draw(integers) for _ in range(int(np.prod(dims)))], dtype=np.float64).reshape(dims)

    for index in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from((*AFFINE, *AFFINE, *LAYOUT, "Relu", "Clip", "Square")))
        out, attributes = f"v{index}", {}
        inputs = [value]
        operator = kind.split()[-1]
        if kind == "Gemm":
            if len(shape) != 2 or shape[0] != 1:
                continue
            width = draw(st.integers(1, 3))
            transposed = draw(st.booleans())
            inputs.append(constant(whole(width, shape[1]) if transposed else whole(shape[1], width)))
            if draw(st.booleans()):
                inputs.append(constant(whole(*draw(st.sampled_from([(width,), (1, width), (1,)])))))
            attributes = {"transB": int(transposed), "alpha": draw(st.sampled_from([1.0, 0.5, -2.0]))}
            attributes["beta"] = draw(st.sampled_from([1.0, 0.25, 0.0]))
            shape = (1, width)
        elif kind == "MatMul":
            width = draw(st.integers(1, 3))
            inputs.append(constant(whole(shape[-1], width)))
            if len(shape) > 2 and shape[-2] != 1:
                continue
            shape = (*shape[:-1], width)
        elif kind == "const MatMul":
            if len(shape) != 2:
                continue
            width = draw(st.integers(1, 3))
            inputs.insert(0, constant(whole(width, shape[0])))
            shape = (width, shape[1])
        elif kind in ("Add", "Sub", "const Sub", "Mul"):
            dims = draw(st.sampled_from([(), (1,), shape, shape[-1:]]))
            inputs.insert(1 - kind.startswith("const"), constant(whole(*dims)))
        elif kind == "Div":
            inputs.append(constant(draw(st.sampled_from([1.0, -2.0, 4.0]))))
        elif kind == "Flatten":
            axis = draw(st.integers(0, len(shape)))
            attributes = {"axis": axis}
            shape = (int(np.prod(shape[:axis])), int(np.prod(shape[axis:])))
        elif kind == "Reshape":
            target = draw(st.sampled_from([(1, -1), (-1, 1), (-1,), (0, -1)]))
            inputs.append(constant(np.array(target)))
            shape = (
                np.empty(shape)
                .reshape([shape[k] if side == 0 else side for k, side in enumerate(target)])
                .shape
            )
        elif kind == "Transpose":
            attributes = {"perm": draw(st.permutations(range(len(shape))))}
            shape = tuple(shape[axis] for axis in attributes["perm"])
        elif kind == "Unsqueeze":
            if len(shape) > 3:
                continue
            inputs.append(constant(np.array([0])))
            shape = (1, *shape)
        elif kind == "Cast":
            attributes = {"to": TensorProto.DOUBLE}
        elif kind == "Clip":
            inputs += [constant(draw(st.sampled_from([0.0, -1.0]))), constant(1.0)]
        elif kind == "Square":
            operator, inputs = "Mul", [value, value]
        nodes.append(helper.make_node(operator, inputs, [out], **attributes))
        value = out
    nodes.append(helper.make_node("Identity", [value], ["y"]))
    points = [[draw(integers) for _ in range(math.prod(start))] for _ in range(3)]
    return model(nodes, constants, shape=start), start, np.array(points, dtype=np.float64)


@given(case=chains())
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_random_chains_compute_the_same(tmp_path, case):
    made, shape, points = case
    expected = evaluated(made, points, shape)
    exact = load(made, tmp_path, exact=True)
    got = exact(points.astype(int).tolist())
    assert got.tolist() == [[F(value) for value in row] for row in expected.tolist()]
    floats = load(made, tmp_path)
    assert floats.to_exact() == exact
    assert floats(points).tolist() == expected.tolist()


@pytest.mark.parametrize(
    "nodes",
    [
        [node("Transpose", "x", "t", perm=[1, 0]), node("Mul", "t two", "s"), node("Add", "s two", "p")],
        [node("Mul", "x three", "s"), node("Transpose", "s", "t", perm=[1, 0]), node("Add", "t two", "p")],
        [node("Add", "x three", "s"), node("Transpose", "s", "t", perm=[1, 0]), node("Mul", "t two", "p")],
        [
            node("MatMul", "square x", "s"),
            node("Transpose", "s", "t", perm=[1, 0]),
            node("Mul", "t two", "p"),
        ],
        [
            node("Add", "x three", "s"),
            node("MatMul", "square s", "t"),
            node("Transpose", "t", "p", perm=[1, 0]),
        ],
    ],
)
def test_entries_are_moved_scaled_and_mapped_in_any_order(tmp_path, nodes):
    constants = {
        "two": np.array([2.0, -0.5]),
        "three": np.array([3.0, 5.0, 7.0]),
        "square": np.array([[1.0, 2.0], [4.0, 8.0]]),
        "W": np.arange(12.0).reshape(2, 6) ** 2,
    }
    last = [node("Flatten", "p", "f", axis=0), node("Gemm", "f W", transB=1)]
    made = model([*nodes, *last], constants, shape=(2, 3))
    points = np.random.default_rng(0).integers(-9, 9, (6, 6))
    expected = evaluated(made, points.astype(float), (2, 3))
    assert load(made, tmp_path)(points).tolist() == expected.tolist()
    assert load(made, tmp_path, exact=True)(points).tolist() == expected.tolist()


# Writing: the graph computes the network

NAMES = [
    "relu", "prelu(a=1/4)", "prelu(a=1/10)", "prelu(a=3)", "prelu(a=-7)", "clipped_relu", "hard_tanh", "elu",
    "softsign", "isrlu(a=2/3)", "isru", "sigmoid", "tanh", "arctan", "softplus", "gelu", "silu", "erf", "sin",
    "repu(p=1)", "repu(p=3)", "identity", "polynomial(0,1,-1/3,2)", "polynomial(1/7)", "polynomial(2,1/3)",
]  # fmt: skip


def random_network(name: str, dtype: str, sizes=(3, 6, 5, 2)) -> Network:
    generator = np.random.default_rng(0)
    weights = [generator.standard_normal((out, inputs)).astype(dtype) for inputs, out in pairwise(sizes)]
    return Network(weights, [generator.standard_normal(out).astype(dtype) for out in sizes[1:]], name)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_computes_the_network(tmp_path, name, dtype):
    net = random_network(name, dtype)
    save_network(net, tmp_path / "net.onnx")
    made = onnx.load(tmp_path / "net.onnx")
    onnx.checker.check_model(made, full_check=True)
    x = (np.random.default_rng(1).standard_normal((50, 3)) * 3).astype(dtype)
    y = ReferenceEvaluator(made).run(None, {"x": x})[0]
    assert y.dtype == dtype
    # The reference evaluator computes Erf in float32, whatever its argument is.
    precise = dtype == "float64" and name not in ("gelu", "erf")
    scale = np.abs(net(x)).max()
    np.testing.assert_allclose(y, net(x), rtol=0, atol=(1e-13 if precise else 1e-5) * scale)
    assert load_network(tmp_path / "net.onnx") == net
    # Another slope, power, or function would be noticed.
    if name not in ("relu", "repu(p=1)"):
        other = Network(net.weights, net.biases, "relu")
        assert np.abs(other(x) - y).max() > 1e-3 * scale


@pytest.mark.parametrize("name", NAMES)
def test_without_metadata_the_graph_speaks_for_itself(tmp_path, name):
    net = random_network(name, "float64")
    save_network(net, tmp_path / "net.onnx")
    made = onnx.load(tmp_path / "net.onnx")
    del made.metadata_props[:]
    again = load(made, tmp_path)
    x = np.random.default_rng(1).standard_normal((20, 3))
    if net.activations[0].piece_degrees in ((0,), (1,)):
        # Affine maps in a row, which are composed.
        assert again.depth == 1
        np.testing.assert_allclose(again(x), net(x), rtol=1e-9, atol=1e-11)
        return
    assert [entry.name for entry in again.activations] == [entry.name for entry in net.activations]
    assert again.weights[0].tolist() == net.weights[0].tolist()
    # The parameters are now the binary fractions that the graph has.
    np.testing.assert_allclose(again(x), net(x), rtol=1e-12, atol=1e-12)


def test_metadata_are_believed_only_where_the_graph_agrees(tmp_path):
    save_network(random_network("prelu(a=1/10)", "float64"), tmp_path / "net.onnx")
    made = onnx.load(tmp_path / "net.onnx")
    for claim, believed in (
        ("prelu(a=1/10)", "prelu(a=1/10)"),
        ("prelu(a=1/10000)", None),
        ("relu", None),
        ("identity", None),
    ):
        made.metadata_props[0].value = f'{{"version": 1, "activations": ["{claim}", "{claim}"]}}'
        expected = activation(believed) if believed else activation("prelu", a=F(0.1))
        assert load(made, tmp_path).activations == (expected, expected)


@pytest.mark.parametrize("name", ["isru(a=1/3)", "isrlu(a=1/3)"])
def test_nothing_overflows_for_large_arguments(tmp_path, name):
    net = Network([np.ones((1, 1), "f"), np.ones((1, 1), "f")], activation=name)
    save_network(net, tmp_path / "net.onnx")
    x = np.array([[-1e30], [-1e-30], [1e30], [-3.4e38]], dtype="f")
    y = ReferenceEvaluator(onnx.load(tmp_path / "net.onnx")).run(None, {"x": x})[0]
    np.testing.assert_allclose(y, net(x), rtol=1e-6)


# Graphs as exporters write them

ONE = {"W": np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 0.25]]), "V": np.array([[1.0, -1.0]])}


def with_activation(*nodes, opset=20, **constants):
    """x W^T, then nodes from h to a, then V."""
    first = helper.make_node("Gemm", ["x", "W"], ["h"], transB=1)
    last = helper.make_node("Gemm", ["a", "V"], ["y"], transB=1)
    return model([first, *nodes, last], ONE | constants, opset=opset)


GELU = [node("Add", "e one", "p"), node("Mul", "h p", "m"), node("Mul", "m half", "a")]
FORMS = {
    "leaky": ("prelu(a=1/8)", [node("LeakyRelu", "h", "a", alpha=0.125)], {}),
    "leaky default": (activation("prelu", a=F(float(np.float32(0.01)))), [node("LeakyRelu", "h", "a")], {}),
    "prelu op": ("prelu(a=1/8)", [node("PRelu", "h s", "a")], {"s": np.array([0.125])}),
    "max": ("prelu(a=3)", [node("Mul", "h s", "b"), node("Max", "b h", "a")], {"s": np.array(3.0)}),
    "max with zero": ("relu", [node("Max", "zero h", "a")], {"zero": np.array([0.0])}),
    "elu": ("elu", [node("Elu", "h", "a")], {}),
    "celu": ("elu", [node("Celu", "h", "a", alpha=1.0)], {}),
    "clip": ("hard_tanh", [node("Clip", "h lo hi", "a")], {"lo": np.array(-1.0), "hi": np.array(1.0)}),
    "gelu op": ("gelu", [node("Gelu", "h", "a")], {}),
    "gelu of torch": (
        "gelu",
        [node("Div", "h root", "d"), node("Erf", "d", "e"), *GELU],
        {"root": np.array(np.sqrt(2)), "one": np.array(1.0), "half": np.array(0.5)},
    ),
    "gelu with a product": (
        "gelu",
        [node("Mul", "root h", "d"), node("Erf", "d", "e"), *GELU],
        {"root": np.array(np.sqrt(0.5)), "one": np.array(1.0), "half": np.array(0.5)},
    ),
    "silu": ("silu", [node("Sigmoid", "h", "s"), node("Mul", "s h", "a")], {}),
    "isru": (
        "isru(a=1/4)",
        [
            node("Mul", "h h", "q"),
            node("Mul", "q quarter", "r"),
            node("Add", "one r", "s"),
            node("Sqrt", "s", "t"),
            node("Div", "h t", "a"),
        ],
        {"quarter": np.array(0.25), "one": np.array(1.0)},
    ),
    "square": ("polynomial(0,0,1)", [node("Mul", "h h", "a")], {}),
    "cube": ("polynomial(0,0,0,1)", [node("Pow", "h three", "a")], {"three": np.array(3.0)}),
    "relu squared": ("repu", [node("Relu", "h", "r"), node("Mul", "r r", "a")], {}),
    "relu to an integer": (
        "repu(p=3)",
        [node("Relu", "h", "r"), node("Pow", "r n", "a")],
        {"n": np.array([3])},
    ),
    "horner": (
        "polynomial(1,2,3)",
        [
            node("Mul", "h three", "p"),
            node("Add", "two p", "q"),
            node("Mul", "h q", "r"),
            node("Add", "r one", "a"),
        ],
        {"one": np.array(1.0), "two": np.array(2.0), "three": np.array(3.0)},
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_activations_as_exporters_write_them(tmp_path, form):
    name, nodes, constants = FORMS[form]
    made = with_activation(*nodes, **constants)
    net = load(made, tmp_path)
    assert net.activations == (activation(name),)
    assert net.weights[0].tolist() == ONE["W"].tolist()
    x = np.random.default_rng(0).standard_normal((20, 3))
    tolerance = 1e-6 if "gelu" in form else 1e-13
    np.testing.assert_allclose(evaluated(made, x), net(x), rtol=tolerance, atol=tolerance)


def test_ends_of_a_clip_were_attributes(tmp_path):
    net = load(with_activation(node("Clip", "h", "a", min=0.0, max=1.0), opset=10), tmp_path)
    assert net.activations == (activation("clipped_relu"),)


def test_activations_at_the_ends_and_in_a_row_have_identities_beside_them(tmp_path):
    made = model([node("Relu", "x", "r"), node("Tanh", "r", "t"), node("Sin", "t")], {})
    net = load(made, tmp_path)
    assert net.architecture == (3, 3, 3, 3, 3)
    assert [str(entry) for entry in net.activations] == ["relu", "tanh", "sin"]
    x = np.random.default_rng(0).standard_normal((10, 3))
    np.testing.assert_allclose(evaluated(made, x), net(x), rtol=1e-14)
    assert load(model([node("Identity", "x")], {}), tmp_path).weight(0).tolist() == np.eye(3).tolist()


def test_products_with_constants_computed_in_the_graph(tmp_path):
    constant = helper.make_node("Constant", [], ["two"], value_float=2.0)
    nodes = [
        constant,
        node("Transpose", "W", "T"),
        node("Mul", "T two", "D"),
        node("MatMul", "D U", "P"),
        node("MatMul", "x P"),
    ]
    made = model(nodes, ONE | {"U": np.array([[0.1, 3.0], [0.2, -1.0]])})
    net = load(made, tmp_path, exact=True)
    first, second = (
        [[F(entry) for entry in row] for row in array]
        for array in (ONE["W"].T.tolist(), [[0.1, 3.0], [0.2, -1.0]])
    )
    expected = [
        [2 * sum(a * b for a, b in zip(row, column, strict=True)) for row in first]
        for column in zip(*second, strict=True)
    ]
    assert net.weight(0).tolist() == expected


def test_float32_products_are_rounded_once_to_float64(tmp_path):
    generator = np.random.default_rng(0)
    first, second = (
        generator.standard_normal((4, 3)).astype("f"),
        generator.standard_normal((2, 4)).astype("f"),
    )
    nodes = [node("Gemm", "x A", "h", transB=1), node("Gemm", "h B", transB=1)]
    made = model(nodes, {"A": first, "B": second}, dtype="float32")
    exact = load(made, tmp_path, exact=True)
    products = [
        [sum(F(float(b)) * F(float(a)) for b, a in zip(row, column, strict=True)) for column in first.T]
        for row in second
    ]
    assert exact.weight(0).tolist() == products
    floats = load(made, tmp_path)
    assert floats.arithmetic == "float64"
    assert floats.weight(0).tolist() == [[float(entry) for entry in row] for row in products]
    # Where nothing is lost, float32 stays.
    made = model(nodes, {"A": first, "B": np.eye(4, dtype="f") * 2}, dtype="float32")
    assert load(made, tmp_path) == Network([first * 2])


def test_normalisation_by_many_different_numbers(tmp_path):
    size = 400
    generator = np.random.default_rng(0)
    constants = {
        "mean": generator.standard_normal(size).astype("f"),
        "std": generator.uniform(0.5, 2, size).astype("f"),
        "W": generator.standard_normal((128, size)).astype("f"),
    }
    # Some quotients are float32 numbers, and most are not.
    constants["std"][:3] = 1
    nodes = [node("Sub", "x mean", "c"), node("Div", "c std", "n"), node("Gemm", "n W", transB=1)]
    # Without a shift, only the quotients tell that float32 does not hold the network.
    unshifted = [node("Div", "x std", "n"), nodes[-1]]
    made = model(unshifted, constants, shape=("n", size), dtype="float32")
    assert load(made, tmp_path).arithmetic == "float64"
    made = model(nodes, constants, shape=("n", size), dtype="float32")
    net = load(made, tmp_path)
    for column in (0, 7):
        expected = F(float(constants["W"][3, column])) / F(float(constants["std"][column]))
        assert net.weight(0)[3, column] == float(expected)
    x = generator.standard_normal((5, size)).astype("f")
    np.testing.assert_allclose(evaluated(made, x), net(x), rtol=1e-3, atol=1e-3)


def test_half_precision_constants_become_the_same_float32(tmp_path):
    halves = np.array([[1.5, -0.1, 2.0]], dtype=np.float16)
    net = load(model([node("Gemm", "x W", transB=1)], {"W": halves}, dtype="float32"), tmp_path)
    assert net.arithmetic == "float32"
    assert net.weight(0).tolist() == halves.tolist()
    typed = helper.make_tensor("W", TensorProto.BFLOAT16, [1, 3], [1.5, -2.0, 0.5])
    made = model([node("Gemm", "x W", transB=1)], {}, dtype="float32")
    made.graph.initializer.append(typed)
    assert load(made, tmp_path).weight(0).tolist() == [[1.5, -2.0, 0.5]]


@pytest.mark.parametrize("kind", [TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16])
def test_constants_in_typed_fields(tmp_path, kind):
    made = model([node("Gemm", "x W", transB=1)], {})
    made.graph.initializer.append(helper.make_tensor("W", kind, [1, 3], [1.5, -2.0, 0.5]))
    assert load(made, tmp_path).weight(0).tolist() == [[1.5, -2.0, 0.5]]


def test_sparse_and_empty_layers_are_written(tmp_path):
    net = Network(
        [scipy.sparse.csr_array([[0.0, 1.0]]), np.empty((0, 1)), np.empty((2, 0))], [[0.5], [], [1.0, 2.0]]
    )
    save_network(net, tmp_path / "net.onnx")
    assert load_network(tmp_path / "net.onnx") == net
    x = np.array([[1.0, 2.0]])
    assert ReferenceEvaluator(onnx.load(tmp_path / "net.onnx")).run(None, {"x": x})[0].tolist() == [
        [1.0, 2.0]
    ]


# What is refused


def refusals():
    big = np.ones((3, 3))
    yield "Conv", model([node("Conv", "x W")], ONE), "'the Conv', a Conv"
    yield "softmax", model([node("Gemm", "x W", "h", transB=1), node("Softmax", "h")], ONE), "a Softmax"
    yield (
        "custom",
        model([helper.make_node("Relu", ["x"], ["y"], "mine", domain="my.own")], {}),
        "my.own.Relu",
    )
    yield "residual", model([node("Relu", "x", "h"), node("Add", "x h")], {}), "2 inputs that vary"
    gate = [node("Neg", "h", "n"), node("Sigmoid", "n", "s"), node("Mul", "h s", "a")]
    yield "gate", with_activation(*gate), "2 inputs that vary"
    yield "transA", model([node("Gemm", "x M", transA=1)], {"M": big}), "transposes"
    yield "quotient", model([node("Div", "M x")], {"M": big}), "divides by what varies"
    yield "zero", model([node("Div", "x z")], {"z": np.array(0.0)}), "divides by zero"
    yield "shape", model([node("MatMul", "x M")], {"M": np.ones((4, 2))}), "does not fit the shape"
    yield "spread", model([node("Add", "x M")], {"M": np.ones((5, 3))}), "does not fit the shape"
    yield "axis", model([node("Flatten", "x", axis=7)], {}), "axis 7"
    yield "reshape", model([node("Reshape", "x s")], {"s": np.array([2, 2])}), "does not fit the shape"
    yield "elu", with_activation(node("Elu", "h", "a", alpha=2.0)), "alpha"
    yield "leaky", with_activation(node("LeakyRelu", "h", "a", alpha=2.0)), "slope"
    yield "prelu op", with_activation(node("PRelu", "h s", "a"), s=np.array([2.0])), "slope"
    yield "slopes", with_activation(node("PRelu", "h s", "a"), s=np.array([0.1, 0.2])), "one slope"
    yield "clip", with_activation(node("Clip", "h l u", "a"), l=np.array(0.0), u=np.array(6.0)), "a Clip"
    yield "gelu", with_activation(node("Gelu", "h", "a", approximate="tanh")), "tanh"
    yield "cast", model([node("Cast", "x", to=TensorProto.INT64)], {}), "leaves the floats"
    training = [helper.make_node("Dropout", ["x", "", "t"], ["y"])]
    yield "training", model(training, {"t": np.array(True)}), "training mode"
    yield "mask", model([helper.make_node("Dropout", ["x"], ["d", "y"])], {}), "no value"
    yield (
        "circle",
        model([node("Relu", "a", "b"), node("Relu", "b", "a"), node("Add", "x a")], {}),
        "second time|does not depend|before its use|varies|inputs",
    )
    yield "nowhere", model([node("Relu", "x", "z")], {}), "does not depend"
    yield "constant", model([node("Relu", "c")], {"c": np.ones(3)}), "does not depend"
    yield "nan", model([node("MatMul", "x M")], {"M": big * np.nan}), "not finite"
    yield "old", model([node("Relu", "x")], {}, opset=6), "operator set is 6"
    yield "open", model([node("Relu", "x")], {}, shape=("n", "m")), "left open"
    yield "wide", model([node("Relu", "x")], {}, shape=("n", 2**40)), "too large"
    yield "identity", model([node("Relu", "x")], {}, shape=("n", 2**23)), "units"
    yield "int", model([node("MatMul", "x M")], {"M": np.ones((3, 2), dtype=np.int64)}), "does not fit"


@pytest.mark.parametrize(
    ("made", "message"), [case[1:] for case in refusals()], ids=[case[0] for case in refusals()]
)
def test_other_graphs_are_refused_by_name(tmp_path, made, message):
    with pytest.raises(InvalidFile, match=message):
        load(made, tmp_path)


def test_data_in_other_files_are_refused(tmp_path):
    made = model([node("MatMul", "x M")], {"M": np.ones((3, 2))})
    onnx.save(
        made, tmp_path / "net.onnx", save_as_external_data=True, size_threshold=0, location="weights.bin"
    )
    with pytest.raises(InvalidFile, match="in another file"):
        load_network(tmp_path / "net.onnx")


@pytest.mark.parametrize("inputs", [0, 2])
def test_one_input_and_one_output(tmp_path, inputs):
    made = model([node("Relu", "x")], {})
    del made.graph.input[:]
    made.graph.input.extend(helper.make_tensor_value_info(name, 1, [1, 3]) for name in "xz"[:inputs])
    with pytest.raises(InvalidFile, match=f"{inputs} inputs"):
        load(made, tmp_path)
    made = model([node("Relu", "x")], {})
    made.graph.output.append(helper.make_tensor_value_info("x", 1, [1, 3]))
    with pytest.raises(InvalidFile, match="2 outputs"):
        load(made, tmp_path)


def test_a_tensor_that_does_not_fill_its_shape_is_refused(tmp_path):
    made = model([node("MatMul", "x M")], {"M": np.ones((3, 2))})
    for dims in ([3, 3], [2**40, 2**40], [-3, -2]):
        del made.graph.initializer[0].dims[:]
        made.graph.initializer[0].dims.extend(dims)
        with pytest.raises(InvalidFile, match="entries for the shape"):
            load(made, tmp_path)


@pytest.mark.parametrize("dims", [[0, 2**62], [1] * 70])
def test_a_shape_that_numpy_does_not_hold_is_refused(tmp_path, dims):
    made = model([node("MatMul", "x M")], {"M": np.ones(int(dims[0] > 0))})
    del made.graph.initializer[0].dims[:]
    made.graph.initializer[0].dims.extend(dims)
    with pytest.raises(InvalidFile, match="too large for an array"):
        load(made, tmp_path)


def many(operator, length, *extra):
    names = ["x", *(f"v{k}" for k in range(length - 1)), "y"]
    return [helper.make_node(operator, [before, *extra], [after]) for before, after in pairwise(names)]


NORMAL = np.random.default_rng(0).standard_normal((100, 100))
SQUARES = [
    helper.make_node("Mul", [before] * 2, [after]) for before, after in pairwise("cdefghijklmnopqrstuvwz")
]


@pytest.mark.parametrize(
    "made",
    [
        model(many("Mul", 20_000, "c"), {"c": np.array(1.1)}),
        pytest.param(model(many("Relu", 20_000), {}, shape=("n", 10_000)), marks=pytest.mark.slow),
        pytest.param(model(many("MatMul", 500, "M"), {"M": NORMAL}, shape=(1, 100)), marks=pytest.mark.slow),
        model([*SQUARES, node("Mul", "x z")], {"c": np.array(1.1)}),
        model(
            [node("Add", "a b", "c"), node("MatMul", "x c")],
            {"a": np.ones((1, 10**5)), "b": np.ones((10**5, 1))},
        ),
    ],
    ids=["scaled often", "wide often", "composed often", "squared often", "spread"],
)
def test_graphs_that_would_take_forever_are_refused(tmp_path, made):
    with pytest.raises(InvalidFile):
        load(made, tmp_path)


@pytest.mark.parametrize("value", [b"text", [1.0, 2.0], float("nan"), float("inf")])
@pytest.mark.parametrize(
    ("operator", "name"), [("LeakyRelu", "alpha"), ("Elu", "alpha"), ("Gelu", "approximate")]
)
def test_attributes_of_other_types_are_refused(tmp_path, operator, name, value):
    with pytest.raises(InvalidFile):
        load(with_activation(node(operator, "h", "a", **{name: value})), tmp_path)


@pytest.mark.parametrize("value", [b"text", [1.0, 2.0], float("nan")])
@pytest.mark.parametrize("name", ["alpha", "beta", "transA", "transB"])
def test_attributes_of_a_product_are_numbers(tmp_path, name, value):
    with pytest.raises(InvalidFile, match=f"no finite number as its {name}"):
        load(model([node("Gemm", "x W", **{name: value})], {"W": np.ones((3, 2))}), tmp_path)


def test_a_deep_chain_is_no_problem(tmp_path):
    made = model([*many("Relu", 3000)], {})
    assert load(made, tmp_path).depth == 3001


# Published networks


@needs_data
@pytest.mark.parametrize(
    ("name", "architecture"),
    [
        ("acasxu/ACASXU_experimental_v2a_1_1", (5, 50, 50, 50, 50, 50, 50, 5)),
        ("onnx/fc1", (2, 25, 25, 25, 2)),
        ("onnx/fc2", (784, 10)),
        ("onnx/fc_2-2-3", (2, 2, 3)),
        ("onnx/fc_2-2sigmoids-3", (2, 2, 3)),
        ("onnx/fc_matMul", (125, 50, 5)),
    ],
)
def test_published_graphs_compute_the_same(name, architecture):
    made = onnx.load(DATA / f"{name}.onnx")
    net = load_network(DATA / f"{name}.onnx")
    assert net.architecture == architecture
    constants = {tensor.name for tensor in made.graph.initializer}
    source = next(value for value in made.graph.input if value.name not in constants)
    shape = [side.dim_value or 1 for side in source.type.tensor_type.shape.dim]
    x = np.random.default_rng(0).standard_normal((20, architecture[0])).astype("f")
    y = evaluated(made, x, shape)
    np.testing.assert_allclose(y, net(x), rtol=1e-4, atol=1e-4 * np.abs(y).max())
    exact = load_network(DATA / f"{name}.onnx", exact=True)
    assert exact.to_float(net.arithmetic) == net


@needs_data
def test_a_published_convolution_is_refused_by_name():
    with pytest.raises(InvalidFile, match=r"'conv2d/Conv2D', a Conv,"):
        load_network(DATA / "onnx/KJ_TinyTaxiNet.onnx")
