"""The .nnet text format, against an evaluator written from its description, and the ACAS Xu networks."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from identifiability.errors import InvalidFile
from identifiability.files.formats import load_network, save_network
from identifiability.network import Network

F = Fraction
DATA = Path(__file__).parent.parent.parent / "shared/data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the published networks are not here")

SMALL = """// a comment
//another, with numbers: 1, 2
2,2,1,3,
2,3,1,
0,
-10.0,-10.0,
10.0,1.0e1,
0.1,-0.5,7.0,
2.0,3.0,10.0,
0.1,-0.25,
1e-1,2.5E+0,
-1,.5,
0.5,
-0.7,
1.,
1.0,-2.0,0.3,
0.125,
"""


def evaluate(text: str, x: list, number) -> object:
    """What the description of the format says, line by line; number reads a decimal."""
    lines = [line.rstrip(",").split(",") for line in text.splitlines() if not line.startswith("//")]
    sizes = [int(entry) for entry in lines[1]]
    means, ranges = ([number(entry) for entry in line] for line in lines[5:7])
    values = [(entry - mean) / span for entry, mean, span in zip(x, means, ranges, strict=False)]
    at = 7
    for layer, out in enumerate(sizes[1:]):
        rows = [[number(entry) for entry in line] for line in lines[at : at + out]]
        shifts = [number(line[0]) for line in lines[at + out : at + 2 * out]]
        at += 2 * out
        values = [
            sum((w * v for w, v in zip(row, values, strict=True)), number("0")) + shift
            for row, shift in zip(rows, shifts, strict=True)
        ]
        if layer < len(sizes) - 2:
            values = [max(value, number("0")) for value in values]
    assert at == len(lines)
    return [value * ranges[-1] + means[-1] for value in values]


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.nnet"
    path.write_text(SMALL)
    return path


POINTS = [[F(1, 3), F(-2)], [F(5), F(7, 2)], [F(-1), F(0)], [F(0), F(9)]]


def test_decimals_and_normalisation_are_exact(small):
    net = load_network(small, exact=True, normalisation="apply")
    for point in POINTS:
        assert net(point).tolist() == evaluate(SMALL, point, F)
    kept = load_network(small, exact=True)
    assert kept.weight(0)[0].tolist() == [F(1, 10), F(-1, 4)]
    assert kept == load_network(small, exact=True, normalisation="keep")
    assert kept != net


@pytest.mark.parametrize("line", range(5, 17))
def test_every_number_of_the_text_matters_or_is_no_part_of_the_network(tmp_path, line):
    lines = SMALL.splitlines()
    changed = lines.copy()
    changed[line] = "0.75" + changed[line][changed[line].index(",") :]
    path = tmp_path / "changed.nnet"
    path.write_text("\n".join(changed))
    net = load_network(path, exact=True, normalisation="apply")
    values = [net(point).tolist() for point in POINTS]
    assert values == [evaluate("\n".join(changed), point, F) for point in POINTS]
    original = [evaluate(SMALL, point, F) for point in POINTS]
    assert (values != original) == (line not in (5, 6))


def test_floats_are_the_nearest(small):
    kept = load_network(small)
    assert kept.arithmetic == "float64"
    assert kept.weight(0).tolist() == [[0.1, -0.25], [0.1, 2.5], [-1.0, 0.5]]
    assert kept == load_network(small, exact=True).to_float()
    # Composed exactly and rounded once, which rounding at each step is not.
    applied = load_network(small, normalisation="apply")
    assert applied == load_network(small, exact=True, normalisation="apply").to_float()
    assert applied.bias(0)[0] == float(F(1, 2) - F(1, 10) * F(1, 10) / 2 - F(1, 4) * F(1, 2) / 3)


def test_one_layer_takes_both_normalisations(tmp_path):
    path = tmp_path / "affine.nnet"
    path.write_text("1,1,1,1,\n1,1,\n0,\n0,\n1,\n2,5,\n4,3,\n8,\n1,\n")
    net = load_network(path, exact=True, normalisation="apply")
    assert net.weight(0).tolist() == [[F(8 * 3, 4)]]
    assert net.bias(0).tolist() == [(1 - F(8 * 2, 4)) * 3 + 5]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("0.1,-0.25,\n", "0.1,-0.25,3\n", "14 weights|15 weights"),
        ("0.125,\n", "", "makes? 13|make 13"),
        ("2,2,1,3,", "3,2,1,3,", "says 3 layers"),
        ("2,2,1,3,", "2,4,1,3,", "4 inputs"),
        ("2,2,1,3,", "2,,1,3,", "layer size"),
        ("2,3,1,", "2,3.5,1,", "layer size '3.5'"),
        ("2,3,1,", "2,99999999999999999,1,", "its sizes make"),
        ("2,3,1,", "2,9999999999999999999,1,", "layer size"),
        ("-10.0,-10.0,", "-10.0,", "for 2 inputs"),
        ("0.1,-0.5,7.0,", "0.1,-0.5,", "for 2 inputs"),
        ("0.125", "nan", "'n' among its numbers"),
        ("0.125", "1_0", "'_' among its numbers"),
        ("0.125", "1/8", "'/' among its numbers"),
        ("0.125", "١", "among its numbers"),
        ("0.125", "1e", "entry '1e'"),
        ("0.125", "1 2", "entry '1 2'"),
        ("0.125", "--1", "entry '--1'"),
        ("0.125", "", "entry ''"),
        ("0.125", "1e999", "too large for a float"),
    ],
)
def test_texts_with_one_thing_wrong_are_refused(tmp_path, old, new, message):
    path = tmp_path / "wrong.nnet"
    path.write_text(SMALL.replace(old, new, 1))
    with pytest.raises(InvalidFile, match=message):
        load_network(path)


def test_large_numbers_are_read_exactly(tmp_path):
    path = tmp_path / "large.nnet"
    path.write_text(SMALL.replace("0.125", "1e999"))
    assert load_network(path, exact=True).bias(1).tolist() == [F(10) ** 999]
    path.write_text(SMALL.replace("0.125", "1e99999999"))
    with pytest.raises(InvalidFile, match="exponent"):
        load_network(path, exact=True)


def test_a_range_of_zero_is_refused_only_where_it_divides(tmp_path):
    path = tmp_path / "zero.nnet"
    path.write_text(SMALL.replace("2.0,3.0,10.0", "2.0,0.0,10.0"))
    assert load_network(path).depth == 2
    with pytest.raises(InvalidFile, match="range that is 0"):
        load_network(path, normalisation="apply")


def test_what_is_written_reads_by_the_description(tmp_path):
    generator = np.random.default_rng(0)
    net = Network(
        [generator.standard_normal((4, 3)), generator.standard_normal((2, 4))],
        [generator.standard_normal(4), generator.standard_normal(2)],
    )
    save_network(net, tmp_path / "net.nnet")
    text = (tmp_path / "net.nnet").read_text()
    x = generator.standard_normal(3)
    np.testing.assert_allclose(evaluate(text, x.tolist(), float), net(x), rtol=1e-13)


# Published networks


@needs_data
@pytest.mark.parametrize("name", ["1_1", "2_7", "5_9"])
def test_acas_xu_is_the_same_function_in_both_formats(name):
    folder = DATA / "acasxu"
    text = load_network(folder / f"ACASXU_experimental_v2a_{name}.nnet")
    graph = load_network(folder / f"ACASXU_experimental_v2a_{name}.onnx")
    assert text.architecture == graph.architecture == (5, 50, 50, 50, 50, 50, 50, 5)
    x = np.random.default_rng(0).uniform(-0.5, 0.5, (200, 5))
    np.testing.assert_allclose(text(x), graph.to_float("float64")(x), atol=1e-5)
    assert np.abs(text(x)).max() > 0.01
    for layer in range(7):
        assert (text.weight(layer).astype("f") == graph.weight(layer)).mean() > 0.9


@needs_data
@pytest.mark.parametrize("name", ["acasxu/ACASXU_experimental_v2a_1_1.nnet", "nnet/mnist20x20.nnet"])
def test_published_texts_by_the_description(name):
    path = DATA / name
    net = load_network(path, normalisation="apply")
    x = np.random.default_rng(0).uniform(0, 1, net.architecture[0])
    np.testing.assert_allclose(net(x), evaluate(path.read_text(), x.tolist(), float), rtol=1e-9)
    exact = load_network(path, exact=True, normalisation="apply")
    assert exact.is_exact
    assert exact.to_float() == net
