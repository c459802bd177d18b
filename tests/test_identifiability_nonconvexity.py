"""Midpoints with too many singularities, too many independent realisations, and the reasons for none."""

from __future__ import annotations

import cmath
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, arb_mat, ctx

from identifiability.activations import activation
from identifiability.composition import linear_combination
from identifiability.errors import InvalidInput
from identifiability.network import Network
from identifiability.realisation_sets import centre_bound, nonconvexity_witness
from identifiability.realisation_sets.independence import IndependentRealisations, independent_realisations
from identifiability.realisation_sets.shapes import shape
from identifiability.realisation_sets.singular_points import (
    MidpointSingularities,
    singular_abscissae,
    singularity,
)

TABLE = ["relu", "prelu(1/4)", "prelu(2)", "elu", "softsign", "isrlu(1/9)", "isru(4)", "sigmoid", "tanh"]
TABLE += ["arctan", "softplus"]
OTHERS = ["prelu(-1)", "clipped_relu", "hard_tanh", "gelu", "silu", "erf", "sin", "repu(2)", "repu(3)"]
ARCHITECTURES = [(1, 1, 1), (1, 2, 1), (2, 3, 1), (1, 2, 2, 1), (3, 2, 2, 2, 1)]


@pytest.mark.parametrize("name", [*TABLE, *OTHERS])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_deep_architecture_has_a_witness(name: str, architecture: tuple[int, ...]) -> None:
    witness = nonconvexity_witness(name, architecture)
    assert witness.exists
    assert witness.certificate is not None
    assert witness.certificate.check()
    assert witness.network(0).architecture == architecture
    assert witness.weights(0).upper is not None
    assert max(map(len, str(witness).splitlines())) <= 100
    assert witness.to_json()["networks"] == str(witness.size)


# Independence.


@pytest.mark.parametrize("name", [*TABLE, *OTHERS])
@pytest.mark.parametrize("architecture", [(1, 1, 1), (2, 3, 1), (1, 2, 2, 1)])
def test_determinants_of_the_networks_values_are_not_zero(name: str, architecture: tuple[int, ...]) -> None:
    proof = independent_realisations(activation(name), architecture)
    assert proof is not None
    assert proof.check()
    assert proof.count == centre_bound(architecture) + 1
    size, seen = proof.count, shape(proof.activation)
    steps = [Fraction(1)] if seen is None else [Fraction(1, 2), Fraction(-1, 2)]
    signs = [1] if seen is None else [1, -1]
    if seen is not None and seen.family == "kink":
        steps, signs = [Fraction(1), Fraction(0), Fraction(-1)], [1, -2, 1]
    with ctx.workprec(1500):
        # Rows of differences of the values of the networks themselves, and for sin of values.
        nodes = [2 * (i + 1 + step) / (size + 1) - 1 for i in range(size) for step in steps]
        if name == "sin":
            nodes = [Fraction(i + 1, size) for i in range(size)]
        points = [[arb(x.numerator) / x.denominator, *[arb(0)] * (architecture[0] - 1)] for x in nodes]
        columns = []
        for j in range(size):
            values = proof.network(j)(points)[:, 0].reshape(size, -1)
            columns.append((values @ np.array(signs, dtype=object)).tolist())
        determinant = arb_mat(columns).det()
        assert not determinant.contains(0)
        if seen is not None:
            assert abs(determinant) > _ball(proof.excess()) ** size * 0.999
        # Two equal realisations have the determinant 0.
        assert arb_mat([*columns[:-1], columns[0]]).det().contains(0)


@pytest.mark.parametrize(
    "name", [name for name in [*TABLE, *OTHERS] if name not in ("sin", "repu(2)", "repu(3)")]
)
def test_the_matrix_of_differences_is_dominant_row_by_row(name: str) -> None:
    proof = independent_realisations(activation(name), (1, 2, 2, 1))
    assert proof is not None
    size, excess = proof.count, float(arb(0) + _ball(proof.excess()))
    entries = [float(_ball(entry)) for entry in proof.row()]
    matrix = np.array([[entries[i - j + size - 1] for j in range(size)] for i in range(size)])
    assert (2 * abs(np.diag(matrix)) - abs(matrix).sum(axis=1) >= excess * (1 - 1e-9)).all()
    assert abs(np.linalg.slogdet(matrix)[1]) < np.inf
    assert np.linalg.slogdet(matrix)[1] >= size * np.log(excess) - 1e-6
    # The entries are differences of the values of the networks.
    step = 2 / (size + 1)
    order = 1 if shape(proof.activation).family == "step" else 2  # type: ignore[union-attr]
    offsets = {1: [0.5, -0.5], 2: [1, 0, -1]}[order]
    signs = {1: [1, -1], 2: [1, -2, 1]}[order]
    net = proof.network(3)
    for i in range(size):
        values = net(np.array([[-1 + step * (i + 1 + offset)] for offset in offsets]))[:, 0]
        assert values @ signs == pytest.approx(matrix[i, 3], abs=1e-6)


