"""Figures of ReLU geometry and of sets of realisations: what is drawn is computed here in another way."""

import itertools
import math
from fractions import Fraction

import matplotlib
import numpy as np
import pytest
from click.testing import CliRunner
from flint import arb
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrow, Wedge
from matplotlib.text import Annotation, Text

from bounds.cli.plot import command
from bounds.plots.arrangements import plot_arrangement, random_network
from bounds.plots.closedness import DRAWN, MEASURED, plot_closedness
from bounds.plots.pathologies import heading, plot_pathology
from bounds.plots.style import BLUE, GRAY, ORANGE, save
from identifiability.errors import InvalidInput, InvalidNetwork
from identifiability.files.formats import save_network
from identifiability.network import Network
from identifiability.realisation_sets import nonclosedness_witness
from identifiability.relu import PATHOLOGIES, pathology, read_shallow, sobolev_seminorm


def relu_sum(net, x):
    """The network by its definition, in floats."""
    shallow = read_shallow(net)
    rows = np.array(shallow.rows, dtype=float)
    return np.maximum(x @ rows.T, 0) @ np.array(shallow.outer, dtype=float)[:, 0]


def texts_inside(axes):
    """Whether all texts of the figure, titles and legends included, lie on it."""
    figure = axes.get_figure(root=True)
    figure.draw_without_rendering()
    # Labels of ticks beyond the limits are not drawn.
    ticks = {label for panel in figure.axes for label in [*panel.get_xticklabels(), *panel.get_yticklabels()]}
    for text in set(figure.findobj(Text)) - ticks:
        if text.get_text() and text.get_visible() and not isinstance(text, Annotation):
            box = Text.get_window_extent(text)
            if box.x0 < -1 or box.y0 < -1 or box.x1 > figure.bbox.x1 + 1 or box.y1 > figure.bbox.y1 + 1:
                return False
    return True


# Pathologies


def wrong_maps(panels, pairs, values=relu_sum):
    """Which maps are not those of the networks."""
    found = []
    ticks = np.linspace(-1, 1, 201)
    for number, pair in enumerate(pairs):
        inputs = pair.gamma.architecture[0]
        points = np.zeros((ticks.size, ticks.size, inputs))
        points[..., 0], points[..., -1] = ticks[None, :], ticks[:, None]
        for place, net in ((1, pair.gamma), (2, pair.target)):
            (image,) = panels[3 * number + place].get_images()
            expected = values(net, points.reshape(-1, inputs)).reshape(ticks.size, ticks.size)
            if image.get_extent() != [-1, 1, -1, 1] or image.origin != "lower":
                found.append((number, place, "extent"))
            if not np.allclose(image.get_array(), expected, atol=1e-12 * max(1, np.abs(expected).max())):
                found.append((number, place, "values"))
    return found


@pytest.mark.parametrize("name", [name for name in PATHOLOGIES if name != "A.1"])
def test_maps_are_those_of_the_networks(name):
    indices = [1, Fraction(5, 2)]
    panels = plot_pathology(name, indices)
    pairs = [pathology(name, k) for k in indices]
    assert wrong_maps(panels, pairs) == []
    assert [panels[3 * i].get_title() for i in range(2)] == [heading(pair) for pair in pairs]
    assert texts_inside(panels[0])


def test_wrong_maps_are_found():
    panels = plot_pathology("2.1", [2, 3])
    pairs = [pathology("2.1", k) for k in (2, 3)]
    assert wrong_maps(panels, pairs) == []
    assert wrong_maps(panels, [pairs[0], pairs[0]]) == [(1, 2, "values")]
    turned = wrong_maps(panels, pairs, lambda net, x: relu_sum(net, x[:, ::-1]))
    assert turned == [(0, 2, "values"), (1, 2, "values")]


def drawn_arrows(axes):
    """End points and colours of the arrows, thick gray ones first."""
    return [
        (tuple(note.xy), note.arrow_patch.get_facecolor(), note.arrow_patch.get_linewidth())
        for note in axes.texts
        if isinstance(note, Annotation)
    ]


