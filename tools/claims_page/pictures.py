"""The page's pictures."""
import math
import pathlib

from plotting.style import BLUE, RUN_STYLES, plt

LINE = 0.27  # inches of height for each line of dots


def _save(figure, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _arms(estimate):
    """How far the interval reaches below and above the mean; none where there is no interval."""
    if math.isnan(estimate.low):
        return [[0], [0]]
    return [[estimate.value - estimate.low], [estimate.high - estimate.value]]


def dots(path, label, lines, zero=False):
    """A mean and its interval for each (name, estimate)."""
    lines = [(name, value) for name, value in lines if not math.isnan(value.value)]
    figure, axes = plt.subplots(figsize=(7, 0.8 + LINE * len(lines)), layout="constrained")
    for place, (_, value) in enumerate(lines):
        axes.errorbar([value.value], [place], xerr=_arms(value), fmt="o", color=BLUE, capsize=3, markersize=5)
    axes.set_yticks(range(len(lines)), [name for name, _ in lines])
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.set_xlabel(label)
    if zero:
        axes.axvline(0, color="#888888", linewidth=1)
    _save(figure, path)


def _draw(axes, names, series):
    """Each line's dots stand beside the others', so that intervals can be told apart."""
    width = 0.7 / max(len(series), 1)
    for place, (name, values) in enumerate(series.items()):
        shift = (place - (len(series) - 1) / 2) * width
        colour, marker, _ = RUN_STYLES[place % len(RUN_STYLES)]
        known = [(x + shift, value) for x, value in enumerate(values) if not math.isnan(value.value)]
        errors = [[_arms(value)[side][0] for _, value in known] for side in (0, 1)]
        axes.errorbar([x for x, _ in known], [value.value for _, value in known], yerr=errors, color=colour, marker=marker,
                      linestyle="none", capsize=2, markersize=5, label=name,
                      markerfacecolor="white" if place >= len(RUN_STYLES) else colour)
    axes.axhline(0, color="#888888", linewidth=1)
    axes.set_xticks(range(len(names)), names)
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.grid(visible=False, axis="x")
    for between in range(1, len(names)):
        axes.axvline(between - 0.5, color="#DDDDDD", linewidth=0.8)


def columns(path, x_label, y_label, names, panels):
    """Means with intervals for each of `names` on the x axis; `panels`: (title, {line: estimates in the order of names})."""
    figure, all_axes = plt.subplots(1, len(panels), figsize=(1.5 + 4.4 * len(panels), 4.8), sharey=True, squeeze=False,
                                    layout="constrained")
    for axes, (title, series) in zip(all_axes[0], panels):
        _draw(axes, names, series)
        axes.set_title(title, fontsize=10)
        axes.set_xlabel(x_label)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncol=3, fontsize=9)
    all_axes[0][0].set_ylabel(y_label)
    _save(figure, path)
