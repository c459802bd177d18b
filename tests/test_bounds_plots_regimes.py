"""The map of regimes: every triangle, number and line against exponents worked out here."""

from itertools import product

import pytest
from click.testing import CliRunner
from matplotlib.colors import to_hex

from bounds.cli.plot import command
from bounds.plots.regimes import _FACES, CLAIMED, NOTHING, PROVED, plot_regimes
from bounds.plots.style import save
from identifiability.errors import InvalidInput

TOP = 6


@pytest.fixture(scope="module")
def panels():
    primary, total, key = plot_regimes(TOP).axes
    return {"primary": primary, "total": total, "key": key}


def expected(quantity, every, m1, m2):
    """The power of 1/ε by which the lower rate exceeds the upper one, and what is known."""
    lower = min(m1 + m2, 2 * m1) if every else m1 + m2
    power = lower - (m1 if quantity == "primary" else max(m1, m2))
    if power <= 0:
        return "–", NOTHING
    return str(power), PROVED if quantity == "primary" else CLAIMED


@pytest.mark.parametrize("quantity", ["primary", "total"])
def test_triangles_have_the_colour_of_their_regime(panels, quantity):
    axes = panels[quantity]
    triangles = {}
    for patch in axes.patches:
        corners = patch.get_xy()[:3]
        x, y = corners.mean(axis=0)
        m1, m2 = round(x), round(y)
        triangles[m1, m2, bool(x - m1 > y - m2)] = to_hex(patch.get_facecolor()).upper()
    assert len(triangles) == 2 * TOP**2
    for m1, m2, every in product(range(1, TOP + 1), range(1, TOP + 1), (False, True)):
        assert triangles[m1, m2, every] == _FACES[expected(quantity, every, m1, m2)[1]].upper()


@pytest.mark.parametrize("quantity", ["primary", "total"])
def test_numbers_are_the_powers(panels, quantity):
    shown = {}
    for text in panels[quantity].texts:
        x, y = text.get_position()
        shown[round(x), round(y), bool(x - round(x) > y - round(y))] = text.get_text()
    for m1, m2, every in product(range(1, TOP + 1), range(1, TOP + 1), (False, True)):
        assert shown[m1, m2, every] == expected(quantity, every, m1, m2)[0]


@pytest.mark.parametrize(
    ("quantity", "inside"), [("primary", lambda a, b: b <= a), ("total", lambda a, b: b < 2 * a)]
)
def test_the_line_is_the_regimes_edge(panels, quantity, inside):
    lines = {tuple(sorted(map(tuple, line.get_xydata()))) for line in panels[quantity].lines}
    edges = set()
    for a, b in product(range(1, TOP + 1), range(1, TOP + 1)):
        if a < TOP and inside(a, b) != inside(a + 1, b):
            edges.add(((a + 0.5, b - 0.5), (a + 0.5, b + 0.5)))
        if b < TOP and inside(a, b) != inside(a, b + 1):
            edges.add(((a - 0.5, b + 0.5), (a + 0.5, b + 0.5)))
    assert lines == edges


def test_labels_and_legend(panels):
    assert "m1 ≥ m2" in panels["primary"].get_title()
    assert "m2 < 2·m1" in panels["total"].get_title()
    for name in ("primary", "total"):
        assert "m1" in panels[name].get_xlabel()
        assert "m2" in panels[name].get_ylabel()
    legend = [text.get_text() for text in panels["key"].get_legend().get_texts()]
    assert ["proved" in line for line in legend] == [True, False, False]


def test_colours_differ_in_lightness():
    def lightness(colour):
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    proved, claimed, nothing = (lightness(_FACES[name]) for name in (PROVED, CLAIMED, NOTHING))
    assert proved + 60 < nothing
    assert nothing < claimed  # and the claimed ones are hatched


def test_the_command_writes_the_figure(tmp_path):
    target = tmp_path / "regimes.svg"
    run = CliRunner().invoke(command, ["regimes", "--max", "2", "-o", str(target)])
    assert run.exit_code == 0
    assert target.read_bytes().startswith(b"<?xml")
    again = tmp_path / "again.svg"
    save(plot_regimes(2).axes[0], again)
    assert again.read_bytes() == target.read_bytes()


def test_inputs_are_checked():
    for wrong in (0, 21, "many"):
        with pytest.raises(InvalidInput):
            plot_regimes(wrong)