def _ball(value: Fraction | arb) -> arb:
    return value if isinstance(value, arb) else arb(value.numerator) / value.denominator


@pytest.mark.parametrize("name", [name for name in TABLE if name not in ("relu", "prelu(1/4)", "prelu(2)")])
def test_flat_profiles_and_too_few_networks_are_rejected(name: str) -> None:
    proof = independent_realisations(activation(name), (1, 2, 1))
    assert proof is not None
    assert not replace(proof, steepness=Fraction(1, 50)).check()
    assert not replace(proof, count=proof.count - 1).check()
    assert not replace(proof, architecture=(1, 3, 1)).check()
    assert not replace(proof, activation=activation("polynomial(0, 1, 1)")).check()


def test_independence_of_realisations_of_huge_architectures_takes_no_time() -> None:
    witness = nonconvexity_witness("tanh", (10, 10**6, 10**6, 1))
    assert witness.size == centre_bound((10, 10**6, 10**6, 1)) + 1
    assert isinstance(witness.certificate, IndependentRealisations)
    assert witness.certificate.check()
    refused = nonconvexity_witness("gelu", (10, 100, 100, 1))
    assert not refused.exists


def test_sines_have_a_lowest_frequency() -> None:
    # The Fourier coefficient of the chain at its lowest frequency, by the trapezoidal rule.
    angles = 2 * np.pi * np.arange(64) / 64
    for architecture in [(1, 1, 1), (1, 1, 1, 1), (1, 1, 1, 1, 1)]:
        proof = independent_realisations(activation("sin"), architecture)
        assert proof is not None
        for j in range(3):
            values = proof.network(j).to_float()(angles[:, None])[:, 0]
            spectrum = np.abs(np.fft.rfft(values)) / 32
            assert spectrum[: j + 1].max() < 1e-12
            assert spectrum[j + 1] > 0.5


# Singular midpoints.


@pytest.mark.parametrize("name", [name for name in [*TABLE, *OTHERS] if name not in ("gelu", "erf", "sin")])
@pytest.mark.parametrize("architecture", [(1, 1, 1), (1, 2, 1), (3, 4, 1)])
def test_midpoints_have_too_many_singularities(name: str, architecture: tuple[int, ...]) -> None:
    witness = nonconvexity_witness(name, architecture, certificate="singularities")
    proof = witness.certificate
    assert isinstance(proof, MidpointSingularities)
    assert proof.check()
    each = max(1, len(activation(name).breakpoints))
    assert len(proof.abscissae) == 2 * each * architecture[1]
    assert (witness.network(0), witness.network(1)) == (proof.first, proof.second)
    # Abscissae that coincide, vanishing units, and a network of its own are rejected.
    assert not replace(proof, second=proof.first).check()
    first = proof.first
    gone = Network([first.weight(0), first.weight(1) * 0], [first.bias(0), [0]], activation=name)
    assert not replace(proof, first=gone).check()
    outside = Network([first.weight(0), first.weight(1)], [first.bias(0) - 1000, [0]], activation=name)
    assert not replace(proof, first=outside).check()


@pytest.mark.parametrize("name", ["relu", "prelu(1/4)", "clipped_relu", "hard_tanh"])
def test_the_midpoint_breaks_exactly_at_the_abscissae(name: str) -> None:
    proof = nonconvexity_witness(name, (1, 3, 1), certificate="singularities").certificate
    assert isinstance(proof, MidpointSingularities)
    middle = linear_combination(["1/2", "1/2"], [proof.first, proof.second])
    tiny = Fraction(1, 10**6)
    for place in proof.abscissae:
        left, here, right = middle([[place - tiny], [place], [place + tiny]])[:, 0]
        assert left - 2 * here + right != 0
    for low, high in zip(proof.abscissae, proof.abscissae[1:], strict=False):
        left, here, right = middle([[low], [(low + high) / 2], [high]])[:, 0]
        assert left - 2 * here + right == 0


