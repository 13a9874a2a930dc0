"""The page's pictures."""
import math
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from plotting.style import BLUE, RUN_STYLES, legend_below, plt  # noqa: E402

LINE = 0.27  # inches of height for each line of dots


def _save(figure, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _arms(estimate):
    """How far the interval reaches below and above the mean; none where there is no interval."""
    if math.isnan(estimate.low):
        return [[0], [0]]
    return [[estimate.mean - estimate.low], [estimate.high - estimate.mean]]


def dots(path, label, lines, zero=False):
    """A mean and its interval for each (name, estimate)."""
    lines = [(name, value) for name, value in lines if not math.isnan(value.mean)]
    figure, axes = plt.subplots(figsize=(7, 0.8 + LINE * len(lines)), layout="constrained")
    for place, (_, value) in enumerate(lines):
        axes.errorbar([value.mean], [place], xerr=_arms(value), fmt="o", color=BLUE, capsize=3, markersize=5)
    axes.set_yticks(range(len(lines)), [name for name, _ in lines])
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.set_xlabel(label)
    if zero:
        axes.axvline(0, color="#888888", linewidth=1)
    _save(figure, path)


def curves(path, x_label, y_label, series, logarithmic=False):
    """Means with intervals over x, one line a name; beside one another, so that intervals can be told apart."""
    figure, axes = plt.subplots(figsize=(7.5, 4.6), layout="constrained")
    handles = []
    for place, (name, points) in enumerate(series.items()):
        points = [(x, value) for x, value in points if not math.isnan(value.mean)]
        colour, marker, dash = RUN_STYLES[place % len(RUN_STYLES)]
        shift = (place - len(series) / 2) * 0.012
        xs = [x * (1 + shift) if logarithmic else x + shift for x, _ in points]
        errors = [[_arms(value)[side][0] for _, value in points] for side in (0, 1)]
        hollow = place >= len(RUN_STYLES)
        handles.append(axes.errorbar(xs, [value.mean for _, value in points], yerr=errors, color=colour, marker=marker, linestyle=dash,
                                     capsize=2, markersize=5, linewidth=1.2, label=name, markerfacecolor="white" if hollow else colour))
    axes.axhline(0, color="#888888", linewidth=1)
    if logarithmic:
        axes.set_xscale("log")
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    legend_below(figure, handles, 4)
    _save(figure, path)