@pytest.mark.parametrize("name", ["2.1", "2.2", "2.3", "2.4", "2.5", "2.5 planar", "A.2"])
def test_arrows_are_the_rows(name):
    (weights, *_) = plot_pathology(name, 4)
    pair = pathology(name, 4)
    arrows = drawn_arrows(weights)
    thick = [(tip, width) for tip, _, width in arrows if width > 3]
    thin = {(tip, to_hex(colour).upper()) for tip, colour, width in arrows if width < 3}
    rows = [tuple(map(float, row[:2])) for row in read_shallow(pair.gamma).rows]
    assert sorted(tip for tip, _ in thick) == sorted(row for row in rows if any(row))
    assert thin == {
        (tuple(map(float, row[:2])), ORANGE if c < 0 else BLUE)
        for row, (c,) in read_shallow(pair.nearest).neurons()
    }
    reach = weights.get_xlim()[1]
    assert all(abs(entry) < reach for tip, _, _ in arrows for entry in tip)


def test_numbers_beside_the_arrows_are_the_outer_weights():
    (weights, *_) = plot_pathology("2.4", 5)
    numbers = [
        (text.get_color(), text.get_text().replace("−", "-"))
        for text in weights.texts
        if not isinstance(text, Annotation)
    ]
    pair = pathology("2.4", 5)
    expected = [(GRAY, str(c)) for (c,) in read_shallow(pair.gamma).outer]
    expected += [(ORANGE if c < 0 else BLUE, str(c)) for (c,) in read_shallow(pair.nearest).outer]
    assert sorted(numbers) == sorted(expected)
    boxes = []
    weights.get_figure().draw_without_rendering()
    boxes = [Text.get_window_extent(text) for text in weights.texts if not isinstance(text, Annotation)]
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


def test_every_change_is_a_dotted_line():
    (weights, *_) = plot_pathology("2.5 planar", 2)
    pair = pathology("2.5 planar", 2)
    dotted = {tuple(map(tuple, line.get_xydata())) for line in weights.lines if line.get_linestyle() == ":"}
    rows = [read_shallow(net).rows for net in (pair.gamma, pair.nearest)]
    assert dotted == {tuple(tuple(map(float, row)) for row in both) for both in zip(*rows, strict=True)}


def test_one_input_is_a_plane_of_parameters():
    weights, graphs = plot_pathology("A.1", 4)
    curve, gamma, phi = weights.lines
    a, c = curve.get_data()
    assert np.allclose(a * c, 1 / 4)
    assert gamma.get_xydata().tolist() == [[-1, 0]]
    ((x, y),) = phi.get_xydata()
    assert x * y == pytest.approx(1 / 4)
    distance = 0.5 + math.sqrt(0.5)
    assert max(x + 1, y) == pytest.approx(distance, rel=1e-3)
    (square,) = weights.patches
    assert square.get_width() == square.get_height() == pytest.approx(2 * distance)
    zero, g = graphs.lines
    assert not np.asarray(zero.get_ydata()).any()
    assert np.allclose(g.get_ydata(), np.maximum(np.asarray(g.get_xdata()), 0) / 4)
    assert texts_inside(weights)


def test_scales_are_shared_where_functions_fade():
    fading = plot_pathology("2.4", "1,2,5")
    limits = {axes.get_images()[0].get_clim() for axes in fading if axes.get_images()}
    assert limits == {(-2.0, 2.0)}
    growing = plot_pathology("2.5 rational", "1,2,5")
    limits = [axes.get_images()[0].get_clim() for axes in growing if axes.get_images()]
    assert limits[0] == limits[1]
    assert len(set(limits)) == 3


def test_bad_pathologies():
    for arguments in (
        ("2.9",),
        ("2.4", "1,2,3,4,5,6"),
        ("2.4", 0),
        ("2.4", 10**7),
        ("2.4", []),
        ("2.4", "one"),
    ):
        with pytest.raises(InvalidInput):
            plot_pathology(*arguments)


# Arrangements