@pytest.mark.parametrize(
    ("function", "point"),
    [
        (lambda z: 1 / (1 + cmath.exp(-z)), cmath.pi * 1j),
        (lambda z: cmath.tanh(z), cmath.pi / 2 * 1j),
        (lambda z: z / (1 + cmath.exp(-z)), cmath.pi * 1j),
        (lambda z: 1 / (1 + z * z), 1j),  # the derivative of arctan
        (lambda z: (1 + 4 * z * z) ** -1.5, 0.5j),  # the derivative of isru with a = 4
    ],
)
def test_complex_singularities_are_above_zero(function: object, point: complex) -> None:
    near = [abs(function(point * (1 - 10.0**-k))) for k in (2, 4, 6)]  # type: ignore[operator]
    assert near[0] > 5
    assert near[2] > 50 * near[1] > 2500 * near[0] / 2


def test_singularities_of_units() -> None:
    assert singularity(activation("softsign")) == "a jump of the derivative of order 2 at 0"
    assert singularity(activation("isrlu(2)")) == "a jump of the derivative of order 3 at 0"
    net = Network([[[2], [4]], [[1, 1]]], [[1, 0], [0]], activation="hard_tanh")
    assert singular_abscissae(net) == [-1, 0, Fraction(-1, 4), Fraction(1, 4)]
    assert singular_abscissae(Network([[[0]], [[1]]])) is None
    assert nonconvexity_witness("erf", (1, 2, 1), certificate="singularities").reason is not None


# Where there is none.


@pytest.mark.parametrize(
    ("name", "architecture", "reason"),
    [
        ("tanh", (3, 1), "L = 1"),
        ("identity", (3, 4, 1), "linear space"),
        ("prelu(1)", (3, 4, 1), "linear space"),
        ("polynomial(2)", (3, 4, 1), "constants"),
        ("polynomial(0, 0, 1)", (1, 2, 1), "finite dimension"),
    ],
)
def test_reasons(name: str, architecture: tuple[int, ...], reason: str) -> None:
    witness = nonconvexity_witness(name, architecture)
    assert not witness.exists
    assert reason in (witness.reason or "")
    assert reason in " ".join(str(witness).split())
    assert witness.to_json()["at"] == []
    with pytest.raises(InvalidInput, match="no network"):
        witness.network(0)


def test_midpoints_of_affine_functions_and_of_squares_are_realised() -> None:
    f, g = Network([[[1]]], [[2]]), Network([[[5]]], [[-1]])
    middle = linear_combination(["1/2", "1/2"], [f, g])
    assert middle.architecture == f.architecture
    # Every quadratic polynomial is a realisation of (1, 2, 1) with x^2.
    square = "polynomial(0, 0, 1)"
    f, g = (Network([[[1], [a]], [[1, 2]]], [[0, 1], [0]], activation=square) for a in (2, 3))
    grid = [[Fraction(k)] for k in range(-2, 3)]
    values = linear_combination(["1/2", "1/2"], [f, g])(grid)
    # (x^2 + 2(2x + 1)^2)/2 + (x^2 + 2(3x + 1)^2)/2 = 14 x^2 + 10 x + 2 = 14 (x + 5/14)^2 + 3/14
    same = Network([[[1], [0]], [[14, 0]]], [[Fraction(5, 14), 0], [Fraction(3, 14)]], activation=square)
    assert (values == same(grid)).all()


def test_bad_input() -> None:
    with pytest.raises(InvalidInput, match="certificate must be one of"):
        nonconvexity_witness("relu", (1, 2, 1), certificate="convex")
    with pytest.raises(InvalidInput, match="one output"):
        nonconvexity_witness("relu", (1, 2, 2))
    with pytest.raises(InvalidInput, match="at least 1"):
        nonconvexity_witness("relu", (1, 0, 1))
    with pytest.raises(InvalidInput, match="at most"):
        nonconvexity_witness("relu", (1, 2, 1)).network(100)
    with pytest.raises(InvalidInput, match="no activation"):
        nonconvexity_witness("swish", (1, 2, 1))
