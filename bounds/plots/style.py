"""The one style of every figure: colour-blind safe colours, sizes and line widths."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from identifiability.errors import InvalidInput

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's palette: told apart with every common colour vision, and in gray by lightness.
BLUE, ORANGE, GREEN, PURPLE, GRAY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#555555"

STYLE: dict[Any, Any] = {
    "figure.figsize": (7.0, 4.6),
    "figure.dpi": 150,
    "savefig.dpi": 150,
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.labelsize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "lines.linewidth": 2.0,
    "legend.frameon": False,
    "legend.fontsize": 10,
    "svg.hashsalt": "netbounds",
}

FORMATS = (".png", ".svg", ".pdf")


def new_axes() -> Axes:
    """Axes on a figure of its own, without any global state."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(STYLE):
        return Figure(layout="constrained").add_subplot()


def checked_target(path: str | Path) -> Path:
    """The path of a figure to be written, checked before anything is computed.

    Raises
    ------
    InvalidInput
        If the suffix is not one of .png, .svg, .pdf, or the folder is not there.
    """
    target = Path(path)
    if target.suffix.lower() not in FORMATS:
        raise InvalidInput(f"a figure is written as {', '.join(FORMATS)}, got {target.name!r}")
    if not target.parent.is_dir():
        raise InvalidInput(f"there is no folder {str(target.parent)!r}; make it, or pass another path")
    return target


def save(ax: Axes, path: str | Path) -> None:
    """Write the axes' figure: first beside the target, then renamed, so that no half file stays.

    Raises
    ------
    InvalidInput
        If the suffix is not one of .png, .svg, .pdf, or the folder is not there.
    """
    import matplotlib
    from matplotlib.figure import Figure

    target = checked_target(path)
    figure = ax.get_figure(root=True)
    assert isinstance(figure, Figure)
    beside = target.with_name(f".{target.name}.part{target.suffix}")
    try:
        with matplotlib.rc_context(STYLE):
            figure.savefig(beside, metadata={"Date": None} if target.suffix.lower() == ".svg" else None)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