def sectors(axes):
    """The coloured sectors, without the frame of the one with the largest gradient."""
    wedges = [patch for patch in axes.patches if isinstance(patch, Wedge)]
    return [wedge for wedge in wedges if wedge.get_facecolor()[3] > 0], [
        wedge for wedge in wedges if wedge.get_facecolor()[3] == 0
    ]


def numerical_gradient(net, angle):
    """Partial derivatives by differences inside a cell."""
    x = np.array([math.cos(angle), math.sin(angle)])
    step = 1e-6
    values = net.to_float()
    return np.array(
        [(values(x + step * e) - values(x - step * e)) / (2 * step) for e in np.eye(2)]
    )  # inputs × outputs


def wrong_sectors(axes, net, by="norm"):
    """Sectors whose colours are not those of their gradients, and gaps."""
    coloured, _ = sectors(axes)
    found = []
    (bar,) = [other for other in axes.get_figure().axes if other is not axes]
    scale = bar._colorbar.mappable
    for wedge in coloured:
        gradient = numerical_gradient(net, math.radians((wedge.theta1 + wedge.theta2) / 2))
        if by == "norm":
            value = np.abs(gradient).max()
        else:
            value = math.degrees(math.atan2(gradient[1, 0], gradient[0, 0]))
            if np.abs(gradient).max() < 1e-6:
                found += [] if wedge.get_hatch() else ["hatch"]
                continue
        if not np.allclose(wedge.get_facecolor(), scale.to_rgba(value), atol=0.02):
            found.append("colour")
    if sum(wedge.theta2 - wedge.theta1 for wedge in coloured) != pytest.approx(360):
        found.append("gaps")
    return found


NETWORKS = [random_network(seed) for seed in range(3)] + [
    Network([[[1, 0], [-2, 0], [0, 1], [0, 2]], [[1, "1/2", 2, -1]]]),
    Network([[[1, 2]], [[1]]]),
    Network([[[0, 0]], [[1]]]),
    Network([[[1, 1], [-1, -1]], [[1, -1]]]),
    Network([[[1.5, 0.25], [-0.3, 2.0]], [[1.0, -0.5]]]),
]


@pytest.mark.parametrize("net", NETWORKS, ids=repr)
@pytest.mark.parametrize("by", ["norm", "direction"])
def test_colours_are_gradients(net, by):
    axes = plot_arrangement(net, by)
    assert wrong_sectors(axes, net, by) == []
    coloured, (frame,) = sectors(axes)
    best = max(
        coloured,
        key=lambda wedge: np.abs(
            numerical_gradient(net, math.radians((wedge.theta1 + wedge.theta2) / 2))
        ).max(),
    )
    middle = math.radians((frame.theta1 + frame.theta2) / 2)
    largest = np.abs(numerical_gradient(net, middle)).max()
    assert largest == pytest.approx(float(sobolev_seminorm(net)), abs=1e-6)
    assert largest == pytest.approx(
        np.abs(numerical_gradient(net, math.radians((best.theta1 + best.theta2) / 2))).max(), abs=1e-6
    )
    assert texts_inside(axes)


def test_wrong_colours_are_found():
    net = random_network(12)
    axes = plot_arrangement(net)
    assert wrong_sectors(axes, net) == []
    other = Network([net.weight(0), -2 * net.weight(1)])
    assert "colour" in wrong_sectors(axes, other)
    sectors(axes)[0][0].set_theta2(sectors(axes)[0][0].theta2 + 1)
    assert "gaps" in wrong_sectors(axes, net)


def test_lines_are_the_hyperplanes():
    net = Network([[[1, 2], [-2, -4], [3, 0], [0, 5]], [[1, 1, 1, 0]]])
    lines = plot_arrangement(net).lines
    normals = [(1, 2), (1, 0)]
    assert len(lines) == 2
    for line, (a, b) in zip(lines, normals, strict=True):
        ends = line.get_xydata()
        assert np.allclose(ends @ [a, b], 0)
        assert np.allclose(np.hypot(*ends.T), 1)


