import pytest

from bounds.fits.experiments import layers
from bounds.plots.fits import plot_layers


@pytest.fixture(scope="module")
def found():
    return layers(target="i-strong", depths=[2, 3], repetitions=2, samples=400, epochs=1)


def test_the_means_and_their_errors_are_drawn(found):
    axes = plot_layers(found)
    for container, method in zip(axes.containers, found.methods, strict=True):
        line, _, (bars,) = container
        assert line.get_label() in ("_nolegend_", method)
        wanted = [found.mean(method, value) for value in found.values]
        assert list(line.get_xdata()) == [2, 3]
        assert list(line.get_ydata()) == wanted
        errors = [row.standard_error for row in found.summary if row.method == method]
        lengths = [segment[1][1] - segment[0][1] for segment in bars.get_segments()]
        assert lengths == pytest.approx([2 * error for error in errors])


def test_the_reference_errors_are_named_within_the_axes(found):
    axes = plot_layers(found)
    drawn = {line.get_ydata()[0] for line in axes.get_lines() if line.get_linestyle() == ":"}
    assert drawn == {reference.error for reference in found.references}
    low, high = axes.get_ylim()
    assert low == 0
    assert high >= max(drawn)
    names = {text.get_text() for text in axes.texts}
    assert names >= {reference.name for reference in found.references}