def test_arrows_of_the_units():
    net = Network([[[3, 4], [0, -2], [1, 0]], [[2, -1, 0]]])
    arrows = [patch for patch in plot_arrangement(net).patches if isinstance(patch, FancyArrow)]
    ends = {
        to_hex(arrow.get_facecolor()): max(arrow.get_xy().tolist(), key=lambda point: math.hypot(*point))
        for arrow in arrows
    }
    assert set(ends) == {"#000000", "#ffffff"}
    assert np.allclose(ends["#000000"], [0.45, 0.6])
    assert np.allclose(ends["#ffffff"], [0, -0.3])


def test_values_are_written_exactly():
    net = Network([[[1, 0], [0, 1]], [["2/3", "-1/2"]]])
    texts = {text.get_text() for text in plot_arrangement(net).texts}
    assert {"2/3", "1/2", "0"} <= texts
    assert any("= 2/3" in text for text in texts)


def test_several_outputs():
    net = Network([[[1, 0], [0, 1]], [[1, 0], [0, 3]]])
    axes = plot_arrangement(net)
    assert wrong_sectors(axes, net) == []
    with pytest.raises(InvalidInput, match="one output"):
        plot_arrangement(net, "direction")


def test_bad_arrangements():
    with pytest.raises(InvalidNetwork, match="restricted"):
        plot_arrangement(Network([[[1, 0]], [[1]]], biases=[[1]]))
    with pytest.raises(InvalidNetwork, match="hidden layers"):
        plot_arrangement(Network([[[1, 0]], [[1]], [[1]]]))
    with pytest.raises(InvalidInput, match="two inputs"):
        plot_arrangement(Network([[[1, 0, 0]], [[1]]]))
    with pytest.raises(InvalidInput, match="norm, direction"):
        plot_arrangement(Network([[[1, 0]], [[1]]]), "colour")
    huge = Network([[[10**400, 1], [1, 3 * 10**400]], [[1, 1]]])
    assert len(sectors(plot_arrangement(Network([huge.weight(0), [[1 / Fraction(10**400)] * 2]])))[0]) == 4
    with pytest.raises(InvalidInput, match="too large"):
        plot_arrangement(huge)
    many = Network([[[1, i] for i in range(1, 103)], [[1] * 102]])
    with pytest.raises(InvalidInput, match="at most 100"):
        plot_arrangement(many)


def test_own_axes():
    ax = matplotlib.figure.Figure().add_subplot()
    assert plot_arrangement(NETWORKS[0], ax=ax) is ax


# Sets that are not closed

CASES = [
    ("softsign", (1, 2, 1), "sup"),
    ("tanh", (2, 3, 1), "sup"),
    ("relu", (1, 2, 1), 1),
    ("elu", (1, 2, 2, 1), 2),
    ("softplus", (1, 1, 1), "sup"),
]


@pytest.mark.parametrize(("sigma", "sizes", "norm"), CASES)
def test_functions_and_rates_are_the_witness(sigma, sizes, norm):
    functions, rates = plot_closedness(sigma, sizes, norm=norm)
    witness = nonclosedness_witness(sigma, sizes, norm)
    *drawn, limit = functions.lines
    for n, line in zip(DRAWN, drawn, strict=True):
        for x, y in line.get_xydata()[::150]:
            point = [arb(x), *[arb(0)] * (sizes[0] - 1)]
            exact = witness.network(n)([point])[0, 0]
            assert y == pytest.approx(float(exact), abs=1e-10)
    for x, y in limit.get_xydata()[::150]:
        if x:
            assert y == pytest.approx(float(witness.limit_at([x, *[0.0] * (sizes[0] - 1)])[0]), abs=1e-14)
    errors, weights = rates.lines[:2]
    assert list(errors.get_xdata()) == list(weights.get_xdata()) == list(MEASURED)
    assert np.allclose(errors.get_ydata(), [float(witness.error(n).upper) for n in MEASURED], rtol=1e-12)
    assert np.allclose(weights.get_ydata(), [float(witness.weights(n).upper) for n in MEASURED], rtol=1e-12)
    assert rates.get_xscale() == rates.get_yscale() == "log"
    assert texts_inside(functions)


def closed_forms(sigma):
    return {
        "softsign": lambda n: 1 / (n + 1),
        "relu": lambda n: 1 / (2 * n),
        "softplus": lambda n: math.log(2) / n,
    }[sigma]


@pytest.mark.parametrize(("sigma", "norm"), [("softsign", "sup"), ("relu", 1), ("softplus", "sup")])
def test_errors_are_the_closed_forms(sigma, norm):
    _, rates = plot_closedness(sigma, (1, 2, 1), norm=norm)
    n, error = rates.lines[0].get_data()
    assert np.allclose(error, [closed_forms(sigma)(k) for k in n], rtol=1e-12)
    assert not np.allclose(error, [closed_forms(sigma)(k + 1) for k in n], rtol=1e-3)


def test_errors_seen_in_the_drawn_functions():
    functions, rates = plot_closedness("tanh", (1, 2, 1))
    *drawn, limit = functions.lines
    errors = dict(zip(MEASURED, rates.lines[0].get_ydata(), strict=True))
    for n, line in zip(DRAWN, drawn, strict=True):
        gap = np.abs(np.asarray(line.get_ydata()) - np.asarray(limit.get_ydata())).max()
        assert gap == pytest.approx(errors[n], rel=1e-9)


def test_steps_are_drawn_with_a_gap():
    functions, rates = plot_closedness("relu", (1, 2, 1), norm=1)
    limit = functions.lines[-1].get_ydata()
    assert np.isnan(limit).sum() == 1
    needed = rates.lines[2]
    weights = rates.lines[1]
    assert (np.asarray(needed.get_ydata()) <= np.asarray(weights.get_ydata())).all()


def test_closed_sets_are_refused_with_the_reason():
    with pytest.raises(InvalidInput, match="closed"):
        plot_closedness("relu", (1, 2, 1))
    with pytest.raises(InvalidInput, match="2000 units"):
        plot_closedness("tanh", (1, 5000, 1))


# The command


@pytest.mark.parametrize(
    "arguments",
    [
        ["pathology", "2.4", "--k", "1,2"],
        ["pathology", "2.5 rational", "--k", "3/2"],
        ["arrangement", "--random", "12"],
        ["arrangement", "--random", "3", "--by", "direction"],
        ["closedness", "--activation", "softsign", "--architecture", "1,2,1"],
        ["closedness", "--activation", "relu", "--architecture", "1,2,1", "--norm", "1/2"],
    ],
)
def test_the_command_writes_figures(arguments, tmp_path):
    target = tmp_path / "figure.svg"
    run = CliRunner().invoke(command, [*arguments, "-o", str(target)])
    assert run.exit_code == 0, run.output
    assert run.output == f"{target}\n"
    assert target.read_bytes().startswith(b"<?xml")


def test_the_command_reads_network_files(tmp_path):
    net, source = random_network(5), tmp_path / "net.npz"
    save_network(net, source)
    run = CliRunner().invoke(command, ["arrangement", str(source), "-o", str(tmp_path / "a.svg")])
    assert run.exit_code == 0, run.output
    save(plot_arrangement(net), tmp_path / "b.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_the_command_refuses(tmp_path):
    target = str(tmp_path / "x.png")
    for arguments in (["arrangement"], ["arrangement", "net.npz", "--random", "1"]):
        run = CliRunner().invoke(command, [*arguments, "-o", target])
        assert run.exit_code == 2
        assert "either a network file or --random SEED" in run.output
    for arguments in (
        ["pathology", "2.6", "-o", target],
        ["pathology", "2.4", "-o", "x.exe"],
        ["closedness", "--activation", "relu", "--architecture", "1,2,1", "-o", target],
        ["closedness", "--activation", "tanh", "--architecture", "1,x,1", "-o", target],
    ):
        run = CliRunner().invoke(command, arguments)
        assert isinstance(run.exception, InvalidInput)
    assert list(tmp_path.iterdir()) == []
